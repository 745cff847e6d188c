// The code of docs/index.md.
// [include]
#include <hyperdb/hyperdb.hpp>
using namespace hyperdb;
// [/include]

int main() { return describe(Value("text")) == "\"text\"" ? 0 : 1; }
