// CommitCounter: the number of commits of a file, by any process.
//
// SQLite's `PRAGMA data_version` reports that there may have been a commit, and also a restart of the WAL. The exact
// count of commits is in the files, at places that their formats fix (sqlite.org/walformat.html, section 2.1:
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

  /// Returns the number of commits until now, modulo 2^32. It restarts when a WAL is recovered after a crash, so only
  /// its growth has a meaning. In a write transaction it is the number of the state that the transaction sees.
  /// Follows another process that changes the file to WAL mode. O(1).
  std::uint32_t read();
  /// Returns whether the file has got another counter, until the caller acknowledges it: then the numbers say nothing
  /// about the commits in between.
  bool hasRestarted() const noexcept { return hasRestarted_; }
  /// Continues from the counter of another connection to the same file; one without a connection changes nothing.
  void continueFrom(const CommitCounter& before) noexcept {
    if (before.connection_ != nullptr && (before.hasRestarted_ || before.isWal_ != isWal_)) hasRestarted_ = true;
  }
  bool acknowledgeRestart() noexcept { return std::exchange(hasRestarted_, false); }

 private:
  std::uint32_t readWalIndex() const;

  Connection* connection_ = nullptr;
  sqlite3_file* file_ = nullptr;
  bool isWal_ = false;
  bool hasRestarted_ = false;
};

}  // namespace hyperdb::detail::sqlite
