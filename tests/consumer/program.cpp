// A program of someone who uses HyperDB: it compiles against the public headers and links.
#include <hyperdb/json.hpp>

int main() { return hyperdb::toJson(hyperdb::parseJson("[1, true]")) == "[1,true]" ? 0 : 1; }
