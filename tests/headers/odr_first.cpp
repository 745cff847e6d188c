// One of two files that include all of HyperDB; see CMakeLists.txt.
#include <hyperdb/hyperdb.hpp>

hyperdb::ErrorCode codeFromTheOtherFile();

int main() { return codeFromTheOtherFile() == hyperdb::ErrorCode::invalidRow ? 0 : 1; }
