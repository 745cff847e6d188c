// Epoch: how long a connection may trust the row cache without reading the rows; see row_cache.hpp.
//
// Thread safety: that of its connection.
#pragma once

#include <cstdint>

#include "driver/sqlite/connection.hpp"
#include "driver/sqlite/row_cache.hpp"

namespace hyperdb::detail::sqlite {

/// A period in which only this connection wrote, and nothing that it wrote was rolled back.
class Epoch {
 public:
  /// For a connection without an epoch: it never trusts the cache.
  Epoch() noexcept = default;
  explicit Epoch(Connection& connection) noexcept : connection_(&connection), number_(RowCache::noEpoch + 1) {}

  bool exists() const noexcept { return connection_ != nullptr; }
  /// Returns the number to look up cached rows with. REQUIRES: there is a connection; the transaction has read
  /// something, so that its snapshot is chosen.
  std::uint32_t current() noexcept {
    if (!isChecked_) check();
    return number_;
  }
  /// Returns the number for rows that this connection has just read or written.
  std::uint32_t number() const noexcept { return isChecked_ ? number_ : RowCache::noEpoch; }

  /// Begins a new epoch.
  void end() noexcept;
  /// Makes `connection` the writer: begins a new epoch there, with a number that `other` did not have. The other
  /// epoch ends for good. REQUIRES: no transaction is open on the connection.
  void continueFrom(Epoch& other, Connection& connection) noexcept;
  /// Records that the transaction has ended; its writes, if any, are committed.
  void onCommit() noexcept;
  /// Records that the transaction was rolled back.
  void onRollback() noexcept;

 private:
  void check() noexcept;
  std::uint32_t readDataVersion() const noexcept;

  Connection* connection_ = nullptr;
  std::uint32_t number_ = RowCache::noEpoch;
  std::uint32_t dataVersion_ = 0;  ///< SQLite's, at the end of the last transaction
  bool isChecked_ = false;         ///< in this transaction
};

}  // namespace hyperdb::detail::sqlite
