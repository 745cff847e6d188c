// CommitCounter: how many commits a file has had, whoever made them.
//
// SQLite's `PRAGMA data_version` says that there may have been one, and also when the WAL was started anew. What counts
// commits exactly stands in the files, at places that their formats fix (sqlite.org/walformat.html, section 2.1:
// iChange; sqlite.org/fileformat2.html, section 1.3.8: file change counter).
//
// Thread safety: that of its connection.
#pragma once

#include <cstdint>
#include <utility>

#include "driver/sqlite/connection.hpp"

namespace hyperdb::detail::sqlite {

class CommitCounter {
 public:
  CommitCounter() noexcept = default;
  /// REQUIRES: the connection has read from its file, which is not in memory, and outlives this.
  explicit CommitCounter(Connection& connection);

  /// The number of commits until now, modulo 2^32. It begins anew when a WAL is made from what a crash has left, and so
  /// not at a number that means anything: what matters is by how much it grows. In a transaction that writes it is that
  /// of the state that the transaction sees. Follows another process that changes the file to WAL mode. O(1).
  std::uint32_t read();
  /// Whether the file has got another counter, until it is taken notice of: then the numbers say nothing about the
  /// commits between.
  bool hasRestarted() const noexcept { return hasRestarted_; }
  /// Goes on where the counter of another connection to the same file has been; one of no connection changes nothing.
  void succeed(const CommitCounter& before) noexcept {
    if (before.connection_ != nullptr && (before.hasRestarted_ || before.isWal_ != isWal_)) hasRestarted_ = true;
  }
  bool takeRestart() noexcept { return std::exchange(hasRestarted_, false); }

 private:
  std::uint32_t readWalIndex() const;

  Connection* connection_ = nullptr;
  sqlite3_file* file_ = nullptr;
  bool isWal_ = false;
  bool hasRestarted_ = false;
};

}  // namespace hyperdb::detail::sqlite
