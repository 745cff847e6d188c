// A row that SQLite can't store, written through a cache above a file: the other rows are in the file.
#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/hybrid_db.hpp>

#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {
namespace {

struct Page {
  std::string id;
  std::string text;
  double rank = 0;
};
constexpr auto byRank = btree<&Page::rank>("byRank");
constexpr auto byText = hash<&Page::text>("byText");
const auto pages = defineTable<Page>("pages").index(byRank).index(byText);
const auto allIds = selector("allIds", {}, []() -> Selector<std::string> {
  std::string ids;
  for (const Page& page : co_await selectFrom(pages, byRank)) ids += (ids.empty() ? "" : " ") + page.id;
  co_return ids;
});

constexpr int bytesMax = 100'000;  ///< what SQLite stores in these tests; otherwise about 1 GB

int lowerLimit(sqlite3* db, char**, const sqlite3_api_routines*) {
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, bytesMax);
  return SQLITE_OK;
}

/// Every connection that is opened while this lives has the lower limit.
class LowerLimit {
 public:
  LowerLimit() { sqlite3_auto_extension(entryPoint()); }
  LowerLimit(const LowerLimit&) = delete;
  LowerLimit& operator=(const LowerLimit&) = delete;
  ~LowerLimit() { sqlite3_cancel_auto_extension(entryPoint()); }

 private:
  static void (*entryPoint())() { return reinterpret_cast<void (*)()>(&lowerLimit); }
};

/// The lock of a file, held by another program: nothing is flushed meanwhile.
class WriteLock {
 public:
  explicit WriteLock(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  ~WriteLock() { sqlite3_close(db_); }

 private:
  sqlite3* db_ = nullptr;
};

/// The completion with its result changed, or with its error, which then names no row.
template <class T, class Change>
Completion<T> changed(Executor& executor, Completion<T> completion, Change change) {
  if (completion.isReady()) {
    try {
      return change(completion.get());
    } catch (const Error& error) {
      return std::make_exception_ptr(Error(error.code(), error.message()));
    }
  }
  CompletionSource<T> source(executor);
  Completion<T> result = source.completion();
  std::move(completion).then(executor, [source, change](Completion<T> done) {
    try {
      source.resolve(change(done.get()));
    } catch (const Error& error) {
      source.fail(std::make_exception_ptr(Error(error.code(), error.message())));
    }
  });
  return result;
}

class UnnamingTransaction final : public DriverTransaction {
 public:
  UnnamingTransaction(std::unique_ptr<DriverTransaction> inner, Executor& executor)
      : inner_(std::move(inner)), executor_(executor) {}

  Completion<ScanResult> scan(const ScanPlan& plan) override { return inner_->scan(plan); }
  std::optional<Completion<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber) override {
    return inner_->scanKeys(table, indexNumber);
  }
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override {
    return inner_->insert(table, rows);
  }
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override {
    return changed(executor_, inner_->upsert(table, rows), [](Ops ops) { return ops; });
  }
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override {
    return inner_->deleteRows(table, ids);
  }
  Completion<void> commit() override { return inner_->commit(); }
  void rollback() noexcept override { inner_->rollback(); }

 private:
  std::unique_ptr<DriverTransaction> inner_;
  Executor& executor_;
};

/// Another driver whose errors do not name the row that they are about.
class UnnamingDriver final : public Driver {
 public:
  explicit UnnamingDriver(std::unique_ptr<Driver> inner) : inner_(std::move(inner)) {}

  std::string_view name() const noexcept override { return inner_->name(); }
  void attach(DriverHost& host) override {
    executor_ = &host.executor();
    inner_->attach(host);
  }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    return inner_->loadTables(tables);
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override {
    const auto wrap = [this](std::unique_ptr<DriverTransaction> transaction) -> std::unique_ptr<DriverTransaction> {
      return std::make_unique<UnnamingTransaction>(std::move(transaction), *executor_);
    };
    return changed(*executor_, inner_->begin(mode), wrap);
  }
  void close() noexcept override { inner_->close(); }

 private:
  std::unique_ptr<Driver> inner_;
  Executor* executor_ = nullptr;
};

struct Kind {
  const char* primary;
  const char* cache;
  bool isNamed;
};
std::string nameOf(const testing::TestParamInfo<Kind>& info) {
  return std::string(info.param.cache) + info.param.primary + (info.param.isNamed ? "Named" : "Unnamed");
}

class RefusedRowOfFile : public SqliteTest, public testing::WithParamInterface<Kind> {
 protected:
  void TearDown() override { close(); }

