// Stored rows that no longer fit their table: over every driver with a file they can be replaced and deleted, and
// reading one says which it is.
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <set>

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/hybrid_db.hpp>

#include "sqlite/sqlite_world.hpp"
#include "support/test_duration.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

namespace first_release {
enum class State { open, done, late };
struct Job {
  std::string id;
  std::string owner;
  State state = State::open;
};
inline constexpr auto byOwner = uniqhash<&Job::owner>("byOwner");
inline constexpr auto byState = btree<&Job::state>("byState");
inline const auto jobs = defineTable<Job>("jobs").index(byOwner).index(byState);
}  // namespace first_release

/// Without the enumerator `late`.
enum class State { open, done };
struct Job {
  std::string id;
  std::string owner;
  State state = State::open;
};
constexpr auto byOwner = uniqhash<&Job::owner>("byOwner");
constexpr auto byState = btree<&Job::state>("byState");
const auto jobs = defineTable<Job>("jobs").index(byOwner).index(byState);

/// Sorted: "a b".
std::string idsOf(const Rows<Job>& rows) {
  std::set<std::string> sorted;
  for (const Job& job : rows) sorted.insert(job.id);
  std::string ids;
  for (const std::string& id : sorted) ids += (ids.empty() ? "" : " ") + id;
  return ids;
}
const auto allIds = selector("allIds", {}, []() -> Selector<std::string> {
  Rows<Job> rows = co_await selectFrom(jobs, byState);
  co_return idsOf(rows);
});
const auto deleteAndList = action("deleteAndList", {"id"}, [](std::string id) -> Action<std::string> {
  co_await deleteRows(jobs, id);
  Rows<Job> first = co_await selectFrom(jobs, byState).limit(1);
  Rows<Job> rows = co_await selectFrom(jobs, byState);
  Rows<Job> byItsId = co_await selectFrom(jobs, byId).where(eq<&Job::id>(id));
  co_return idsOf(first) + "/" + idsOf(rows) + "/" + idsOf(byItsId);
});
const auto deleteAndFail = action("deleteAndFail", {"id"}, [](std::string id) -> Action<> {
  co_await deleteAndList(id);
  throw std::runtime_error("on purpose");
});
const auto catchAPartThatFails = action("catchAPartThatFails", {"id"}, [](std::string id) -> Action<> {
  try {
    co_await deleteAndFail(id);
  } catch (const std::runtime_error&) {
  }
});
const auto failBesideIt = action("failBesideIt", {}, []() -> Action<> {
  co_await insert(jobs, {Job{"new", "N"}});
  throw std::runtime_error("on purpose");
});
const auto deleteThenCatch = action("deleteThenCatch", {"id"}, [](std::string id) -> Action<> {
  co_await deleteRows(jobs, id);
  try {
    co_await failBesideIt();
  } catch (const std::runtime_error&) {
  }
});

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Driver>(const std::string& path)> open;
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class UnfitRows : public ::testing::TestWithParam<Kind> {
 protected:
  UnfitRows() {
    namespace first = first_release;
    const SubscribableDB db = openFile(path, {first::jobs});
    execSync(db,
             insert(first::jobs, {first::Job{"a", "A", first::State::open}, first::Job{"b", "B", first::State::late},
                                  first::Job{"c", "C", first::State::done}}));
  }
  void TearDown() override {
    close();
    if (isRepaired) {
      EXPECT_EQ(damageOf(openFile(path, {jobs})), "");
    }
  }
  void open() {
    DBOptions options;
    options.executor = &loop;
    db_.emplace(DB{GetParam().open(path), options});
    await(execAsync(db().loadTables({jobs})));
  }
  /// With everything written to the file.
  void close() {
    if (db_) db_->close();
    db_.reset();
    loop.runReady();
  }
  SubscribableDB& db() { return *db_; }
  template <class T>
  T await(Completion<T> completion) {
    return runUntilReady(loop, std::move(completion));
  }
  template <class Command>
  std::optional<ErrorCode> errorOf(Command command) {
    return codeOf([&] { await(execAsync(db(), std::move(command))); });
  }
  std::string all() { return await(selectAsync(db(), allIds())); }
  /// Once as the database sees it, and once as a new one finds it in the file.
  void expectAll(const std::string& ids) {
    isRepaired = true;
    EXPECT_EQ(all(), ids);
    close();
    open();
    EXPECT_EQ(all(), ids);
  }

  TempFolder folder;
  std::string path = folder.file();
  RunLoop loop;
  std::optional<SubscribableDB> db_;
  bool isRepaired = false;
};

TEST_P(UnfitRows, ReadingOneByAnyIndexNamesItAndSaysWhatToDo) {
  open();
  const auto expectNamed = [&](auto query) {
    try {
      await(execAsync(db(), std::move(query)));
      ADD_FAILURE() << "it was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalidRow);
      EXPECT_EQ(error.place().table, "jobs");
      EXPECT_EQ(error.place().rowId, "b");
      EXPECT_EQ(error.place().column, "state");
      EXPECT_NE(error.message().find("can be replaced or deleted by its id"), std::string::npos) << error.message();
    }
  };
  expectNamed(selectFrom(jobs, byState));
  expectNamed(selectFrom(jobs, byOwner).where(eq<&Job::owner>("B")));
  expectNamed(selectFrom(jobs, byId).where(eq<&Job::id>("b")));
  EXPECT_EQ(idsOf(await(execAsync(db(), selectFrom(jobs, byState).where(eq<&Job::state>(State::done))))), "c");
}

