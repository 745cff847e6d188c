// Databases over files of their own, and a second pair of eyes on these files: SQLite itself.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/hyperdb.hpp>
#include <hyperdb/sql_driver.hpp>

#include "support/temp_folder.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {

inline SubscribableDB openFile(const std::string& path, std::vector<AnyTable> tables = {}, SqlOptions options = {}) {
  SubscribableDB db{DB{SqlDriver{path, std::move(options)}}};
  if (!tables.empty()) execSync(db.loadTables(std::move(tables)));
  return db;
}

/// What SQLite itself says to a statement: the rows, columns separated by '|', rows by ' '. Or its error.
inline std::string askSqlite(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  std::string answer;
  char* error = nullptr;
  const auto add = [](void* to, int count, char** values, char**) {
    auto& text = *static_cast<std::string*>(to);
    if (!text.empty()) text += ' ';
    for (int i = 0; i < count; ++i) {
      text += std::string(i > 0 ? "|" : "") + (values[i] != nullptr ? values[i] : "NULL");
    }
    return 0;
  };
  const bool isOpen = sqlite3_open(path.c_str(), &db) == SQLITE_OK;
  if (!isOpen || sqlite3_exec(db, sql.c_str(), add, &answer, &error) != SQLITE_OK) {
    answer = std::string("error: ") + sqlite3_errmsg(db);
  }
  sqlite3_free(error);
  sqlite3_close(db);
  return answer;
}

inline DynamicTable notesTable(const std::string& name = "notes") {
  return defineTable(name, {{"id", v::string()}, {"text", v::string()}, {"rank", v::optional(v::number())}});
}

inline Object note(const std::string& id, const std::string& text) { return Object{{"id", id}, {"text", text}}; }
inline Object note(const std::string& id, const std::string& text, double rank) {
  return Object{{"id", id}, {"text", text}, {"rank", rank}};
}

/// The ids that a query gives, as "a b c".
template <class Query>
std::string idsOf(const DB& db, const Query& query) {
  std::string ids;
  for (const Object& row : execSync(db, query)) ids += (ids.empty() ? "" : " ") + row.at("id").asString();
  return ids;
}

/// "" if the file is sound.
inline std::string damageOf(const DB& db) {
  std::string all;
  for (const std::string& fault : db.driverAs<SqlDriver>().findDamage()) all += fault + "\n";
  return all;
}

class SqliteTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name = "test.sqlite") const { return folder_.file(name); }

 private:
  TempFolder folder_;
};

}  // namespace hyperdb::test
