// The memory driver against a std::map: operations decoded from bytes, compared after each of them.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <hyperdb/error.hpp>
#include <hyperdb/memory_driver.hpp>

#include "fuzz_target.hpp"
#include "memory/memory_rows.hpp"

using namespace hyperdb;
using namespace hyperdb::test;

namespace {

using Model = std::map<std::string, RowRef>;

std::vector<RowRef> toVector(const RowSequence& rows) {
  std::vector<RowRef> result;
  for (std::size_t position = 0; position < rows.size();) {
    const RowRun run = rows.runAt(position);
    fuzz::require(run.count > 0 && position + run.count <= rows.size(), "runs make up the sequence");
    for (std::size_t i = 0; i < run.count; ++i) {
      result.push_back(run.rows[static_cast<std::ptrdiff_t>(i) * run.step]);
    }
    position += run.count;
  }
  return result;
}

std::vector<RowRef> rowsOf(const Model& model) {
  std::vector<RowRef> rows;
  for (const auto& [id, row] : model) rows.push_back(row);
  return rows;
}

class Machine {
 public:
  explicit Machine(fuzz::ByteReader input) : input_(input) {
    driver_.loadTables({&table_, 1}).get();
    begin();
  }

  void run() {
    for (int stepsLeft = stepsMax; stepsLeft > 0 && !input_.atEnd(); --stepsLeft) step();
    for (const auto& [snapshot, model] : snapshots_) {
      fuzz::require(toVector(snapshot->scan(wholeIndex(table_, byId)).rows) == rowsOf(model), "snapshots stay");
    }
  }

 private:
  static constexpr int stepsMax = 400;
  static constexpr std::size_t snapshotsMax = 8;

  void begin() { transaction_ = driver_.begin(TransactionMode::readWrite).get(); }

  void step() {
    switch (input_.below(8)) {
      case 0:
      case 1: write(true, batch(1 + input_.below(4))); break;
      case 2: write(false, batch(1 + input_.below(4))); break;
      case 3: write(false, run(1 + input_.byte())); break;
      case 4: remove(); break;
      case 5: scan(); break;
      case 6:
        transaction_->commit().get();
        committed_ = model_;
        if (snapshots_.size() < snapshotsMax) snapshots_.emplace_back(driver_.snapshot(), committed_);
        begin();
        break;
      default:
        transaction_->rollback();
        model_ = committed_;
        begin();
        break;
    }
    check();
  }

  /// Ids of different lengths, with bytes that keys write in more than one.
  std::string id() {
    std::string id = "t";
    const std::uint8_t byte = input_.byte();
    for (unsigned i = byte / 64; i > 0; --i) id += "\x01\xEF\xBF\xBF";
    return id + static_cast<char>('0' + byte % 64);
  }

  std::vector<RowRef> batch(std::size_t count) {
    std::vector<RowRef> rows;
    for (; count > 0; --count) {
      Item item;
      item.id = id();
      const std::uint8_t kind = input_.byte();
      item.group = std::string(kind % 3, 'g');
      item.number = kind / 8 % 4;
      if (kind >= 0x80) item.email = std::string(1, static_cast<char>('a' + kind % 16));
      rows.push_back(makeRow(std::move(item)));
    }
    return rows;
  }

  /// Many rows with ids in a row: nodes split.
  std::vector<RowRef> run(std::size_t count) {
    const std::size_t start = input_.byte() * 16U;
    const std::string group(input_.below(3), 'r');
    std::vector<RowRef> rows;
    for (std::size_t i = 0; i < count; ++i) rows.push_back(makeRow(padded(start + i), group, 1));
    return rows;
  }

  std::optional<ErrorCode> writeToModel(const std::vector<RowRef>& rows, bool isInsert) {
    Model changed = model_;
    for (const RowRef& row : rows) {
      RowRef& place = changed[itemOf(row).id];
      if (isInsert && place) return ErrorCode::duplicateId;
      if (!place || !(itemOf(place) == itemOf(row))) place = row;
    }
    std::set<std::string> emails;
    for (const auto& [id, row] : changed) {
      if (itemOf(row).email && !emails.insert(*itemOf(row).email).second) return ErrorCode::uniqueViolation;
    }
    model_ = std::move(changed);
    return std::nullopt;
  }

