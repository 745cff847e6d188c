// Connection and Statement: RAII for SQLite's C API, with its errors as ours.
//
// Thread safety: a connection and its statements are used by one thread at a time; `interrupt` by any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include <hyperdb/error.hpp>
#include <hyperdb/sql_options.hpp>

namespace hyperdb::detail::sqlite {

/// An open file. Every failure throws Error(driverFailure) with the file's name and SQLite's words (std::bad_alloc
/// for lack of memory, Error(cancelled) after `interrupt`).
class Connection {
 public:
  /// Opens the file and calls `options.onConnect`. `path` names the file in messages. `name` is what SQLite opens: an
  /// absolute path, a URI, or empty for the path.
  Connection(const std::string& path, const SqlOptions& options, const std::string& name);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const noexcept { return handle_.get(); }
  const std::string& path() const noexcept { return path_; }
  std::int64_t busyTimeoutMs() const noexcept { return busyTimeoutMs_; }

  /// Runs SQL that returns no rows.
  void execute(const char* sql);
  void execute(const std::string& sql) { execute(sql.c_str()); }
  /// Returns the first column of the first row.
  std::int64_t readInteger(const char* sql);
  std::string readText(const char* sql);

  bool isInTransaction() const noexcept { return sqlite3_get_autocommit(handle()) == 0; }
  /// Returns whether the file is still at its path; nothing for a VFS that can't tell.
  std::optional<bool> isInPlace() const noexcept;
  /// Ends a transaction if there is one, whatever its state.
  void rollback() noexcept;
  std::int64_t lastRowNumber() const noexcept { return sqlite3_last_insert_rowid(handle()); }
  /// Returns how many rows the last INSERT, UPDATE or DELETE has changed, without changes by triggers.
  int changedRowsCount() const noexcept { return sqlite3_changes(handle()); }
  /// Makes the running statement fail soon. Any thread.
  void interrupt() noexcept { sqlite3_interrupt(handle()); }

  /// `doing`: "committing", ...
  [[noreturn]] void fail(int code, std::string_view doing, ErrorPlace place = {}) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };

  void callHook(const SqlOptions& options);

  std::string path_;
  std::int64_t busyTimeoutMs_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement, to be run many times. Must not outlive its connection.
class Statement {
 public:
  Statement() noexcept = default;
  Statement(Connection& connection, const std::string& sql);

  explicit operator bool() const noexcept { return handle_ != nullptr; }

  /// Binds a text, which must live until `reset`.
  Statement& bindText(int parameter, std::string_view text);
  Statement& bindBlob(int parameter, std::string_view bytes);
  Statement& bindInteger(int parameter, std::int64_t value);
  Statement& bindNull(int parameter);
  /// Binds a pointer for a function of ours: `type` must be a constant, and both live until the statement is gone.
  Statement& bindPointer(int parameter, void* pointer, const char* type);

  /// Moves to the next row; returns false if there is none.
  bool step(std::string_view doing = "reading") {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) failStep(code, doing);
    return false;
  }
  /// Runs a first step, which SQLite refuses at once when the file is locked. Retries until the connection's busy
  /// timeout is over.
  bool stepPatiently(std::string_view doing);
  /// Runs it to the end. Returns false, with nothing done, if a key that must be unique exists already.
  bool tryRun(std::string_view doing);
  /// Runs a write of one row. Throws Error(driverFailure) if it changed none, as a trigger may ask.
  void runOnOneRow(std::string_view doing) {
    run(doing);
    checkOneRow(doing);
  }
  void checkOneRow(std::string_view doing) const;
  void run(std::string_view doing) {
    while (step(doing)) {
    }
    reset();
  }
  void reset() noexcept { sqlite3_reset(handle_.get()); }

  std::int64_t integer(int column) const noexcept { return sqlite3_column_int64(handle_.get(), column); }
  /// Views live until the next step or reset.
  std::string_view text(int column) const noexcept;
  std::string_view blob(int column) const noexcept;
  bool isNull(int column) const noexcept { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
  };
  void checkBound(int code);
  [[noreturn]] void failStep(int code, std::string_view doing);

  Connection* connection_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// Resets a statement at the end of a scope, so that it holds no lock and nothing bound is needed any more.
class StatementUse {
 public:
  explicit StatementUse(Statement& statement) noexcept : statement_(statement) {}
  StatementUse(const StatementUse&) = delete;
  StatementUse& operator=(const StatementUse&) = delete;
  ~StatementUse() { statement_.reset(); }

 private:
  Statement& statement_;
};

/// Returns a quoted name for SQL, whatever characters it has.
std::string quotedName(std::string_view name);

}  // namespace hyperdb::detail::sqlite
