// What callbacks see of the live results, over every driver that reads a file.
#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/sql_driver.hpp>

#include "support/task_db.hpp"
#include "support/temp_folder.hpp"

namespace hyperdb::test {
namespace {

enum class Storage { sql, async, hybrid, hybridOverAsync, preloadedOverAsync };

std::unique_ptr<Driver> makeDriver(Storage storage, const std::string& file) {
  switch (storage) {
    case Storage::sql: return std::make_unique<SqlDriver>(file);
    case Storage::async: return std::make_unique<AsyncSqlDriver>(file);
    case Storage::hybrid: return std::make_unique<HybridDB>(SqlDriver(file));
    case Storage::hybridOverAsync: return std::make_unique<HybridDB>(AsyncSqlDriver(file));
    case Storage::preloadedOverAsync: break;
  }
  return std::make_unique<PreloadedHybridDB>(AsyncSqlDriver(file));
}

class CallbacksTest : public ::testing::TestWithParam<Storage> {
 protected:
  CallbacksTest() {
    DBOptions options;
    options.executor = &loop;
    db_.emplace(DB{makeDriver(GetParam(), folder_.file()), options});
    runUntilReady(loop, execAsync(db().loadTables({tasksTable, logTable})));
  }
  SubscribableDB& db() { return *db_; }
  Completion<void> put(int rank) { return asyncDispatch(db(), putTask("t1", "p1", rank)); }

 private:
  TempFolder folder_;

 protected:
  RunLoop loop;

 private:
  std::optional<SubscribableDB> db_;
};

TEST_P(CallbacksTest, SeeAllTouchedResultsAtTheRevisionOfTheDatabaseOrLater) {
  runUntilReady(loop, put(0));
  auto byOneIndex = asyncSelector(db(), projectTasks("p1"));
  auto byAnother = asyncSelector(db(), allTasks());
  int calls = 0;
  // The n-th commit writes rank n - 1.
  const auto look = [&] {
    ++calls;
    for (const auto* live : {&byOneIndex, &byAnother}) {
      if (live->data()) {
        EXPECT_GE(live->data()->front().rank, static_cast<double>(db().revision() - 1));
      }
    }
  };
  const Subscription first = byOneIndex.subscribe(look);
  const Subscription second = byAnother.subscribe(look);
  const Subscription commits = db().subscribe([&](const CommitEvent&) { look(); });
  // Four runs in a row that commits overtake would be announced as they are.
  for (int rank = 1; rank <= 20; ++rank) {
    runUntilReady(loop, put(rank));
    if (rank % 3 == 0) runUntilReady(loop, byOneIndex.whenFresh());
    if (rank % 3 == 0) runUntilReady(loop, byAnother.whenFresh());
  }
  std::vector<Completion<void>> inFlight;
  for (int rank = 21; rank <= 23; ++rank) inFlight.push_back(put(rank));
  for (Completion<void>& each : inFlight) runUntilReady(loop, std::move(each));
  runUntilReady(loop, byOneIndex.whenFresh());
  runUntilReady(loop, byAnother.whenFresh());
  loop.runReady();
  EXPECT_GE(calls, 23 + 2);
  EXPECT_EQ(byAnother.data()->front().rank, 23);
}

INSTANTIATE_TEST_SUITE_P(Drivers, CallbacksTest,
                         ::testing::Values(Storage::sql, Storage::async, Storage::hybrid, Storage::hybridOverAsync,
                                           Storage::preloadedOverAsync));

}  // namespace
}  // namespace hyperdb::test