TEST_P(UnfitRows, OneIsReplacedByItsId) {
  open();
  await(execAsync(db(), upsert(jobs, {Job{"b", "B", State::done}, Job{"d", "D", State::done}})));
  expectAll("a b c d");
}

TEST_P(UnfitRows, OneIsDeletedByItsId) {
  open();
  await(execAsync(db(), deleteRows(jobs, {"a", "b", "b", "x"})));
  expectAll("c");
}

TEST_P(UnfitRows, OneIsReplacedAfterItWasSeen) {
  open();
  EXPECT_EQ(codeOf([&] { all(); }), ErrorCode::invalidRow);
  await(execAsync(db(), upsert(jobs, {Job{"b", "B", State::done}})));
  await(execAsync(db(), upsert(jobs, {Job{"b", "other", State::open}})));
  expectAll("a b c");
}

TEST_P(UnfitRows, ItsIdAndItsUniqueValueAreTaken) {
  open();
  EXPECT_EQ(errorOf(insert(jobs, {Job{"b", "new"}})), ErrorCode::duplicateId);
  EXPECT_EQ(errorOf(insert(jobs, {Job{"d", "B"}})), ErrorCode::uniqueViolation);
  EXPECT_EQ(errorOf(upsert(jobs, {Job{"d", "B"}})), ErrorCode::uniqueViolation);
  EXPECT_EQ(errorOf(upsert(jobs, {Job{"b", "A"}})), ErrorCode::uniqueViolation);
  EXPECT_EQ(codeOf([&] { all(); }), ErrorCode::invalidRow);
}

TEST_P(UnfitRows, ItsUniqueValueMayGoToARowOfTheBatchThatReplacesIt) {
  open();
  await(execAsync(db(), upsert(jobs, {Job{"d", "B", State::done}, Job{"b", "b", State::done}})));
  EXPECT_EQ(idsOf(await(execAsync(db(), selectFrom(jobs, byOwner).where(eq<&Job::owner>("B"))))), "d");
  expectAll("a b c d");
}

TEST_P(UnfitRows, TheActionThatDeletesOneSeesThatItIsGone) {
  open();
  EXPECT_EQ(await(asyncDispatch(db(), deleteAndList("b"))), "c/a c/");
  expectAll("a c");
}

TEST_P(UnfitRows, AnActionThatFailsLeavesItAsItWas) {
  open();
  EXPECT_THROW(await(asyncDispatch(db(), deleteAndFail("b"))), std::runtime_error);
  EXPECT_EQ(codeOf([&] { all(); }), ErrorCode::invalidRow);
  await(execAsync(db(), deleteRows(jobs, "b")));
  expectAll("a c");
}

TEST_P(UnfitRows, WhenAPartOfAnActionFailsThatHasDeletedOneTheWholeActionIsRolledBack) {
  open();
  EXPECT_EQ(errorOf(catchAPartThatFails("b")), ErrorCode::invalidRow);
  EXPECT_EQ(errorOf(insert(jobs, {Job{"b", "new"}})), ErrorCode::duplicateId);
  EXPECT_EQ(errorOf(deleteThenCatch("b")), std::nullopt);
  expectAll("a c");
}

TEST_P(UnfitRows, ALiveResultThatFailedOnOneRunsAgainWhenItIsGone) {
  open();
  AsyncSelector<std::string> live = asyncSelector(db(), allIds());
  int calls = 0;
  const Subscription subscription = live.subscribe([&calls] { ++calls; });
  EXPECT_EQ(codeOf([&] { await(live.whenFresh()); }), ErrorCode::invalidRow);
  loop.runReady();
  const int before = calls;
  await(execAsync(db(), deleteRows(jobs, "b")));
  await(live.whenFresh());
  loop.runReady();
  EXPECT_EQ(*live.data(), "a c");
  EXPECT_GT(calls, before);
  isRepaired = true;
}

TEST_P(UnfitRows, SubscribersToCommitsGetNoOldRow) {
  open();
  std::string seen;
  const Subscription subscription = db().subscribe([&seen](const CommitEvent& event) {
    for (const Op& op : event.ops) seen += std::string(op.rowId()) + (op.oldRow ? " replaced, " : " new, ");
  });
  await(execAsync(db(), upsert(jobs, {Job{"a", "A", State::done}, Job{"b", "B", State::done}})));
  await(execAsync(db(), deleteRows(jobs, {"b", "c"})));
  loop.runReady();
  EXPECT_EQ(seen, "a replaced, b new, b replaced, c replaced, ");
}

/// What the file should hold: of each id, whether its row fits.
using Model = std::map<std::string, bool>;

