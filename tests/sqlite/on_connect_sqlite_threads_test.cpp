// SqlOptions::onConnect: the hook that runs on each new connection.
#include <sqlite3.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sqlite/async_fixture.hpp"
#include "sqlite/connection_watch.hpp"
#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {
namespace {

constexpr const char* hookStatement = "SELECT 'hook'";

void runOn(sqlite3* connection, const char* sql) {
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(connection));
  }
}

void addFunction(sqlite3* connection) {
  sqlite3_create_function(
      connection, "registered", 0, SQLITE_UTF8, nullptr,
      [](sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_int(context, 1); }, nullptr, nullptr);
}

/// A hook that registers a function, and remembers where: what a program must not do.
struct Hook {
  std::mutex mutex;
  std::vector<sqlite3*> connections;
  std::vector<std::thread::id> threads;

  void operator()(sqlite3* connection) {
    runOn(connection, hookStatement);
    addFunction(connection);
    const std::lock_guard lock(mutex);
    connections.push_back(connection);
    threads.push_back(std::this_thread::get_id());
  }
};

class OnConnect : public AsyncSqlTest {
 protected:
  SqlOptions optionsWith(std::function<void(sqlite3*)> hook) const {
    SqlOptions options;
    options.onConnect = std::move(hook);
    return options;
  }
  std::string errorOfOpening(const std::function<void(sqlite3*)>& hook) const {
    const std::optional<Error> error = thrown([&] { SqlDriver(folder.file(), optionsWith(hook)); });
    if (!error) return "no error";
    EXPECT_EQ(error->code(), ErrorCode::driverFailure);
    return error->message();
  }
};

TEST_F(OnConnect, RunsOnceOnEachConnectionBeforeAnyOtherStatement) {
  for (const std::string& path : {folder.file(), std::string(":memory:")}) {
    ConnectionWatch watch;
    Hook hook;
    SqlOptions options = optionsWith(std::ref(hook));
    options.sharedFile.enabled = true;
    {
      SqlDriver db(path, options);
      db.loadTables(std::vector{people.sharedDef()}).get();
      db.pollForCommits();
      const Transaction writer = db.begin(TransactionMode::readWrite).get();
      const Transaction reader = db.begin(TransactionMode::readOnly).get();  // on a connection of its own
      reader->scan(everybody()).get();
      EXPECT_EQ(watch.openCount(), 2);
      for (sqlite3* connection : hook.connections) EXPECT_NO_THROW(runOn(connection, "SELECT registered()"));
    }
    EXPECT_EQ(hook.connections.size(), 2U);
    EXPECT_EQ(watch.firstStatements(), std::vector<std::string>(2, hookStatement)) << path;
    EXPECT_EQ(watch.openCount(), 0);
  }
}

TEST_F(OnConnect, RunsOnTheThreadThatOpensTheConnection) {
  ConnectionWatch watch;
  Hook hook;
  AsyncSqlOptions options;
  options.sharedFile.enabled = true;
  options.readersMax = 2;
  options.onConnect = std::ref(hook);
  open(options);
  store(makeRows(3));
  {
    const Transaction first = begin(TransactionMode::readOnly);
    const Transaction second = begin(TransactionMode::readOnly);
    EXPECT_EQ(countIn(*first) + countIn(*second), 6U);
  }
  EXPECT_TRUE(await(driver->findDamage()).empty());
  driver->pollForCommits();
  waitUntilIdle();
  for (sqlite3* connection : hook.connections) EXPECT_NO_THROW(runOn(connection, "SELECT registered()"));
  driver = nullptr;
  ASSERT_EQ(hook.threads.size(), 3U);
  EXPECT_EQ(hook.threads[0], std::this_thread::get_id());  // the constructor opens the file
  EXPECT_NE(hook.threads[1], hook.threads[0]);
  EXPECT_NE(hook.threads[2], hook.threads[0]);
  EXPECT_NE(hook.threads[1], hook.threads[2]);
  EXPECT_EQ(watch.firstStatements(), std::vector<std::string>(3, hookStatement));
  EXPECT_EQ(watch.openCount(), 0);
}

