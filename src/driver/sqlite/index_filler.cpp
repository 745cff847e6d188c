#include "driver/sqlite/index_filler.hpp"

#include "schema/stored_row.hpp"
#include "schema/unique_value.hpp"

namespace hyperdb::detail::sqlite {

namespace {

constexpr std::size_t rowsPerWrite = 50'000;
constexpr std::int64_t rowsPerReport = 1000;
constexpr std::size_t conflictsNamedMax = 10;

RowRef decode(const TableDef& table, std::string_view id, std::string_view text) {
  ValidationFailure failure;
  if (RowRef row = readStoredRow(table, id, text, failure)) return row;
  throw Error(ErrorCode::invalidRow, "a stored row, of which a new index needs the columns: " + failure.message(),
              {table.name(), {}, failure.path, std::string(id), {}});
}

}  // namespace

IndexFiller::IndexFiller(Connection& connection, const TableDef& table, const StoredTable& stored,
                         const std::vector<std::size_t>& positions,
                         const std::function<bool(const LoadProgress&)>& onProgress)
    : connection_(connection), table_(table), stored_(stored), onProgress_(onProgress) {
  for (const std::size_t position : positions) {
    Index index;
    index.number = position + 1;
    const std::string name = quotedName(stored.indexes[position].storedAs);
    index.insertKey = Statement(connection, "INSERT INTO " + name + " VALUES (?1, ?2)");
    index.holderOfKey = Statement(connection, "SELECT t.id FROM " + name + " k JOIN " + quotedName(stored.storedAs) +
                                                  " t ON t.\"row\" = k.\"row\" WHERE k.key = ?1");
    indexes_.push_back(std::move(index));
  }
  rowsTotal_ = connection.readInteger(("SELECT count(*) FROM " + quotedName(stored.storedAs)).c_str());
}

void IndexFiller::run() {
  Statement rows(connection_, "SELECT \"row\", id, data FROM " + quotedName(stored_.storedAs) + " ORDER BY \"row\"");
  std::int64_t rowsDone = 0;
  while (rows.step("reading the rows for a new index")) {
    addRow(rows.integer(0), rows.text(1), rows.text(2));
    if (rowNumbers_.size() == rowsPerWrite) writeKeys();
    if (++rowsDone % rowsPerReport == 0) report(rowsDone);
  }
  writeKeys();
  report(rowsDone);
  if (conflictsCount_ == 0) return;
  if (conflictsCount_ > conflictsNamedMax) {
    conflicts_ += " and " + std::to_string(conflictsCount_ - conflictsNamedMax) + " more";
  }
  throw Error(ErrorCode::uniqueViolation, "stored rows share values of the new unique index: " + conflicts_,
              conflictPlace_);
}

void IndexFiller::addRow(std::int64_t rowNumber, std::string_view id, std::string_view text) {
  const RowRef row = decode(table_, id, text);
  for (Index& index : indexes_) {
    index.keys.add(rowNumbers_.size(), [&](KeyBytes& out) { return table_.appendIndexKey(index.number, *row, out); });
  }
  rowNumbers_.push_back(rowNumber);
}

void IndexFiller::writeKeys() {
  for (Index& index : indexes_) {
    index.keys.sort();
    for (std::size_t i = 0; i < index.keys.size(); ++i) {
      const std::int64_t rowNumber = rowNumbers_[index.keys.row(i)];
      index.insertKey.bindBlob(1, index.keys.key(i)).bindInteger(2, rowNumber);
      if (!index.insertKey.tryRun("filling a new index")) noteConflict(index, index.keys.key(i), rowNumber);
    }
    index.keys.clear();
  }
  rowNumbers_.clear();
}

void IndexFiller::noteConflict(Index& index, std::string_view key, std::int64_t rowNumber) {
  if (++conflictsCount_ > conflictsNamedMax) return;
  const StatementUse use(index.holderOfKey);
  index.holderOfKey.bindBlob(1, key);
  const std::string holder(index.holderOfKey.step() ? index.holderOfKey.text(0) : std::string_view());
  Statement idOfRow(connection_, "SELECT id FROM " + quotedName(stored_.storedAs) + " WHERE \"row\" = ?1");
  idOfRow.bindInteger(1, rowNumber);
  const std::string id(idOfRow.step() ? idOfRow.text(0) : std::string_view());
  const IndexDef& definition = table_.index(index.number);
  if (conflictsCount_ == 1) conflictPlace_ = {table_.name(), definition.name, {}, id, {}};
  conflicts_ += std::string(conflicts_.empty() ? "" : ", ") + "\"" + holder + "\" and \"" + id + "\" both have " +
                describeUniqueValue(definition, key);
}

void IndexFiller::report(std::int64_t rowsDone) {
  if (!onProgress_) return;
  const LoadProgress progress{table_.name(), table_.index(indexes_.front().number).name, rowsDone, rowsTotal_};
  if (onProgress_(progress)) return;
  throw Error(ErrorCode::cancelled, "the loading of tables was stopped by onLoadProgress",
              {table_.name(), table_.index(indexes_.front().number).name, {}, {}, {}});
}

}  // namespace hyperdb::detail::sqlite
