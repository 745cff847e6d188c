#include "driver/hybrid/flush_group.hpp"

#include <algorithm>
#include <memory>
#include <span>

#include <hyperdb/error.hpp>

#include "key/key_of_id.hpp"

namespace hyperdb::detail::hybrid {

namespace {

std::size_t countUpserted(const std::vector<TableGroup>& tables) noexcept {
  std::size_t count = 0;
  for (const TableGroup& each : tables) count += each.upserted.size();
  return count;
}

/// Returns whether the primary refuses one of the first `count` upserted rows. All rows of the groups are deleted
/// before, so that only a row outside of the flush can hold a unique value: each row is judged on its own.
Step<bool> refusesAny(Driver& primary, const std::vector<TableGroup>& tables, std::size_t rowsCount) {
  const std::unique_ptr<DriverTransaction> transaction = co_await primary.begin(TransactionMode::readWrite);
  try {
    for (const TableGroup& each : tables) {
      const std::vector<std::string> ids(each.ids.begin(), each.ids.end());
      co_await transaction->deleteRows(*each.table, ids);
    }
    for (const TableGroup& each : tables) {
      const std::size_t count = std::min(rowsCount, each.upserted.size());
      if (count > 0) co_await transaction->upsert(*each.table, std::span(each.upserted).first(count));
      rowsCount -= count;
    }
  } catch (const Error& error) {
    if (!isPermanent(error)) throw;
    co_return true;
  }
  co_return false;
}

}  // namespace

bool isPermanent(const Error& error) noexcept {
  return error.code() == ErrorCode::uniqueViolation || error.code() == ErrorCode::invalidRow;
}

Step<std::optional<GroupRow>> findRefused(Driver& primary, const std::vector<TableGroup>& tables) {
  std::size_t refused = countUpserted(tables);  // one of the first `refused` rows is refused
  if (!co_await refusesAny(primary, tables, refused)) co_return std::nullopt;
  std::size_t accepted = 0;  // none of the first `accepted` rows is refused
  if (co_await refusesAny(primary, tables, accepted)) co_return std::nullopt;
  while (refused - accepted > 1) {
    const std::size_t middle = accepted + (refused - accepted) / 2;
    const bool isRefused = co_await refusesAny(primary, tables, middle);
    (isRefused ? refused : accepted) = middle;
  }
  for (const TableGroup& each : tables) {
    if (accepted < each.upserted.size()) {
      co_return GroupRow{each.table, std::string(each.table->rowType().id(*each.upserted[accepted]))};
    }
    accepted -= each.upserted.size();
  }
  co_return std::nullopt;
}

Step<StoredRow> readStored(Driver& primary, const TableDef& table, std::string id) {
  ScanPlan plan{&table, TableDef::byIdIndex, {KeyRange::prefix(keyOfId(id))}, Order::ascending, ScanPlan::noLimit};
  plan.skipsUnfitRows = true;
  const std::unique_ptr<DriverTransaction> transaction = co_await primary.begin(TransactionMode::readOnly);
  const ScanResult result = co_await transaction->scan(plan);
  co_return StoredRow{result.rows.size() > 0 ? result.rows[0] : RowRef(), !result.unfitRows.empty()};
}

}  // namespace hyperdb::detail::hybrid
