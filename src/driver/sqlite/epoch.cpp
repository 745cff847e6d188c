#include "driver/sqlite/epoch.hpp"

namespace hyperdb::detail::sqlite {

std::uint32_t Epoch::readDataVersion() const noexcept {
  unsigned int version = 0;
  sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_DATA_VERSION, &version);
  return version;
}

void Epoch::check() noexcept {
  const std::uint32_t version = readDataVersion();
  if (version != dataVersion_) end();
  dataVersion_ = version;
  isChecked_ = true;
}

void Epoch::end() noexcept {
  if (exists() && ++number_ == RowCache::noEpoch) ++number_;
}

void Epoch::continueFrom(Epoch& other, Connection& connection) noexcept {
  if (!other.exists()) return;
  connection_ = &connection;
  number_ = other.number_;
  dataVersion_ = 0;
  isChecked_ = false;
  end();
  other = Epoch();
}

void Epoch::onCommit() noexcept {
  if (!exists()) return;
  // Our own commit has changed it too. Outside of a transaction no external commit is visible yet.
  if (isChecked_) dataVersion_ = readDataVersion();
  isChecked_ = false;
}

void Epoch::onRollback() noexcept {
  if (!exists()) return;
  end();
  isChecked_ = false;
}

}  // namespace hyperdb::detail::sqlite
