// Writing: rows first, then the keys of each index in their order, which is the fastest for SQLite.
#include <algorithm>
#include <utility>

#include "driver/sqlite/table_store.hpp"
#include "schema/unique_value.hpp"

namespace hyperdb::detail::sqlite {

namespace {
constexpr std::string_view writing = "writing a row";
constexpr std::size_t recordHeaderBytesMax = 64;
}  // namespace

TableStore::TableStore(Connection& connection, const TableDef& table, const StoredTable& stored, std::uint32_t number,
                       RowCache& cache, Epoch& epoch)
    : connection_(connection), table_(table), stored_(stored), number_(number), cache_(cache), epoch_(epoch) {
  indexes_.resize(table.indexes().size());
  changes_.resize(table.indexes().size());
  for (std::size_t index = 1; index < table.indexes().size(); ++index) {
    hasUnique_ = hasUnique_ || table.index(index).isUnique();
  }
}

/// Makes a batch all or nothing.
class TableStore::Batch {
 public:
  Batch(TableStore& store, bool needsSavepoint) : store_(store) {
    if (!needsSavepoint) return;
    store_.prepared(store_.savepoint_, "SAVEPOINT ", "hyperdb_batch", "").run(writing);
    isOpen_ = true;
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    for (KeyChanges& changes : store_.changes_) {
      changes.removed.clear();
      changes.added.clear();
    }
    // A failure here follows from a worse error, which is being thrown.
    if (isOpen_) {
      store_.epoch_.end();  // the cache may have rows that are rolled back now
      sqlite3_exec(store_.connection_.handle(), "ROLLBACK TO hyperdb_batch; RELEASE hyperdb_batch", nullptr, nullptr,
                   nullptr);
    }
  }
  void release() {
    if (!isOpen_) return;
    store_.prepared(store_.release_, "RELEASE ", "hyperdb_batch", "").run(writing);
    isOpen_ = false;
  }

 private:
  TableStore& store_;
  bool isOpen_ = false;
};

Statement& TableStore::prepared(Statement& statement, const char* before, std::string_view name, const char* behind) {
  if (!statement) statement = Statement(connection_, before + quotedName(name) + behind);
  return statement;
}

ErrorPlace TableStore::placeOf(const TableDef& table, std::size_t indexNumber, std::string_view rowId) const {
  return refusedPlace(table, table.index(indexNumber), rowId);
}

bool TableStore::appendKey(KeyBatch& keys, std::size_t indexNumber, std::size_t position, const RowHeader& row) const {
  return keys.add(position, [&](KeyBytes& out) { return table_.appendIndexKey(indexNumber, row, out); });
}

/// Throws Error(invalidRow), which names the row of this text, if it is too large for SQLite.
void TableStore::checkSize(const RowHeader& row) const {
  const std::string_view id = table_.rowType().id(row);
  const std::size_t bytes = text_.size() + id.size() + recordHeaderBytesMax;
  if (std::cmp_less_equal(bytes, sqlite3_limit(connection_.handle(), SQLITE_LIMIT_LENGTH, -1))) return;
  throw Error(ErrorCode::invalidRow, "the row is larger than SQLite can store",
              placeOf(table_, TableDef::byIdIndex, id));
}

/// Inserts a row and returns its number; 0 if the id is taken.
std::int64_t TableStore::insertRow(const RowHeader& row) {
  prepared(insertRow_, "INSERT INTO ", stored_.storedAs, " (id, data) VALUES (?1, ?2)");
  text_.clear();
  table_.rowType().appendJson(row, text_);
  checkSize(row);
  insertRow_.bindText(1, table_.rowType().id(row)).bindText(2, text_);
  if (!insertRow_.tryRun(writing)) return 0;
  insertRow_.checkOneRow(writing);
  const std::int64_t number = connection_.lastRowNumber();
  cache_.put({number_, number, hashText(text_)}, RowRef(&row), epoch_.number());
  return number;
}

void TableStore::updateRow(std::int64_t number, const RowHeader& row) {
  prepared(updateRow_, "UPDATE ", stored_.storedAs, " SET data = ?2 WHERE \"row\" = ?1");
  text_.clear();
  table_.rowType().appendJson(row, text_);
  checkSize(row);
  updateRow_.bindInteger(1, number).bindText(2, text_);
  updateRow_.runOnOneRow(writing);
  cache_.put({number_, number, hashText(text_)}, RowRef(&row), epoch_.number());
}

void TableStore::insertKeys(const TableDef& table, std::size_t indexNumber, std::span<const RowRef> rows,
                            std::span<const std::int64_t> numbers) {
  KeyBatch& keys = changes_[indexNumber].added;
  if (keys.empty()) return;
  keys.sort();
  Statement& statement = prepared(indexes_[indexNumber].insertKey, "INSERT INTO ",
                                  stored_.indexes[indexNumber - 1].storedAs, " VALUES (?1, ?2)");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    statement.bindBlob(1, keys.key(i)).bindInteger(2, numbers[keys.row(i)]);
    if (!statement.tryRun("writing an index")) {
      failUnique(table, indexNumber, keys.key(i), table_.rowType().id(*rows[keys.row(i)]));
    }
    statement.checkOneRow("writing an index");
  }
}

