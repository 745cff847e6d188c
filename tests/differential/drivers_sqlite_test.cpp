// The same over files of SQLite.
#include <hyperdb/sql_driver.hpp>

#include "differential/differential.hpp"

namespace hyperdb::test {
namespace {

SqlOptions wal(std::size_t rowCacheRows = 100'000) {
  SqlOptions options;
  options.rowCacheRows = rowCacheRows;
  return options;
}

SqlOptions truncating(std::size_t rowCacheRows = 100'000) {
  SqlOptions options = wal(rowCacheRows);
  options.journalMode = JournalMode::truncate;
  options.synchronous = SynchronousLevel::off;  // else each commit waits for the disk
  return options;
}

MakeDriver file(SqlOptions options = wal()) {
  return [options](Storage& storage) { return std::make_unique<SqlDriver>(storage.file(), options); };
}

MakeDriver inMemory() {
  return kept([](Storage&) { return std::make_unique<SqlDriver>(":memory:"); });
}

std::string damageOf(Driver& driver) {
  if (auto* tiers = dynamic_cast<WriteBehindDriver*>(&driver)) return damageOf(tiers->primary());
  if (auto* slow = dynamic_cast<LateDriver*>(&driver)) return damageOf(slow->inner());
  std::string all;
  for (const std::string& fault : dynamic_cast<SqlDriver&>(driver).findDamage()) all += fault + "\n";
  return all;
}

const std::vector<DriverEntry> entries = {
    {"sqlite", Answering::atOnce, file(), damageOf},
    {"sqliteWithoutRowCache", Answering::atOnce, file(wal(0)), damageOf},
    {"sqliteSmallRowCache", Answering::atOnce, file(wal(1)), damageOf},
    {"sqliteTruncating", Answering::atOnce, file(truncating()), damageOf},
    {"sqliteTruncatingWithoutRowCache", Answering::atOnce, file(truncating(0)), damageOf},
    {"sqliteInMemory", Answering::atOnce, inMemory()},
    {"sqliteLate", Answering::onLoop, late(file()), damageOf},
    {"hybridOverSqlite", Answering::atOnce, over<HybridDB>(file()), damageOf},
    {"hybridOverLateSqlite", Answering::onLoop, over<HybridDB>(late(file(wal(0)))), damageOf},
    {"preloadedOverSqlite", Answering::atOnce, over<PreloadedHybridDB>(file()), damageOf},
    {"preloadedOverLateSqlite", Answering::onLoop, over<PreloadedHybridDB>(late(file(truncating()))), damageOf},
};

INSTANTIATE_TEST_SUITE_P(Sqlite, Differential, ::testing::ValuesIn(entries), entryName);

}  // namespace
}  // namespace hyperdb::test
