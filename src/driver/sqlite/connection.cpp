#include "driver/sqlite/connection.hpp"

#include <chrono>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <thread>

#include "base/saturating_time.hpp"

namespace hyperdb::detail::sqlite {

namespace {

/// Returns our own words for an error that the user can do something about, otherwise SQLite's.
std::string explain(int code, sqlite3* handle, std::int64_t busyTimeoutMs) {
  if (code == SQLITE_READONLY_DBMOVED) return "the file was deleted or renamed while it was open";
  if (code == SQLITE_READONLY_DIRECTORY || code == SQLITE_READONLY_CANTINIT || code == SQLITE_READONLY_RECOVERY) {
    return "this user can't create files in its folder, where SQLite needs -journal, or in WAL mode -wal and -shm. A "
           "file in WAL mode can be read there (readOnly) while another program has it open for writing, or after one "
           "has changed it to JournalMode::truncate";
  }
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another connection held the file's lock for longer than " + std::to_string(busyTimeoutMs) +
             " ms (busyTimeoutMs)";
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_NOTADB: return "the file is no SQLite database, or an encrypted one";
    case SQLITE_CORRUPT: return "the file is damaged";
    case SQLITE_READONLY: return "the file, or its folder, can't be written to";
    default: break;
  }
  std::string words = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  const int systemError = handle != nullptr ? sqlite3_system_errno(handle) : 0;
  const bool isSystems = (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN;
  if (isSystems && systemError != 0) words += std::string(": ") + std::strerror(systemError);
  return words;
}

std::string messageOf(const std::string& path, std::string_view doing, const std::string& words, int code) {
  return "\"" + path + "\": " + std::string(doing) + ": " + words + " (SQLite error " + std::to_string(code) + ")";
}

}  // namespace

void Connection::fail(int code, std::string_view doing, ErrorPlace place) const {
  if ((code & 0xFF) == SQLITE_NOMEM) throw std::bad_alloc();
  if ((code & 0xFF) == SQLITE_INTERRUPT) {
    throw Error(ErrorCode::cancelled, "the operation was cancelled", std::move(place));
  }
  throw Error(ErrorCode::driverFailure, messageOf(path_, doing, explain(code, handle(), busyTimeoutMs_), code),
              std::move(place));
}

Connection::Connection(const std::string& path, const SqlOptions& options, const std::string& name)
    : path_(path), busyTimeoutMs_(options.busyTimeoutMs) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorCode::driverFailure, "\"" + path + "\": opening: it is a folder, not a file");
  }
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (name.rfind("file:", 0) == 0 ? SQLITE_OPEN_URI : 0);
  flags |= options.readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (!options.readOnly && options.createIfMissing) flags |= SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const char* vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
  const int code = sqlite3_open_v2((name.empty() ? path : name).c_str(), &handle, flags, vfs);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code, "opening");
  sqlite3_busy_timeout(handle, clampedTo<int>(options.busyTimeoutMs));
  if (options.onConnect) callHook(options);
}

void Connection::callHook(const SqlOptions& options) {
  const auto failWith = [this](const std::string& words) {
    throw Error(ErrorCode::driverFailure, "\"" + path_ + "\": opening: SqlOptions::onConnect " + words);
  };
  try {
    options.onConnect(handle());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    failWith(std::string("failed: ") + error.what());
  } catch (...) {
    failWith("failed with an exception that is no std::exception");
  }
  if (isInTransaction()) failWith("has left a transaction open");
}

void Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
}

std::int64_t Connection::readInteger(const char* sql) {
  Statement statement(*this, sql);
  return statement.step(sql) ? statement.integer(0) : 0;
}

std::string Connection::readText(const char* sql) {
  Statement statement(*this, sql);
  return statement.step(sql) ? std::string(statement.text(0)) : std::string();
}

std::optional<bool> Connection::isInPlace() const noexcept {
  int hasMoved = 0;
  const int code = sqlite3_file_control(handle(), "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved);
  if (code != SQLITE_OK) return std::nullopt;
  return hasMoved == 0;
}

void Connection::rollback() noexcept {
  if (!isInTransaction()) return;
  sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Statement::Statement(Connection& connection, const std::string& sql) : connection_(&connection) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(connection.handle(), sql.c_str(), static_cast<int>(sql.size() + 1),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) connection.fail(code, sql);
}

void Statement::checkBound(int code) {
  if (code == SQLITE_TOOBIG) {
    throw Error(ErrorCode::invalidRow, "the row is larger than SQLite can store");
  }
  if (code != SQLITE_OK) connection_->fail(code, "binding");
}

Statement& Statement::bindText(int parameter, std::string_view text) {
  checkBound(sqlite3_bind_text64(handle_.get(), parameter, text.data() != nullptr ? text.data() : "", text.size(),
                                 SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bindBlob(int parameter, std::string_view bytes) {
  checkBound(sqlite3_bind_blob64(handle_.get(), parameter, bytes.data() != nullptr ? bytes.data() : "", bytes.size(),
                                 SQLITE_STATIC));
  return *this;
}

Statement& Statement::bindInteger(int parameter, std::int64_t value) {
  checkBound(sqlite3_bind_int64(handle_.get(), parameter, value));
  return *this;
}

Statement& Statement::bindNull(int parameter) {
  checkBound(sqlite3_bind_null(handle_.get(), parameter));
  return *this;
}

Statement& Statement::bindPointer(int parameter, void* pointer, const char* type) {
  checkBound(sqlite3_bind_pointer(handle_.get(), parameter, pointer, type, nullptr));
  return *this;
}

bool Statement::stepPatiently(std::string_view doing) {
  using Milliseconds = std::chrono::milliseconds;
  const auto start = std::chrono::steady_clock::now();
  const auto isOver = [&] {
    const auto waited = std::chrono::floor<Milliseconds>(std::chrono::steady_clock::now() - start);
    return waited >= Milliseconds(connection_->busyTimeoutMs());
  };
  while (true) {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    if ((code & 0xFF) != SQLITE_BUSY || isOver()) failStep(code, doing);
    reset();  // releases its locks, for which the other process may be waiting
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

bool Statement::tryRun(std::string_view doing) {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_DONE) {
    reset();
    return true;
  }
  // A trigger that refuses the row has another code.
  const bool isTaken =
      code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_ROWID;
  if (!isTaken) failStep(code, doing);
  reset();
  return false;
}

void Statement::checkOneRow(std::string_view doing) const {
  if (connection_->changedRowsCount() == 1) return;
  throw Error(ErrorCode::driverFailure,
              messageOf(connection_->path(), doing, "SQLite has not changed the row: a trigger of the file prevents it",
                        SQLITE_CONSTRAINT_TRIGGER));
}

void Statement::failStep(int code, std::string_view doing) {
  try {
    connection_->fail(code, doing);
  } catch (...) {
    reset();
    throw;
  }
}

std::string_view Statement::text(int column) const noexcept {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::string_view Statement::blob(int column) const noexcept {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::string quotedName(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + "\"";
}

}  // namespace hyperdb::detail::sqlite
