// Wants a file, but is linked with hyperdb::core alone.
#include <hyperdb/hyperdb.hpp>

int main(int, char** argv) {
  const hyperdb::DB db(hyperdb::SqlDriver{argv[1]});
  return db.stats().revision == 0 ? 0 : 1;
}
