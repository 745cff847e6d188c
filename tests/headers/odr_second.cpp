// The other of two files that include all of HyperDB; see CMakeLists.txt.
#include <hyperdb/hyperdb.hpp>

hyperdb::ErrorCode codeFromTheOtherFile();

hyperdb::ErrorCode codeFromTheOtherFile() { return hyperdb::ErrorCode::invalidRow; }
