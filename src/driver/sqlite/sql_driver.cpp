#include <hyperdb/sql_driver.hpp>

#include <utility>

#include "driver/sqlite/sql_store.hpp"
#include "driver/sqlite/sql_transaction.hpp"

namespace hyperdb {

using detail::sqlite::SqlReader;
using detail::sqlite::SqlStore;
using detail::sqlite::SqlWriter;

SqlDriver::SqlDriver(std::string path, SqlOptions options)
    : store_(std::make_shared<SqlStore>(std::move(path), std::move(options))) {}
SqlDriver::SqlDriver(SqlDriver&&) noexcept = default;
SqlDriver& SqlDriver::operator=(SqlDriver&&) noexcept = default;
SqlDriver::~SqlDriver() = default;

void SqlDriver::attach(DriverHost& host) { store_->attach(host); }

Completion<void> SqlDriver::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) try {
  store_->loadTables(tables);
  return Unit{};
} catch (...) {
  return std::current_exception();
}

Completion<std::unique_ptr<DriverTransaction>> SqlDriver::begin(TransactionMode mode) try {
  if (mode == TransactionMode::readOnly) {
    return std::unique_ptr<DriverTransaction>(new SqlReader(store_, SqlReader::Kind::plain));
  }
  return std::unique_ptr<DriverTransaction>(new SqlWriter(store_));
} catch (...) {
  return std::current_exception();
}

Completion<std::unique_ptr<DriverTransaction>> SqlDriver::beginReported() try {
  return std::unique_ptr<DriverTransaction>(new SqlReader(store_, SqlReader::Kind::reported));
} catch (...) {
  return std::current_exception();
}

bool SqlDriver::mayRunAhead() const noexcept { return store_->isShared(); }

DriverCounters SqlDriver::counters() const noexcept { return store_->work(); }

void SqlDriver::close() noexcept {
  if (store_ != nullptr) store_->close();
}

std::vector<std::string> SqlDriver::findDamage() { return store_->findDamage(); }

void SqlDriver::pollForCommits() { store_->pollForCommits(); }

}  // namespace hyperdb
