// Reading: key ranges of an index table, joined with the rows.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "driver/sqlite/key_scan.hpp"
#include "driver/sqlite/table_store.hpp"
#include "key/key_of_id.hpp"
#include "query/row_array.hpp"
#include "query/row_count.hpp"
#include "schema/stored_row.hpp"

namespace hyperdb::detail::sqlite {

namespace {

/// Returns the id of a range of byId that holds one id only; nothing for other ranges.
std::optional<std::string> singleId(const KeyRange& range) {
  if (range.unbounded || range.lower.empty()) return std::nullopt;
  try {
    KeyReader reader(range.lower);
    std::string id = reader.readString();
    if (!reader.atEnd() || !(KeyRange::prefix(range.lower) == range)) return std::nullopt;
    return id;
  } catch (const Error&) {
    return std::nullopt;  // a bound that is not a key: not an equality
  }
}

RowSequence sequenceOf(std::vector<RowRef>& rows) {
  RowArrayBuilder array(rows.size());
  for (RowRef& row : rows) array.add(std::move(row));
  return array.finish();
}

/// Adds the row that `read` returns; an unfit row is listed instead, if the plan wants that.
template <class Read>
void add(const ScanPlan& plan, FoundRows& found, Read read) {
  try {
    found.rows.push_back(read());
  } catch (const Error& error) {
    if (!plan.skipsUnfitRows || error.code() != ErrorCode::invalidRow) throw;
    found.unfit.push_back(error);
  }
}

}  // namespace

RowRef TableStore::decode(std::int64_t rowNumber, std::string_view id, std::string_view text) {
  const RowCache::Name name{number_, rowNumber, hashText(text)};
  if (RowRef known = cache_.find(name, epoch_.number())) return known;
  ValidationFailure failure;
  RowRef row = readStoredRow(table_, id.empty() ? std::nullopt : std::optional(id), text, failure);
  if (!row) throw unfitRowError(table_, failure, id.empty() ? idOf(rowNumber) : std::string(id));
  cache_.put(name, row, epoch_.number());
  return row;
}

/// Finds a row by its id. Reads the row in the same statement if it is probably not cached: a second statement costs
/// more than skipping its page.
FoundRow TableStore::findById(std::string_view id) {
  const bool readsRow = !epoch_.exists() || !idHits_.areLikely();
  Statement& statement = readsRow ? findRow_ : findNumber_;
  const char* const columns = readsRow ? "SELECT \"row\", data FROM " : "SELECT \"row\" FROM ";
  prepared(statement, columns, stored_.storedAs, " WHERE id = ?1");
  const StatementUse use(statement);
  statement.bindText(1, id);
  if (!statement.step()) return {};
  const std::int64_t number = statement.integer(0);
  if (epoch_.exists()) {
    RowRef known = cache_.findCurrent(number_, number, epoch_.current());
    idHits_.note(static_cast<bool>(known));
    if (known) return {number, std::move(known)};
  }
  return {number, readsRow ? decode(number, id, statement.text(1)) : findByNumber(number)};
}

RowRef TableStore::findByNumber(std::int64_t rowNumber) {
  prepared(findByNumber_, "SELECT id, data FROM ", stored_.storedAs, " WHERE \"row\" = ?1");
  const StatementUse use(findByNumber_);
  findByNumber_.bindInteger(1, rowNumber);
  if (findByNumber_.step()) return decode(rowNumber, findByNumber_.text(0), findByNumber_.text(1));
  throw Error(ErrorCode::driverFailure,
              "\"" + connection_.path() + "\": an index names a row that is not there; SqlDriver::findDamage says more",
              {table_.name(), {}, {}, {}, {}});
}

std::string TableStore::idOf(std::int64_t rowNumber) {
  Statement statement(connection_, "SELECT id FROM " + quotedName(stored_.storedAs) + " WHERE \"row\" = ?1");
  statement.bindInteger(1, rowNumber);
  return statement.step() ? std::string(statement.text(0)) : std::string();
}

ScanResult TableStore::scan(const ScanPlan& plan, DriverCounters& work) {
  if (plan.onlyCounts) {
    ScanResult counted;
    counted.rows = countedRows(count(plan));
    return counted;
  }
  FoundRows found;
  const bool isDescending = plan.order == Order::descending;
  for (std::size_t i = 0; i < plan.ranges.size() && found.rows.size() < plan.limit; ++i) {
    const KeyRange& range = plan.ranges[isDescending ? plan.ranges.size() - 1 - i : i];
    if (plan.indexNumber == TableDef::byIdIndex) {
      scanById(plan, range, found);
    } else {
      scanRange(plan, range, found);
    }
  }
  work.rowsExamined += found.rows.size();
  ScanResult result;
  result.rows = sequenceOf(found.rows);
  result.unfitRows = std::move(found.unfit);
  return result;
}

/// Counts by keys only.
std::size_t TableStore::count(const ScanPlan& plan) {
  std::size_t total = 0;
  for (const KeyRange& range : plan.ranges) {
    if (total >= plan.limit) break;
    total += plan.indexNumber == TableDef::byIdIndex ? countById(plan, range) : countRange(plan, range);
  }
  return std::min(total, plan.limit);
}

std::size_t TableStore::countRange(const ScanPlan& plan, const KeyRange& range) {
  Statement& statement = indexes_[plan.indexNumber].counts[range.unbounded ? 0 : 1];
  if (!statement) {
    const std::string index = quotedName(stored_.indexes[plan.indexNumber - 1].storedAs);
    statement = Statement(connection_, "SELECT count(*) FROM (SELECT 1 FROM " + index + " WHERE key >= ?1" +
                                           (range.unbounded ? "" : " AND key < ?2") + " LIMIT ?3)");
  }
  const StatementUse use(statement);
  statement.bindBlob(1, range.lower);
  if (!range.unbounded) statement.bindBlob(2, range.upper);
  constexpr std::size_t all = std::numeric_limits<std::int64_t>::max();
  statement.bindInteger(3, static_cast<std::int64_t>(std::min(plan.limit, all)));
  return statement.step() ? static_cast<std::size_t>(statement.integer(0)) : 0;
}

std::size_t TableStore::countById(const ScanPlan& plan, const KeyRange& range) {
  if (const std::optional<std::string> id = singleId(range)) {
    prepared(findNumber_, "SELECT \"row\" FROM ", stored_.storedAs, " WHERE id = ?1");
    const StatementUse use(findNumber_);
    findNumber_.bindText(1, *id);
    return findNumber_.step() ? 1 : 0;
  }
  if (range == KeyRange::all()) {
    prepared(countRows_, "SELECT count(*) FROM ", stored_.storedAs, "");
    const StatementUse use(countRows_);
    return countRows_.step() ? static_cast<std::size_t>(countRows_.integer(0)) : 0;
  }
  FoundRows found;
  scanAllById(plan, range, found);
  return found.rows.size();
}

Statement& TableStore::scanStatement(Columns columns, const ScanPlan& plan, const KeyRange& range) {
  const bool isDescending = plan.order == Order::descending;
  const bool isBounded = !range.unbounded;
  const bool hasRows = columns == Columns::withRows;
  IndexStatements& statements = indexes_[plan.indexNumber];
  Statement& statement = statements.scans[hasRows ? 1 : 0][isDescending ? 1 : 0][isBounded ? 1 : 0];
  if (!statement) {
    const std::string index = quotedName(stored_.indexes[plan.indexNumber - 1].storedAs);
    // CROSS JOIN: the index first, whatever SQLite's planner estimates.
    const std::string source = hasRows ? "k.\"row\", t.data, k.key FROM " + index + " k CROSS JOIN " +
                                             quotedName(stored_.storedAs) + " t ON t.\"row\" = k.\"row\""
                                       : "k.\"row\", k.key FROM " + index + " k";
    statement =
        Statement(connection_, "SELECT " + source + " WHERE k.key >= ?1" + (isBounded ? " AND k.key < ?2" : "") +
                                   " ORDER BY k.key" + (isDescending ? " DESC" : ""));
  }
  statement.bindBlob(1, range.lower);
  if (isBounded) statement.bindBlob(2, range.upper);
  return statement;
}

void TableStore::scanRange(const ScanPlan& plan, const KeyRange& range, FoundRows& found) {
  KeyRange rest = range;
  if (epoch_.exists() && scanCached(plan, rest, found)) return;
  Statement& statement = scanStatement(Columns::withRows, plan, rest);
  const StatementUse use(statement);
  while (found.rows.size() < plan.limit && statement.step()) {
    add(plan, found, [&] { return decode(statement.integer(0), {}, statement.text(1)); });
  }
}

/// Reads the index alone as long as the cache has the rows. Returns whether that was all; otherwise `range` is the
/// rest.
bool TableStore::scanCached(const ScanPlan& plan, KeyRange& range, FoundRows& found) {
  // A few missing rows are read one by one; if many are missing, the join is quicker.
  constexpr std::size_t missesMax = 4;
  std::size_t missesCount = 0;
  Statement& statement = scanStatement(Columns::keysOnly, plan, range);
  const StatementUse use(statement);
  while (found.rows.size() < plan.limit) {
    if (!statement.step()) return true;
    const std::int64_t number = statement.integer(0);
    RowRef row = cache_.findCurrent(number_, number, epoch_.current());
    if (!row) {
      if (++missesCount > missesMax + found.rows.size() / 8) {
        KeyBytes next(statement.blob(1));
        if (plan.order == Order::descending) {
          next += '\0';
          range = KeyRange::between(std::move(range.lower), std::move(next));
        } else {
          range.lower = std::move(next);
        }
        return false;
      }
      add(plan, found, [&] { return findByNumber(number); });
      continue;
    }
    found.rows.push_back(std::move(row));
  }
  return true;
}

void TableStore::scanById(const ScanPlan& plan, const KeyRange& range, FoundRows& found) {
  const std::optional<std::string> id = singleId(range);
  if (!id) return scanAllById(plan, range, found);
  add(plan, found, [&] { return findById(*id).row; });
  if (!found.rows.empty() && !found.rows.back()) found.rows.pop_back();
}

/// Sorts the rows of a range of byId. The column `id` has SQLite's order, which is not that of keys; no query makes
/// such a range.
void TableStore::scanAllById(const ScanPlan& plan, const KeyRange& range, FoundRows& found) {
  if (!allRows_) prepared(allRows_, "SELECT \"row\", id, data FROM ", stored_.storedAs, "");
  std::vector<std::pair<KeyBytes, RowRef>> sorted;
  {
    const StatementUse use(allRows_);
    while (allRows_.step()) {
      KeyBytes key = keyOfId(allRows_.text(1));
      if (!range.contains(key)) continue;
      FoundRows row;
      add(plan, row, [&] { return decode(allRows_.integer(0), allRows_.text(1), allRows_.text(2)); });
      if (!row.rows.empty()) sorted.emplace_back(std::move(key), std::move(row.rows.front()));
      for (Error& error : row.unfit) found.unfit.push_back(std::move(error));
    }
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (plan.order == Order::descending) std::reverse(sorted.begin(), sorted.end());
  for (auto& entry : sorted) {
    if (found.rows.size() == plan.limit) return;
    found.rows.push_back(std::move(entry.second));
  }
}

IndexKeys TableStore::scanKeys(std::size_t indexNumber) {
  if (indexNumber == TableDef::byIdIndex) return readIdKeys(connection_, stored_.storedAs);
  return readIndexKeys(connection_, stored_.indexes[indexNumber - 1].storedAs);
}

}  // namespace hyperdb::detail::sqlite
