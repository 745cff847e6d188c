#include "driver/sqlite/schema_loader.hpp"

#include <algorithm>
#include <utility>

#include "driver/sqlite/index_filler.hpp"
#include "driver/sqlite/js_import.hpp"

namespace hyperdb::detail::sqlite {

SchemaPtr SchemaLoader::load(std::span<const std::shared_ptr<const TableDef>> tables, ChangeLog* log) {
  session_.access().checkInPlace("loading tables");
  auto schema = current_ != nullptr ? std::make_shared<Schema>(*current_) : std::make_shared<Schema>();
  for (const std::shared_ptr<const TableDef>& table : tables) schema->catalog.add(table);
  const std::size_t firstNew = schema->tables.size();
  schema->tables.resize(schema->catalog.slotsCount());

  // Mostly there is nothing to do, and then no lock is needed.
  if (isInPlace(*schema, firstNew, log)) return schema;
  if (options_.readOnly) {
    throw Error(ErrorCode::driverFailure,
                "\"" + connection_.path() + "\": the file was opened read-only, and lacks tables or indexes");
  }
  session_.beginWrite();
  try {
    createCatalog(connection_);
    checkCatalog(connection_);
    for (std::size_t slot = firstNew; slot < schema->tables.size(); ++slot) {
      const TableDef& table = *schema->catalog.slot(slot).table;
      TableChanges changes = compare(table);
      apply(table, changes);
      schema->tables[slot] = std::move(changes.stored);
    }
    if (log != nullptr) log->create();
    session_.access().checkInPlace("loading tables");
    session_.commit();
  } catch (...) {
    session_.rollback();
    throw;
  }
  if (log != nullptr) log->open();
  return schema;
}

/// Returns whether the file fits as it is; fills in the places of the new tables.
bool SchemaLoader::isInPlace(Schema& schema, std::size_t firstNew, ChangeLog* log) {
  if (log != nullptr && !log->open()) return false;
  if (!hasSqlTable(connection_, "hyperdb_tables")) return false;
  for (std::size_t slot = firstNew; slot < schema.tables.size(); ++slot) {
    TableChanges changes = compare(*schema.catalog.slot(slot).table);
    if (!changes.empty()) return false;
    schema.tables[slot] = std::move(changes.stored);
  }
  return true;
}

namespace {

StoredIndex wantedIndex(const IndexDef& index) {
  StoredIndex wanted;
  wanted.name = index.name;
  wanted.type = index.type;
  for (const RowType::Column& column : index.columns) wanted.columns.push_back(column.name);
  return wanted;
}

/// Throws Error(driverFailure) unless the table's rows are in an SQLite table of their own.
void checkRowTable(Connection& connection, const StoredTable& table) {
  Statement holders(connection, "SELECT count(*) FROM hyperdb_tables WHERE stored_as = ?1 COLLATE NOCASE");
  holders.bindText(1, table.storedAs);
  const bool isShared = holders.step() && holders.integer(0) > 1;
  if (!isShared && hasSqlTable(connection, table.storedAs)) return;
  throw Error(ErrorCode::driverFailure,
              "\"" + connection.path() + "\": " +
                  (isShared ? "hyperdb_tables is damaged: two tables are stored in \""
                            : "the rows of the table are missing: another program has dropped \"") +
                  table.storedAs + "\"",
              {table.name, {}, {}, {}, {}});
}

}  // namespace

TableChanges SchemaLoader::compare(const TableDef& table) {
  TableChanges changes;
  std::optional<StoredTable> found;
  if (hasSqlTable(connection_, "hyperdb_tables")) found = readStoredTable(connection_, table.name());
  changes.isNew = !found;
  changes.isFromJavaScript = !found && hasJavaScriptTable(connection_, table.name());
  changes.stored.name = table.name();
  if (found) {
    changes.stored.storedAs = found->storedAs;
    checkRowTable(connection_, *found);
  }
  for (std::size_t number = 1; number < table.indexes().size(); ++number) {
    const IndexDef& index = table.index(number);
    StoredIndex wanted = wantedIndex(index);
    const StoredIndex* there = found ? found->find(index.name) : nullptr;
    if (there != nullptr && there->hasKeysOf(index) && hasSqlTable(connection_, there->storedAs)) {
      wanted.storedAs = there->storedAs;
      changes.isDifferent = changes.isDifferent || there->type != index.type;
    } else {
      changes.added.push_back(number - 1);
      if (there != nullptr) changes.dropped.push_back(*there);
    }
    changes.stored.indexes.push_back(std::move(wanted));
  }
  if (!found) return changes;
  for (const StoredIndex& index : found->indexes) {
    if (changes.stored.find(index.name) == nullptr) changes.dropped.push_back(index);
  }
  return changes;
}

void SchemaLoader::apply(const TableDef& table, TableChanges& changes) {
  if (changes.empty()) return;
  for (const StoredIndex& index : changes.dropped) dropIndexTable(connection_, index);
  StoredTable& stored = changes.stored;
  if (changes.isFromJavaScript) {
    importJavaScriptTable(connection_, table, stored);
  } else if (changes.isNew) {
    stored.storedAs = freeName(connection_, stored.name);
    createRowTable(connection_, stored);
  }
  for (const std::size_t position : changes.added) {
    StoredIndex& index = stored.indexes[position];
    index.storedAs = freeName(connection_, stored.storedAs + "/" + index.name);
    createIndexTable(connection_, index);
  }
  const bool hasRows = !changes.isNew || changes.isFromJavaScript;
  if (hasRows && !changes.added.empty()) {
    IndexFiller(connection_, table, stored, changes.added, options_.onLoadProgress).run();
  }
  writeStoredTable(connection_, stored);
}

}  // namespace hyperdb::detail::sqlite
