// A memory database of items, and short ways to change it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <hyperdb/memory_driver.hpp>

#include "memory/memory_rows.hpp"

namespace hyperdb::test {

struct MemoryFixture : ::testing::Test {
  std::int64_t rowsBefore = RowHeader::liveCount();
  std::int64_t nodesBefore = BptreeInmemDriver::liveNodesCount();
  std::unique_ptr<BptreeInmemDriver> driver = std::make_unique<BptreeInmemDriver>();
  std::shared_ptr<const TableDef> items = itemsTable();

  void SetUp() override { load(items); }
  void TearDown() override {
    driver.reset();
    EXPECT_EQ(RowHeader::liveCount(), rowsBefore) << "rows are left";
    EXPECT_EQ(BptreeInmemDriver::liveNodesCount(), nodesBefore) << "nodes are left";
  }

  void load(const std::shared_ptr<const TableDef>& table) { driver->loadTables({&table, 1}).get(); }
  std::unique_ptr<DriverTransaction> begin(TransactionMode mode = TransactionMode::readWrite) {
    return driver->begin(mode).get();
  }
  Ops insert(const std::vector<RowRef>& rows) {
    auto transaction = begin();
    Ops ops = transaction->insert(*items, rows).get();
    transaction->commit().get();
    return ops;
  }
  Ops upsert(const std::vector<RowRef>& rows) {
    auto transaction = begin();
    Ops ops = transaction->upsert(*items, rows).get();
    transaction->commit().get();
    return ops;
  }
  Ops remove(const std::vector<std::string>& ids) {
    auto transaction = begin();
    Ops ops = transaction->deleteRows(*items, ids).get();
    transaction->commit().get();
    return ops;
  }
  RowSequence scan(const ScanPlan& plan) { return begin(TransactionMode::readOnly)->scan(plan).get().rows; }

  /// `count` rows of one group, numbered.
  void fill(std::size_t count) {
    std::vector<RowRef> rows;
    for (std::size_t i = 0; i < count; ++i) rows.push_back(makeRow(padded(i), "g", static_cast<double>(i)));
    insert(rows);
  }
};

inline std::vector<RowRef> toVector(const RowSequence& rows) {
  std::vector<RowRef> result;
  for (std::size_t position = 0; position < rows.size();) {
    const RowRun run = rows.runAt(position);
    EXPECT_GT(run.count, 0U);
    EXPECT_LE(position + run.count, rows.size());
    for (std::size_t i = 0; i < run.count; ++i) {
      result.push_back(run.rows[static_cast<std::ptrdiff_t>(i) * run.step]);
    }
    position += run.count;
  }
  return result;
}

inline std::string idsOf(const RowSequence& rows) {
  std::string ids;
  for (const RowRef& row : toVector(rows)) ids += (ids.empty() ? "" : " ") + itemOf(row).id;
  return ids;
}

/// The law of changes: what they make of the old rows.
inline std::vector<RowRef> applied(const RowChanges& changes, const std::vector<RowRef>& before,
                                   const std::vector<RowRef>& after) {
  std::vector<RowRef> rows = before;
  for (std::size_t i = 0; i < changes.updated.size(); ++i) {
    const RowChanges::Updated& pair = changes.updated[i];
    EXPECT_EQ(itemOf(rows[pair.oldPosition]).id, itemOf(after[pair.newPosition]).id);
    EXPECT_NE(rows[pair.oldPosition], after[pair.newPosition]);
    rows[pair.oldPosition] = after[pair.newPosition];
    if (i > 0) {
      EXPECT_LT(changes.updated[i - 1].newPosition, pair.newPosition);
    }
  }
  for (std::size_t i = changes.removed.size(); i-- > 0;) {
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(changes.removed[i]));
  }
  for (std::size_t position : changes.inserted) {
    EXPECT_LE(position, rows.size());
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(position), after[position]);
  }
  return rows;
}

}  // namespace hyperdb::test