void TableStore::deleteKeys(std::size_t indexNumber) {
  KeyBatch& keys = changes_[indexNumber].removed;
  if (keys.empty()) return;
  keys.sort();
  Statement& statement = prepared(indexes_[indexNumber].deleteKey, "DELETE FROM ",
                                  stored_.indexes[indexNumber - 1].storedAs, " WHERE key = ?1");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    statement.bindBlob(1, keys.key(i));
    statement.run("writing an index");
  }
}

void TableStore::failDuplicate(const TableDef& table, std::span<const RowRef> rows, std::size_t position) const {
  const std::string_view id = table_.rowType().id(*rows[position]);
  bool isTwice = false;
  for (std::size_t i = 0; i < position && !isTwice; ++i) isTwice = table_.rowType().id(*rows[i]) == id;
  throw Error(ErrorCode::duplicateId,
              isTwice ? "two rows of the batch have this id" : "a row with this id is there already",
              placeOf(table, TableDef::byIdIndex, id));
}

void TableStore::failUnique(const TableDef& table, std::size_t indexNumber, std::string_view key,
                            std::string_view rowId) {
  const IndexDef& index = table_.index(indexNumber);
  Statement& statement = indexes_[indexNumber].holderOfKey;
  if (!statement) {
    statement = Statement(connection_, "SELECT t.id FROM " + quotedName(stored_.indexes[indexNumber - 1].storedAs) +
                                           " k JOIN " + quotedName(stored_.storedAs) +
                                           " t ON t.\"row\" = k.\"row\" WHERE k.key = ?1");
  }
  const StatementUse use(statement);
  statement.bindBlob(1, key);
  const bool isHeld = statement.step();
  if (!index.isUnique() || !isHeld) {
    throw Error(ErrorCode::driverFailure,
                "\"" + connection_.path() + "\": the index does not agree with the rows: it has " +
                    describeKey(key, index.columns.size()) + " already; SqlDriver::findDamage says more",
                placeOf(table, indexNumber, rowId));
  }
  const std::string holder(statement.text(0));
  throw Error(ErrorCode::uniqueViolation,
              "the unique value " + describeUniqueValue(index, key) + " is held by row \"" + holder + "\"",
              placeOf(table, indexNumber, rowId));
}

Ops TableStore::insert(const TableDef& table, std::span<const RowRef> rows) {
  // One row whose keys can't collide needs no savepoint: only the first write can be refused.
  Batch batch(*this, rows.size() > 1 || hasUnique_);
  for (std::size_t index = 1; index < indexes_.size(); ++index) {
    for (std::size_t i = 0; i < rows.size(); ++i) appendKey(changes_[index].added, index, i, *rows[i]);
  }
  std::vector<std::int64_t> numbers(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    numbers[i] = insertRow(*rows[i]);
    if (numbers[i] == 0) failDuplicate(table, rows, i);
  }
  for (std::size_t index = 1; index < indexes_.size(); ++index) insertKeys(table, index, rows, numbers);
  Ops ops;
  ops.reserve(rows.size());
  for (const RowRef& row : rows) ops.push_back({OpType::insert, &table, {}, row});
  batch.release();
  return ops;
}

