#include "driver/sqlite/commit_counter.hpp"

namespace hyperdb::detail::sqlite {

namespace {

constexpr int walIndexBlockSize = 32768;
constexpr std::uint32_t walIndexVersion = 3007000;
constexpr std::size_t changePosition = 2;  // in words

/// The part of the header that begins with the file format's version.
struct HeaderPart {
  static constexpr sqlite3_int64 offset = 18;
  unsigned char bytes[10] = {};

  bool isWal() const noexcept { return bytes[0] == 2; }
  std::uint32_t commitsCount() const noexcept {
    return std::uint32_t{bytes[6]} << 24 | std::uint32_t{bytes[7]} << 16 | std::uint32_t{bytes[8]} << 8 | bytes[9];
  }
};

bool isInWalMode(Connection& connection) { return connection.readText("PRAGMA journal_mode") == "wal"; }

}  // namespace

CommitCounter::CommitCounter(Connection& connection) : connection_(&connection), isWal_(isInWalMode(connection)) {
  const int code = sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file_);
  if (code != SQLITE_OK) connection.fail(code, "looking for the file");
  read();
}

std::uint32_t CommitCounter::read() {
  if (!isWal_) {
    HeaderPart header;
    const int code = file_->pMethods->xRead(file_, header.bytes, sizeof header.bytes, HeaderPart::offset);
    if (code != SQLITE_OK) connection_->fail(code, "reading the header");
    if (!header.isWal()) return header.commitsCount();
    connection_->readInteger("SELECT count(*) FROM sqlite_master");  // makes SQLite open the WAL
    isWal_ = isInWalMode(*connection_);
    hasRestarted_ = true;
    if (!isWal_) return header.commitsCount();
  }
  return readWalIndex();
}

std::uint32_t CommitCounter::readWalIndex() const {
  volatile void* block = nullptr;
  const int code = file_->pMethods->xShmMap(file_, 0, walIndexBlockSize, 0, &block);
  if (block == nullptr) connection_->fail(code == SQLITE_OK ? SQLITE_CANTOPEN : code, "reading the index of the WAL");
  const auto* words = static_cast<const volatile std::uint32_t*>(block);
  if (words[0] != walIndexVersion) connection_->fail(SQLITE_CANTOPEN, "reading the index of the WAL: unknown version");
  return words[changePosition];
}

}  // namespace hyperdb::detail::sqlite
