// WalSize: the length of the write-ahead log.
//
// After a commit SQLite copies the log into the database (a checkpoint), but it restarts the log only at a moment
// when no reader uses it. Where readers overlap there is no such moment, and the log grows without end. `restart`
// makes one: it waits for the current readers. Later readers need not wait, and read from the database alone as soon
// as the log is copied.
//
// Thread safety: that of the writing connection; `pagesCount` by any thread.
#pragma once

#include <atomic>

#include "driver/sqlite/connection.hpp"

namespace hyperdb::detail::sqlite {

class WalSize {
 public:
  WalSize() noexcept = default;
  WalSize(const WalSize&) = delete;
  WalSize& operator=(const WalSize&) = delete;

  /// Replaces SQLite's automatic checkpoint, and does that too. REQUIRES: this outlives the connection.
  void watch(Connection& connection) noexcept;
  /// Returns how many pages the log had after the last commit.
  int pagesCount() const noexcept { return pagesCount_.load(std::memory_order_relaxed); }
  /// Copies the log and lets the next commit restart it. Waits for readers as long as the connection's busy handler
  /// allows; does nothing more if that is not enough. Outside of transactions.
  static void restart(Connection& connection) noexcept;

 private:
  std::atomic<int> pagesCount_{0};
};

}  // namespace hyperdb::detail::sqlite