TEST_F(OnConnect, WhatItRegistersIsThereForTheDriversOwnStatements) {
  const std::string path = folder.file();
  openFile(path, {notesTable()}).close();
  EXPECT_EQ(askSqlite(path, "CREATE TRIGGER calls AFTER INSERT ON notes BEGIN SELECT registered(); END"), "");
  {
    const SubscribableDB db = openFile(path, {notesTable()});
    EXPECT_NE(thrownText([&] { execSync(db, insert(notesTable(), note("n1", "x"))); }).find("no such function"),
              std::string::npos);
  }
  const SubscribableDB db = openFile(path, {notesTable()}, optionsWith(addFunction));
  execSync(db, insert(notesTable(), note("n1", "x")));
  EXPECT_EQ(askSqlite(path, "SELECT id FROM notes"), "n1");
}

TEST_F(OnConnect, FailsTheOpeningWithTheMessageOfItsException) {
  ConnectionWatch watch;
  const std::string opening = "\"" + folder.file() + "\": opening: SqlOptions::onConnect ";
  EXPECT_EQ(errorOfOpening([](sqlite3*) { throw std::runtime_error("no key yet"); }), opening + "failed: no key yet");
  EXPECT_EQ(errorOfOpening([](sqlite3*) { throw Error(ErrorCode::invalidArgument, "no key"); }),
            opening + "failed: no key");
  EXPECT_EQ(errorOfOpening([](sqlite3*) { throw 7; }), opening + "failed with an exception that is no std::exception");
  EXPECT_THROW(SqlDriver(folder.file(), optionsWith([](sqlite3*) { throw std::bad_alloc(); })), std::bad_alloc);
  EXPECT_EQ(watch.firstStatements().size(), 4U);
  EXPECT_EQ(watch.openCount(), 0);
  EXPECT_EQ(errorOfOpening(addFunction), "no error");
}

TEST_F(OnConnect, MustNotLeaveATransactionOpen) {
  const ConnectionWatch watch;
  EXPECT_EQ(errorOfOpening([](sqlite3* connection) { runOn(connection, "BEGIN"); }),
            "\"" + folder.file() + "\": opening: SqlOptions::onConnect has left a transaction open");
  EXPECT_EQ(watch.openCount(), 0);
}

TEST_F(OnConnect, ARefusedConnectionForReadingLeavesTheWriterAlone) {
  int callsCount = 0;
  SqlDriver db(folder.file(), optionsWith([&](sqlite3*) {
                 if (++callsCount == 2) throw std::runtime_error("not now");
               }));
  db.loadTables(std::vector{people.sharedDef()}).get();
  const auto countNow = [&] { return db.begin(TransactionMode::readOnly).get()->scan(everybody()).get().rows.size(); };
  const Transaction writer = db.begin(TransactionMode::readWrite).get();
  writer->insert(people.def(), makeRows(3)).get();
  EXPECT_NE(thrownText(countNow).find("not now"), std::string::npos);
  EXPECT_EQ(countNow(), 0U);
  EXPECT_EQ(callsCount, 3);
  writer->commit().get();
  EXPECT_EQ(countNow(), 3U);
}

TEST_F(OnConnect, AReaderThatItRefusesTriesAgainForTheNextTransaction) {
  std::atomic<int> callsCount = 0;
  AsyncSqlOptions options;
  options.readersMax = 1;
  options.onConnect = [&](sqlite3*) {
    if (++callsCount == 2) throw std::runtime_error("not now");
  };
  const ConnectionWatch watch;
  open(options);
  store(makeRows(3));
  EXPECT_NE(thrownText([&] { begin(TransactionMode::readOnly); }).find("not now"), std::string::npos);
  EXPECT_EQ(watch.openCount(), 1);
  EXPECT_EQ(storedCount(), 3U);
  EXPECT_EQ(callsCount, 3);
  driver = nullptr;
  EXPECT_EQ(watch.openCount(), 0);
}

}  // namespace
}  // namespace hyperdb::test
