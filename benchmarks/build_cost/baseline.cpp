// What the programs beside this one are compared with: the standard headers that any program of that kind includes.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

int main() {}