TEST_P(UnfitRows, WhateverIsWrittenBesideThemTheFileHoldsWhatAModelHolds) {
  namespace first = first_release;
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  TestRandom random;
  Model model{{"a", true}, {"b", true}, {"c", true}};
  open();
  for (const auto& [id, fits] : model) await(execAsync(db(), upsert(jobs, {Job{id, id}})));
  const auto isUnfit = [](const auto& entry) { return !entry.second; };
  const auto randomId = [&random] { return std::string(1, static_cast<char>('a' + random.below(8))); };
  const auto expectModel = [&] {
    std::string ids;
    for (const auto& [id, fits] : model) ids += (ids.empty() ? "" : " ") + id;
    const bool isReadable = std::none_of(model.begin(), model.end(), isUnfit);
    EXPECT_EQ(codeOf([&] { EXPECT_EQ(all(), ids); }), isReadable ? std::nullopt : std::optional(ErrorCode::invalidRow));
    const std::string id = randomId();
    const bool isUnfitId = model.contains(id) && !model.at(id);
    const auto code = errorOf(selectFrom(jobs, byId).where(eq<&Job::id>(id)));
    EXPECT_EQ(code, isUnfitId ? std::optional(ErrorCode::invalidRow) : std::nullopt);
  };
  for (int round = testRounds(8); round > 0 && !HasFailure(); --round) {
    close();
    const std::string late = randomId();
    execSync(openFile(path, {first::jobs}), upsert(first::jobs, {first::Job{late, late, first::State::late}}));
    model[late] = false;
    open();
    for (int step = 0; step < 12 && !HasFailure(); ++step) {
      const std::string id = randomId();
      const std::string other = randomId();
      switch (random.below(6)) {
        case 0:
          await(execAsync(db(), deleteRows(jobs, {id, other})));
          model.erase(id);
          model.erase(other);
          break;
        case 1:
          await(execAsync(db(), upsert(jobs, {Job{id, id, State::done}})));
          model[id] = true;
          break;
        case 2:
          EXPECT_EQ(errorOf(insert(jobs, {Job{id, id}})),
                    model.contains(id) ? std::optional(ErrorCode::duplicateId) : std::nullopt);
          model.try_emplace(id, true);
          break;
        case 3: EXPECT_ANY_THROW(await(asyncDispatch(db(), deleteAndFail(id)))); break;
        case 4:
          EXPECT_EQ(errorOf(upsert(jobs, {Job{"new", id}})),
                    model.contains(id) ? std::optional(ErrorCode::uniqueViolation) : std::nullopt);
          await(execAsync(db(), deleteRows(jobs, "new")));
          break;
        default: expectModel();
      }
    }
    expectModel();
  }
}

template <class Tiers>
std::unique_ptr<Driver> above(std::unique_ptr<Driver> primary) {
  return std::make_unique<Tiers>(std::move(primary));
}
std::unique_ptr<Driver> sql(const std::string& path) { return std::make_unique<SqlDriver>(path); }
std::unique_ptr<Driver> uncached(const std::string& path) {
  SqlOptions options;
  options.rowCacheRows = 0;
  return std::make_unique<SqlDriver>(path, options);
}
std::unique_ptr<Driver> asyncSql(const std::string& path) { return std::make_unique<AsyncSqlDriver>(path); }

INSTANTIATE_TEST_SUITE_P(
    Drivers, UnfitRows,
    ::testing::Values(Kind{"sql", sql}, Kind{"uncached", uncached}, Kind{"asyncSql", asyncSql},
                      Kind{"hybrid", [](const std::string& path) { return above<HybridDB>(sql(path)); }},
                      Kind{"preloaded", [](const std::string& path) { return above<PreloadedHybridDB>(sql(path)); }},
                      Kind{"hybridAsync", [](const std::string& path) { return above<HybridDB>(asyncSql(path)); }},
                      Kind{"preloadedAsync",
                           [](const std::string& path) { return above<PreloadedHybridDB>(asyncSql(path)); }}),
    [](const auto& each) { return each.param.name; });

TEST(UnfitRowsOfASharedFile, AnotherProcessRunsItsLiveResultsAgain) {
  namespace first = first_release;
  const TempFolder folder;
  SqlOptions shared;
  shared.sharedFile.enabled = true;
  shared.sharedFile.pollIntervalMs = 0;
  const SubscribableDB db = openFile(folder.file(), {first::jobs}, shared);
  execSync(db, insert(first::jobs, {first::Job{"a", "A", first::State::late}}));
  const SubscribableDB other = openFile(folder.file(), {jobs}, shared);
  AsyncSelector<std::string> live = asyncSelector(other, allIds());
  const Subscription subscription = live.subscribe([] {});
  EXPECT_TRUE(live.error());
  const SubscribableDB repairing = openFile(folder.file(), {jobs}, shared);
  execSync(repairing, deleteRows(jobs, "a"));
  other.driverAs<SqlDriver>().pollForCommits();
  EXPECT_FALSE(live.error());
  EXPECT_EQ(*live.data(), "");
}

}  // namespace
}  // namespace hyperdb::test
