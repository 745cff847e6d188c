// Disk: a storage that outlives the databases over it, counts what is asked of it, and fails when it is told to.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/error.hpp>
#include <hyperdb/memory_driver.hpp>

namespace hyperdb::test {

/// What is stored, and what happened to it.
struct Disk {
  BptreeInmemDriver storage;
  DriverHost* host = nullptr;

  std::size_t scans = 0;
  std::size_t rowsRead = 0;
  std::size_t keyScans = 0;
  std::size_t commits = 0;
  std::vector<std::string> scanned;  ///< "tasks/byRank [(3) .. (5)) limit 2"

  bool givesKeys = false;
  bool failsReads = false;
  int commitsToFail = 0;
  int writersCount = 0;  ///< transactions that are open to write
  bool failsAfterEffect = false;
  std::set<std::string> refusedIds = {};  ///< rows that are never stored
  bool namesRefused = true;
  bool refusesInCommit = false;
  std::map<std::string, RowRef> forged;  ///< by id: what scans give in the place of a row; null: not the row
  std::function<void()> reportsBeforeFlush = nullptr;  ///< called by a commit: another process has committed before it

  void resetCounts() {
    scans = rowsRead = keyScans = commits = 0;
    scanned.clear();
  }
};

class DiskTransaction final : public DriverTransaction {
 public:
  DiskTransaction(std::shared_ptr<Disk> disk, std::unique_ptr<DriverTransaction> inner, TransactionMode mode)
      : disk_(std::move(disk)), inner_(std::move(inner)), isWriting_(mode != TransactionMode::readOnly) {
    if (isWriting_) ++disk_->writersCount;
  }
  ~DiskTransaction() override { noteEnd(); }

  Completion<ScanResult> scan(const ScanPlan& plan) override {
    if (disk_->failsReads) return failure("this read fails");
    std::string text = plan.table->name() + "/" + plan.index().name;
    for (const KeyRange& range : plan.ranges) {
      text += " " + describeRange(range, plan.index().columns.size());
    }
    if (plan.order == Order::descending) text += " descending";
    if (plan.limit != ScanPlan::noLimit) text += " limit " + std::to_string(plan.limit);
    disk_->scanned.push_back(std::move(text));
    ++disk_->scans;
    Completion<ScanResult> answer = inner_->scan(plan);
    ScanResult result = answer.get();
    disk_->rowsRead += result.rows.size();
    if (!disk_->forged.empty()) result.rows = forge(result.rows);
    return result;
  }
  std::optional<Completion<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber) override {
    if (!disk_->givesKeys) return std::nullopt;
    ++disk_->keyScans;
    return Completion<IndexKeys>(keysOf(table, indexNumber));
  }
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override {
    return inner_->insert(table, rows);
  }
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override {
    for (const RowRef& row : rows) {
      const std::string id(table.rowType().id(*row));
      if (!disk_->refusedIds.contains(id)) continue;
      refusal_ = std::make_exception_ptr(
          disk_->namesRefused ? Error(ErrorCode::invalidRow, "the row is too large", {table.name(), {}, {}, id, {}})
                              : Error(ErrorCode::invalidRow, "the row is too large"));
      if (!disk_->refusesInCommit) return refusal_;
    }
    Completion<Ops> ops = inner_->upsert(table, rows);
    return disk_->namesRefused ? std::move(ops) : withoutPlace(std::move(ops));
  }
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override {
    return inner_->deleteRows(table, ids);
  }
  Completion<void> commit() override {
    if (refusal_) return refusal_;
    const bool fails = disk_->commitsToFail > 0;
    if (fails) --disk_->commitsToFail;
    if (fails && !disk_->failsAfterEffect) return failure("the disk is full");
    if (disk_->reportsBeforeFlush) disk_->reportsBeforeFlush();
    inner_->commit().get();
    noteEnd();
    ++disk_->commits;
    if (fails) return failure("the disk was unplugged");
    return Unit{};
  }
  void rollback() noexcept override {
    inner_->rollback();
    noteEnd();
  }

 private:
  /// The error does not name the row.
  static Completion<Ops> withoutPlace(Completion<Ops> ops) try { return ops.get(); } catch (const Error& error) {
    return std::make_exception_ptr(Error(error.code(), error.message()));
  }
  void noteEnd() noexcept {
    if (std::exchange(isWriting_, false)) --disk_->writersCount;
  }
  static std::exception_ptr failure(const char* text) {
    return std::make_exception_ptr(Error(ErrorCode::driverFailure, text));
  }

  RowSequence forge(const RowSequence& rows) const {
    std::vector<RowRef> forged;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto found = disk_->forged.find(std::string(rows[i]->type().id(*rows[i])));
      RowRef row = found != disk_->forged.end() ? found->second : rows[i];
      if (row) forged.push_back(std::move(row));
    }
    return RowSequence::fromRows(std::move(forged));
  }

  /// A row's number is its place in the order of ids.
  IndexKeys keysOf(const TableDef& table, std::size_t indexNumber) {
    const ScanPlan byId{&table, TableDef::byIdIndex, {KeyRange::all()}, asc, ScanPlan::noLimit};
    const ScanPlan plan{&table, indexNumber, {KeyRange::all()}, asc, ScanPlan::noLimit};
    const RowSequence rows = inner_->scan(byId).get().rows;
    const RowSequence ordered = inner_->scan(plan).get().rows;
    IndexKeys keys;
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      std::int64_t number = 0;
      while (rows[static_cast<std::size_t>(number)] != ordered[i]) ++number;
      table.appendIndexKey(indexNumber, *ordered[i], keys.bytes);
      keys.entries.push_back({keys.bytes.size(), number});
    }
    return keys;
  }

  std::shared_ptr<Disk> disk_;
  std::unique_ptr<DriverTransaction> inner_;
  bool isWriting_;
  std::exception_ptr refusal_;
};

/// Answers at once.
class DiskDriver final : public Driver {
 public:
  explicit DiskDriver(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}

  std::string_view name() const noexcept override { return "disk"; }
  void attach(DriverHost& host) override { disk_->host = &host; }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    if (disk_->writersCount > 0) {
      return std::make_exception_ptr(Error(ErrorCode::driverFailure, "tables can't be loaded while one writes"));
    }
    return disk_->storage.loadTables(tables);
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override {
    return std::unique_ptr<DriverTransaction>(
        std::make_unique<DiskTransaction>(disk_, disk_->storage.begin(mode).get(), mode));
  }
  void close() noexcept override { disk_->host = nullptr; }

 private:
  std::shared_ptr<Disk> disk_;
};

}  // namespace hyperdb::test
