// Watches the connections that SQLite opens in this process.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace hyperdb::test {

/// Counts the connections that are opened while it lives, and keeps the first statement of each. One at a time;
/// outlives the connections. Thread safety: any thread.
class ConnectionWatch {
 public:
  ConnectionWatch() {
    current() = this;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&onOpen));
  }
  ConnectionWatch(const ConnectionWatch&) = delete;
  ConnectionWatch& operator=(const ConnectionWatch&) = delete;
  ~ConnectionWatch() {
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&onOpen));
    current() = nullptr;
  }

  /// How many of the connections are still open.
  int openCount() const noexcept { return openCount_; }
  /// The first statement of each connection, in the order of opening. REQUIRES: no connection runs one.
  std::vector<std::string> firstStatements() const {
    const std::lock_guard lock(mutex_);
    return {firstStatements_.begin(), firstStatements_.end()};
  }

 private:
  static ConnectionWatch*& current() {
    static ConnectionWatch* watch = nullptr;
    return watch;
  }

  static int onOpen(sqlite3* connection, const char**, const struct sqlite3_api_routines*) {
    ConnectionWatch& watch = *current();
    const std::lock_guard lock(watch.mutex_);
    sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, onStatement, &watch.firstStatements_.emplace_back());
    ++watch.openCount_;
    // SQLite destroys a function with its connection.
    return sqlite3_create_function_v2(
        connection, "watched", 0, SQLITE_UTF8, &watch, [](sqlite3_context*, int, sqlite3_value**) {}, nullptr, nullptr,
        [](void* self) { --static_cast<ConnectionWatch*>(self)->openCount_; });
  }

  static int onStatement(unsigned, void* first, void*, void* sql) {
    auto& text = *static_cast<std::string*>(first);
    if (text.empty()) text = static_cast<const char*>(sql);
    return 0;
  }

  mutable std::mutex mutex_;
  std::deque<std::string> firstStatements_;
  std::atomic<int> openCount_ = 0;
};

}  // namespace hyperdb::test
