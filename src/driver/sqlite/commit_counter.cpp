#include "driver/sqlite/commit_counter.hpp"

namespace hyperdb::detail::sqlite {

namespace {

constexpr int walIndexBlockSize = 32768;
constexpr std::uint32_t walIndexVersion = 3007000;
constexpr std::size_t changePosition = 2;  // in words
constexpr sqlite3_int64 headerCounterOffset = 24;  // in bytes

}  // namespace

CommitCounter::CommitCounter(Connection& connection)
    : connection_(&connection), isWal_(connection.readText("PRAGMA journal_mode") == "wal") {
  const int code = sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file_);
  if (code != SQLITE_OK) connection.fail(code, "looking for the file");
  read();
}

std::uint32_t CommitCounter::read() const { return isWal_ ? readWalIndex() : readHeader(); }

std::uint32_t CommitCounter::readWalIndex() const {
  volatile void* block = nullptr;
  const int code = file_->pMethods->xShmMap(file_, 0, walIndexBlockSize, 0, &block);
  if (block == nullptr) connection_->fail(code == SQLITE_OK ? SQLITE_CANTOPEN : code, "reading the index of the WAL");
  const auto* words = static_cast<const volatile std::uint32_t*>(block);
  if (words[0] != walIndexVersion) connection_->fail(SQLITE_CANTOPEN, "reading the index of the WAL: unknown version");
  return words[changePosition];
}

std::uint32_t CommitCounter::readHeader() const {
  unsigned char bytes[4] = {};
  const int code = file_->pMethods->xRead(file_, bytes, sizeof bytes, headerCounterOffset);
  if (code != SQLITE_OK) connection_->fail(code, "reading the header");
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

}  // namespace hyperdb::detail::sqlite
