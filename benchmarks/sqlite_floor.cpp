#include "sqlite_floor.hpp"

namespace hyperdb::bench {

namespace {

void bind(sqlite3_stmt* statement, int parameter, const std::string& text) {
  sqlite3_bind_text(statement, parameter, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

std::string textOf(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

void stepAndReset(sqlite3_stmt* statement) {
  require(sqlite3_step(statement) == SQLITE_DONE, "floor: a statement failed");
  sqlite3_reset(statement);
}

}  // namespace

SqliteFloor::SqliteFloor(const std::string& path) {
  require(sqlite3_open(path.c_str(), &db_) == SQLITE_OK, "floor: opening the file");
  // As SqlDriver sets its connections up.
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = NORMAL");
  run("PRAGMA cache_size = -32768");
  run("CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, projectId TEXT NOT NULL, title TEXT NOT NULL, "
      "state TEXT NOT NULL, orderToken TEXT NOT NULL, \"order\" REAL NOT NULL)");
  run("CREATE INDEX IF NOT EXISTS byProjectOrder ON tasks (projectId, orderToken, id)");
  run("CREATE INDEX IF NOT EXISTS byIds ON tasks (id)");
  begin_ = prepare("BEGIN IMMEDIATE");
  commit_ = prepare("COMMIT");
  insert_ = prepare("INSERT INTO tasks VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  get_ = prepare("SELECT * FROM tasks WHERE id = ?1");
  scan_ = prepare("SELECT * FROM tasks WHERE projectId = ?1 ORDER BY orderToken, id");
}

SqliteFloor::~SqliteFloor() {
  for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

void SqliteFloor::run(const char* sql) { require(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql); }

sqlite3_stmt* SqliteFloor::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  require(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK, sql);
  statements_.push_back(statement);
  return statement;
}

void SqliteFloor::insertRow(const Task& row) {
  bind(insert_, 1, row.id);
  bind(insert_, 2, row.projectId);
  bind(insert_, 3, row.title);
  sqlite3_bind_text(insert_, 4, row.state == State::todo ? "todo" : "done", 4, SQLITE_STATIC);
  bind(insert_, 5, row.orderToken);
  sqlite3_bind_double(insert_, 6, row.order);
  stepAndReset(insert_);
}

void SqliteFloor::insert(const std::vector<Task>& rows) {
  stepAndReset(begin_);
  for (const Task& row : rows) insertRow(row);
  stepAndReset(commit_);
}

void SqliteFloor::insert(const Task& row) {
  stepAndReset(begin_);
  insertRow(row);
  stepAndReset(commit_);
}

std::size_t SqliteFloor::titleSize(const std::string& id) {
  bind(get_, 1, id);
  require(sqlite3_step(get_) == SQLITE_ROW, "floor: the row is missing");
  const std::size_t size = textOf(get_, 2).size();
  sqlite3_reset(get_);
  return size;
}

std::size_t SqliteFloor::sumTitles(const std::string& project) {
  // The rows as structs, in an array: what a program does that uses them.
  std::vector<Task> rows;
  bind(scan_, 1, project);
  while (sqlite3_step(scan_) == SQLITE_ROW) {
    Task& row = rows.emplace_back();
    row.id = textOf(scan_, 0);
    row.projectId = textOf(scan_, 1);
    row.title = textOf(scan_, 2);
    row.state = textOf(scan_, 3) == "todo" ? State::todo : State::done;
    row.orderToken = textOf(scan_, 4);
    row.order = sqlite3_column_double(scan_, 5);
  }
  sqlite3_reset(scan_);
  std::size_t sum = 0;
  for (const Task& row : rows) sum += row.title.size();
  return sum;
}

std::size_t SqliteFloor::size() {
  sqlite3_stmt* count = prepare("SELECT count(*) FROM tasks");
  sqlite3_step(count);
  const auto result = static_cast<std::size_t>(sqlite3_column_int64(count, 0));
  sqlite3_reset(count);
  return result;
}

}  // namespace hyperdb::bench