  std::unique_ptr<Driver> makeDriver(const SqlOptions& options) {
    std::unique_ptr<Driver> primary;
    if (std::string_view(GetParam().primary) == "Sql") {
      primary = std::make_unique<SqlDriver>(file(), options);
    } else {
      primary = std::make_unique<AsyncSqlDriver>(file(), AsyncSqlOptions{options});
    }
    if (!GetParam().isNamed) primary = std::make_unique<UnnamingDriver>(std::move(primary));
    if (std::string_view(GetParam().cache) == "Hybrid") return std::make_unique<HybridDB>(std::move(primary));
    return std::make_unique<PreloadedHybridDB>(std::move(primary));
  }
  void open(const SqlOptions& options = {}) {
    DBOptions dbOptions;
    dbOptions.executor = &loop_;
    db_.emplace(DB{makeDriver(options), dbOptions});
    await(execAsync(db_->loadTables({pages})));
  }
  void close() {
    if (db_) db_->close();
    db_.reset();
    loop_.runReady();
  }
  WriteBehindDriver& cache() { return static_cast<WriteBehindDriver&>(db_->driver()); }
  template <class T>
  T await(Completion<T> completion) {
    return runUntilReady(loop_, std::move(completion));
  }
  void put(std::vector<Page> rows) { await(execAsync(*db_, upsert(pages, std::move(rows)))); }
  std::optional<Error> flush() {
    try {
      await(cache().flushed());
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  }
  /// The first error; everything is flushed.
  std::optional<Error> flushAll() {
    const std::optional<Error> first = flush();
    while (cache().pendingCommits() > 0 && cache().state() == HybridState::running) flush();
    return first;
  }
  std::string all() { return await(selectAsync(*db_, allIds())); }
  /// The rows of the file, as a new database reads them.
  std::string stored() {
    const SubscribableDB other = openFile(file(), {pages});
    EXPECT_EQ(damageOf(other), "");
    return select(other, allIds());
  }

  const LowerLimit limit_;
  RunLoop loop_;
  std::optional<SubscribableDB> db_;
};

const std::string hugeText(bytesMax + 1, 'h');

TEST_P(RefusedRowOfFile, AmongGoodRowsIsRolledBackAndTheOthersAreInTheFile) {
  open();
  AsyncSelector<std::string> live = asyncSelector(*db_, allIds());
  const Subscription subscription = live.subscribe([] {});
  await(live.whenFresh());
  std::string good;
  auto lock = std::make_unique<WriteLock>(file());
  for (int i = 0; i < 20; ++i) {
    const std::string id = "t" + std::to_string(i);
    put({Page{id, "x" + id, double(i)}});
    good += (good.empty() ? "" : " ") + id;
    if (i == 9) put({Page{"huge", hugeText, 9.5}});
  }
  lock = nullptr;
  const std::optional<Error> error = flushAll();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidRow);
  EXPECT_EQ(error->place().table + "/" + error->place().rowId, "pages/huge");
  EXPECT_EQ(cache().state(), HybridState::running);
  EXPECT_EQ(cache().pendingCommits(), 0U);
  await(live.whenFresh());
  EXPECT_EQ(*live.data(), good);
  EXPECT_EQ(all(), good);
  put({Page{"later", "y", 99}});
  EXPECT_FALSE(flush());
  close();
  EXPECT_EQ(stored(), good + " later");
}

TEST_P(RefusedRowOfFile, AChangeOfAStoredRowIsRolledBackToWhatIsStored) {
  open();
  put({Page{"a", "one", 1}, Page{"b", "two", 2}});
  EXPECT_FALSE(flush());
  {
    const WriteLock lock(file());
    put({Page{"a", "two", 3}, Page{"b", hugeText, 4}, Page{"c", hugeText, 5}, Page{"d", "four", 6}});
    await(execAsync(*db_, deleteRows(pages, "a")));
  }
  EXPECT_TRUE(flushAll());
  EXPECT_EQ(all(), "b d");
  EXPECT_EQ(await(execAsync(*db_, getById(pages, "b")))->text, "two");
  close();
  EXPECT_EQ(stored(), "b d");
}

TEST_P(RefusedRowOfFile, ARowThatBecameSmallBeforeTheFlushIsKept) {
  open();
  {
    const WriteLock lock(file());
    put({Page{"a", hugeText, 1}});
    put({Page{"b", hugeText, 2}});
    put({Page{"a", "small", 3}});
  }
  EXPECT_TRUE(flushAll());
  EXPECT_EQ(all(), "a");
  close();
  EXPECT_EQ(stored(), "a");
}

TEST_P(RefusedRowOfFile, AStoredRowThatDoesNotFitStaysAsItIs) {
  open();
  put({Page{"a", "one", 1}, Page{"b", "two", 2}});
  EXPECT_FALSE(flush());
  close();
  EXPECT_EQ(askSqlite(file(), "UPDATE pages SET data = '{\"id\":\"a\",\"text\":5,\"rank\":1}' WHERE id = 'a'"), "");
  open();
  put({Page{"a", hugeText, 3}, Page{"c", "three", 3}});
  EXPECT_TRUE(flushAll());
  EXPECT_EQ(codeOf([&] { all(); }), ErrorCode::invalidRow);
  EXPECT_EQ(codeOf([&] { await(execAsync(*db_, getById(pages, "a"))); }), ErrorCode::invalidRow);
  put({Page{"a", "again", 4}});
  EXPECT_FALSE(flush());
  EXPECT_EQ(all(), "b c a");
  close();
  EXPECT_EQ(stored(), "b c a");
}

TEST_P(RefusedRowOfFile, AChangeThatIsLongerThanAnEntryOfTheChangeLogMayBeIsFlushed) {
  SqlOptions shared;
  shared.sharedFile.enabled = true;
  shared.sharedFile.pollIntervalMs = 0;
  open(shared);
  const std::string large(bytesMax * 2 / 3, 'l');
  put({Page{"a", large, 1}});
  EXPECT_FALSE(flush());
  put({Page{"a", large, 2}});
  EXPECT_FALSE(flush());
  EXPECT_EQ(cache().state(), HybridState::running);
  close();
  EXPECT_EQ(stored(), "a");
}

INSTANTIATE_TEST_SUITE_P(, RefusedRowOfFile,
                         testing::Values(Kind{"Sql", "Hybrid", true}, Kind{"Sql", "Hybrid", false},
                                         Kind{"Sql", "Preloaded", true}, Kind{"Sql", "Preloaded", false},
                                         Kind{"AsyncSql", "Hybrid", true}, Kind{"AsyncSql", "Hybrid", false},
                                         Kind{"AsyncSql", "Preloaded", true}, Kind{"AsyncSql", "Preloaded", false}),
                         nameOf);

}  // namespace
}  // namespace hyperdb::test
