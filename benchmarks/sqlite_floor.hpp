// The floor on disk: the same work with SQLite's C API by hand: native columns, the same indexes, the same pragmas,
// prepared statements.
#pragma once

#include <sqlite3.h>

#include <string>
#include <vector>

#include "workload.hpp"

namespace hyperdb::bench {

class SqliteFloor {
 public:
  /// Opens the file; creates table and indexes if they are missing.
  explicit SqliteFloor(const std::string& path);
  SqliteFloor(const SqliteFloor&) = delete;
  SqliteFloor& operator=(const SqliteFloor&) = delete;
  ~SqliteFloor();

  /// All in one transaction.
  void insert(const std::vector<Task>& rows);
  void insert(const Task& row);
  /// The size of the row's title.
  std::size_t titleSize(const std::string& id);
  /// Reads all columns of a project's rows in order, and sums the sizes of the titles.
  std::size_t sumTitles(const std::string& project);
  std::size_t size();

 private:
  void run(const char* sql);
  sqlite3_stmt* prepare(const char* sql);
  void insertRow(const Task& row);

  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  sqlite3_stmt* begin_;
  sqlite3_stmt* commit_;
  sqlite3_stmt* insert_;
  sqlite3_stmt* get_;
  sqlite3_stmt* scan_;
};

}  // namespace hyperdb::bench
