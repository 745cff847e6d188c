#include "driver/sqlite/damage.hpp"

#include "schema/stored_row.hpp"

namespace hyperdb::detail::sqlite {

namespace {

constexpr std::size_t faultsMax = 100;

class DamageFinder {
 public:
  explicit DamageFinder(Session& session) : session_(session), connection_(session.connection()) {}

  std::vector<std::string> run() {
    checkPages();
    const SchemaPtr& schema = session_.schema();
    for (std::size_t slot = 0; schema != nullptr && slot < schema->tables.size(); ++slot) {
      checkTable(*schema->catalog.slot(slot).table, schema->tables[slot]);
    }
    return std::move(faults_);
  }

 private:
  void add(std::string fault) {
    if (faults_.size() < faultsMax) faults_.push_back(std::move(fault));
  }

  void checkPages() {
    Statement check(connection_, "PRAGMA integrity_check(20)");
    while (check.step("checking the file")) {
      if (check.text(0) != "ok") add("SQLite: " + std::string(check.text(0)));
    }
  }

  /// Checks that each index has each row's key and no others.
  void checkTable(const TableDef& table, const StoredTable& stored) {
    std::vector<Statement> finds;
    std::vector<std::int64_t> keysCounts(stored.indexes.size());
    for (const StoredIndex& index : stored.indexes) {
      finds.emplace_back(connection_, "SELECT \"row\" FROM " + quotedName(index.storedAs) + " WHERE key = ?1");
    }
    Statement rows(connection_, "SELECT \"row\", id, data FROM " + quotedName(stored.storedAs));
    while (rows.step("checking rows")) {
      const std::string id(rows.text(1));
      const RowRef row = decoded(table, id, rows.text(2));
      if (!row) continue;
      for (std::size_t i = 0; i < finds.size(); ++i) {
        KeyBytes key;
        if (!table.appendIndexKey(i + 1, *row, key)) continue;
        ++keysCounts[i];
        const StatementUse use(finds[i]);
        finds[i].bindBlob(1, key);
        if (finds[i].step() && finds[i].integer(0) == rows.integer(0)) continue;
        add(table.name() + "/" + stored.indexes[i].name + ": the row \"" + id + "\" is missing");
      }
    }
    if (!faults_.empty()) return;
    for (std::size_t i = 0; i < stored.indexes.size(); ++i) {
      const std::int64_t there =
          connection_.readInteger(("SELECT count(*) FROM " + quotedName(stored.indexes[i].storedAs)).c_str());
      if (there == keysCounts[i]) continue;
      add(table.name() + "/" + stored.indexes[i].name + ": has " + std::to_string(there) + " keys for " +
          std::to_string(keysCounts[i]) + " rows");
    }
  }

  RowRef decoded(const TableDef& table, const std::string& id, std::string_view text) {
    ValidationFailure failure;
    RowRef row = readStoredRow(table, id, text, failure);
    if (!row) add(table.name() + ": the row \"" + id + "\" can't be read: " + failure.message());
    return row;
  }

  Session& session_;
  Connection& connection_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> findDamage(Session& session) {
  session.beginRead();
  try {
    std::vector<std::string> faults = DamageFinder(session).run();
    session.endRead();
    return faults;
  } catch (...) {
    session.endRead();
    throw;
  }
}

}  // namespace hyperdb::detail::sqlite
