// An asynchronous driver over SQLite in a program that is linked with hyperdb::core alone.
// expect: hyperdb: link the target hyperdb::sqlite or hyperdb::hyperdb; hyperdb::core alone has no drivers over SQLite
#ifdef HYPERDB_WITHOUT_THE_ERROR
#define HYPERDB_WITH_SQLITE
#endif
#include <hyperdb/hyperdb.hpp>

using namespace hyperdb;

DB open(const std::string& path) {
  return DB(AsyncSqlDriver{path});  // offending line
}
