// Epoch: how long a connection may trust the row cache without reading the rows; see row_cache.hpp.
//
// Thread safety: that of its connection.
#pragma once

#include <cstdint>

#include "driver/sqlite/connection.hpp"
#include "driver/sqlite/row_cache.hpp"

namespace hyperdb::detail::sqlite {

/// A stretch of time in which nobody but this connection wrote, and nothing that it wrote was rolled back.
class Epoch {
 public:
  /// For a connection that has none: it never trusts the cache.
  Epoch() noexcept = default;
  explicit Epoch(Connection& connection) noexcept : connection_(&connection), number_(RowCache::noEpoch + 1) {}

  bool exists() const noexcept { return connection_ != nullptr; }
  /// The number to read cached rows with. REQUIRES: it exists; the transaction has read something, so that its state is
  /// chosen.
  std::uint32_t current() noexcept {
    if (!isChecked_) check();
    return number_;
  }
  /// The number for rows that this connection has just read or written.
  std::uint32_t number() const noexcept { return isChecked_ ? number_ : RowCache::noEpoch; }

  /// Begins another one.
  void end() noexcept;
  /// From now on `connection` writes instead: begins another one there, with a number that `other` did not have. The
  /// other one ends for good. REQUIRES: no transaction is open on the connection.
  void succeed(Epoch& other, Connection& connection) noexcept;
  /// The transaction has ended; what it wrote, if anything, is committed.
  void onCommit() noexcept;
  /// The transaction was rolled back.
  void onRollback() noexcept;

 private:
  void check() noexcept;
  std::uint32_t readDataVersion() const noexcept;

  Connection* connection_ = nullptr;
  std::uint32_t number_ = RowCache::noEpoch;
  std::uint32_t dataVersion_ = 0;  ///< SQLite's, as it was left at the end of the last transaction
  bool isChecked_ = false;         ///< in this transaction
};

}  // namespace hyperdb::detail::sqlite