/// Finds a row to be replaced or deleted. One that does not fit has a number but no row; its number is added to
/// `unfitNumbers`.
FoundRow TableStore::findToReplace(std::string_view id, std::vector<std::int64_t>& unfitNumbers) {
  try {
    return findById(id);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalidRow) throw;
  }
  prepared(findNumber_, "SELECT \"row\" FROM ", stored_.storedAs, " WHERE id = ?1");
  const StatementUse use(findNumber_);
  findNumber_.bindText(1, id);
  if (!findNumber_.step()) return {};
  unfitNumbers.push_back(findNumber_.integer(0));
  return {unfitNumbers.back(), {}};
}

/// Marks the keys of rows that can't be read as removed. Scans the whole index.
void TableStore::removeKeysOf(std::span<const std::int64_t> numbers, std::size_t indexNumber) {
  if (numbers.empty()) return;
  std::vector<std::int64_t> sorted(numbers.begin(), numbers.end());
  std::sort(sorted.begin(), sorted.end());
  Statement all(connection_, "SELECT key, \"row\" FROM " + quotedName(stored_.indexes[indexNumber - 1].storedAs));
  while (all.step()) {
    if (!std::binary_search(sorted.begin(), sorted.end(), all.integer(1))) continue;
    changes_[indexNumber].removed.add(0, [&](KeyBytes& out) {
      out += all.blob(0);
      return true;
    });
  }
}

Ops TableStore::upsert(const TableDef& table, std::span<const RowRef> rows) {
  Batch batch(*this, true);
  Ops ops;
  ops.reserve(rows.size());
  std::vector<std::int64_t> numbers(rows.size());
  std::vector<std::int64_t> unfitNumbers;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    FoundRow found = findToReplace(table_.rowType().id(*rows[i]), unfitNumbers);
    numbers[i] = found.number;
    ops.push_back({OpType::upsert, &table, found.row, rowToStore(found.row, rows[i])});
  }
  // The old keys first: uniqueness is judged by the state after the batch.
  for (std::size_t index = 1; index < indexes_.size(); ++index) {
    KeyChanges& changes = changes_[index];
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (ops[i].oldRow == ops[i].newRow) continue;
      const bool hasNew = appendKey(changes.added, index, i, *rows[i]);
      const bool hasOld = ops[i].oldRow && appendKey(changes.removed, index, i, *ops[i].oldRow);
      if (!hasNew || !hasOld) continue;
      if (changes.added.key(changes.added.size() - 1) != changes.removed.key(changes.removed.size() - 1)) continue;
      changes.added.dropLast();
      changes.removed.dropLast();
    }
    removeKeysOf(unfitNumbers, index);
    deleteKeys(index);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (ops[i].oldRow == ops[i].newRow) continue;
    if (numbers[i] != 0) {
      updateRow(numbers[i], *ops[i].newRow);
    } else if (numbers[i] = insertRow(*rows[i]); numbers[i] == 0) {
      failDuplicate(table, rows, i);
    }
  }
  for (std::size_t index = 1; index < indexes_.size(); ++index) insertKeys(table, index, rows, numbers);
  if (!unfitNumbers.empty()) ops.push_back({OpType::upsert, &table, {}, {}});
  batch.release();
  return ops;
}

Ops TableStore::deleteRows(const TableDef& table, std::span<const std::string> ids) {
  Batch batch(*this, ids.size() > 1);
  Ops ops;
  std::vector<std::int64_t> unfitNumbers;
  prepared(deleteRow_, "DELETE FROM ", stored_.storedAs, " WHERE \"row\" = ?1");
  for (const std::string& id : ids) {
    FoundRow found = findToReplace(id, unfitNumbers);
    if (found.number == 0) continue;
    for (std::size_t index = 1; index < indexes_.size() && found.row; ++index) {
      appendKey(changes_[index].removed, index, ops.size(), *found.row);
    }
    deleteRow_.bindInteger(1, found.number);
    deleteRow_.runOnOneRow(writing);
    if (found.row) ops.push_back({OpType::delete_, &table, std::move(found.row), {}});
  }
  for (std::size_t index = 1; index < indexes_.size(); ++index) {
    removeKeysOf(unfitNumbers, index);
    deleteKeys(index);
  }
  if (!unfitNumbers.empty()) ops.push_back({OpType::delete_, &table, {}, {}});
  batch.release();
  return ops;
}

}  // namespace hyperdb::detail::sqlite