  void write(bool isInsert, std::vector<RowRef> rows) {
    if (!isInsert) {  // the driver is promised different ids
      std::set<std::string> ids;
      rows.erase(std::remove_if(rows.begin(), rows.end(),
                                [&](const RowRef& row) { return !ids.insert(itemOf(row).id).second; }),
                 rows.end());
    }
    std::optional<ErrorCode> actual;
    try {
      const Ops ops = (isInsert ? transaction_->insert(*table_, rows) : transaction_->upsert(*table_, rows)).get();
      fuzz::require(ops.size() == rows.size(), "each row gives an op");
    } catch (const Error& error) {
      actual = error.code();
    }
    fuzz::require(actual == writeToModel(rows, isInsert), "a write succeeds or fails as the model's does");
  }

  void remove() {
    std::vector<std::string> ids;
    if (input_.below(2) == 0) {
      for (std::size_t count = input_.below(5); count > 0; --count) ids.push_back(id());
    } else {
      const std::size_t start = input_.byte() * 16U;
      for (std::size_t i = input_.byte(); i > 0; --i) ids.push_back(padded(start + i));
    }
    std::size_t expected = 0;
    for (const std::string& each : ids) expected += model_.erase(each);
    fuzz::require(transaction_->deleteRows(*table_, ids).get().size() == expected, "removals are counted");
  }

  void scan() {
    const std::string group(input_.below(3), 'g');
    const std::size_t limit = input_.byte();
    const Order order = limit % 2 == 0 ? Order::ascending : Order::descending;
    std::vector<RowRef> expected;
    for (const auto& [id, row] : model_) {
      if (itemOf(row).group == group) expected.push_back(row);
    }
    std::sort(expected.begin(), expected.end(), [](const RowRef& a, const RowRef& b) {
      return std::tie(itemOf(a).number, itemOf(a).id) < std::tie(itemOf(b).number, itemOf(b).id);
    });
    if (order == Order::descending) std::reverse(expected.begin(), expected.end());
    expected.resize(std::min(expected.size(), limit));
    const RowSequence rows = transaction_->scan(planOf(table_, byGroup, group, order, limit)).get().rows;
    fuzz::require(toVector(rows) == expected, "an index gives its rows in order");
  }

  void check() {
    const RowSequence rows = transaction_->scan(wholeIndex(table_, byId)).get().rows;
    fuzz::require(toVector(rows) == rowsOf(model_), "a transaction sees what a map holds");
    std::size_t emails = 0;
    for (const auto& [id, row] : model_) emails += itemOf(row).email ? 1 : 0;
    fuzz::require(transaction_->scan(wholeIndex(table_, byEmail)).get().rows.size() == emails,
                  "rows without a value are not in the index");
    fuzz::require(transaction_->scan(wholeIndex(table_, byGroup)).get().rows.size() == model_.size(),
                  "every index has every row");
  }

  fuzz::ByteReader input_;
  BptreeInmemDriver driver_;
  std::shared_ptr<const TableDef> table_ = itemsTable();
  Model model_;
  Model committed_;
  std::vector<std::pair<std::shared_ptr<const DriverSnapshot>, Model>> snapshots_;
  std::unique_ptr<DriverTransaction> transaction_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::int64_t rowsBefore = RowHeader::liveCount();
  const std::int64_t nodesBefore = BptreeInmemDriver::liveNodesCount();
  Machine(fuzz::ByteReader(data, size)).run();
  fuzz::require(RowHeader::liveCount() == rowsBefore, "no row is left");
  fuzz::require(BptreeInmemDriver::liveNodesCount() == nodesBefore, "no node is left");
  return 0;
}
