#include <hyperdb/async_sql_driver.hpp>

#include <utility>

#include "driver/sqlite/async_store.hpp"

namespace hyperdb {

using detail::sqlite::AsyncStore;

AsyncSqlDriver::AsyncSqlDriver(std::string path, AsyncSqlOptions options)
    : store_(std::make_shared<AsyncStore>(std::move(path), std::move(options))) {}
AsyncSqlDriver::AsyncSqlDriver(AsyncSqlDriver&&) noexcept = default;
AsyncSqlDriver& AsyncSqlDriver::operator=(AsyncSqlDriver&& other) noexcept {
  std::swap(store_, other.store_);
  return *this;
}
AsyncSqlDriver::~AsyncSqlDriver() { AsyncSqlDriver::close(); }

void AsyncSqlDriver::attach(DriverHost& host) { store_->attach(host); }

Completion<void> AsyncSqlDriver::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) try {
  return store_->loadTables(tables);
} catch (...) {
  return std::current_exception();
}

Completion<std::unique_ptr<DriverTransaction>> AsyncSqlDriver::begin(TransactionMode mode) try {
  return store_->begin(mode);
} catch (...) {
  return std::current_exception();
}

Completion<std::unique_ptr<DriverTransaction>> AsyncSqlDriver::beginReported() try {
  return store_->beginReported();
} catch (...) {
  return std::current_exception();
}

bool AsyncSqlDriver::mayRunAhead() const noexcept { return store_->isShared(); }

Completion<std::vector<std::string>> AsyncSqlDriver::findDamage() try { return store_->findDamage(); } catch (...) {
  return std::current_exception();
}

DriverCounters AsyncSqlDriver::counters() const noexcept { return store_->counters(); }
void AsyncSqlDriver::pollForCommits() { store_->pollForCommits(); }
bool AsyncSqlDriver::isIdle() const noexcept { return store_->isIdle(); }

void AsyncSqlDriver::close() noexcept {
  if (store_ != nullptr) store_->close();
}

}  // namespace hyperdb
