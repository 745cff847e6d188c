// Several processes on one file. Children are forked before the parent opens anything: an open connection must not be
// taken along.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "sqlite/sqlite_world.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

const DynamicTable notes = notesTable().index("byText", {"text"});
const auto notesOf = selector("notesOf", {"text"}, [](std::string text) -> Selector<Rows<Object>> {
  co_return co_await selectFrom(notes, "byText").where(eq("text", text));
});

SqlOptions shared(std::int64_t pollIntervalMs, std::int64_t commitsMax = 1000) {
  SqlOptions options;
  options.busyTimeoutMs = 60'000;
  options.sharedFile.enabled = true;
  options.sharedFile.pollIntervalMs = pollIntervalMs;
  options.sharedFile.changeLogCommitsMax = commitsMax;
  return options;
}

/// Holds children back until the parent is ready.
class Gate {
 public:
  Gate() {
    if (pipe(ends_) != 0) throw std::runtime_error("no pipe");
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate() { open(); }

  /// In the parent: lets all children go.
  void open() {
    for (int& end : ends_) {
      if (end >= 0) close(end);
      end = -1;
    }
  }
  /// In a child: waits.
  void pass() {
    close(ends_[1]);
    char none = 0;
    if (read(ends_[0], &none, 1) != 0) throw std::runtime_error("nobody opened the gate");
    close(ends_[0]);
    ends_[0] = ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

/// A process that does some work and ends. Killed and waited for when the object goes.
class Child {
 public:
  explicit Child(const std::function<void()>& work) : pid_(fork()) {
    if (pid_ != 0) return;
    int status = 0;
    try {
      work();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "child: %s\n", error.what());
      status = 1;
    }
    _exit(status);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (isRunning()) {
      kill(pid_, SIGKILL);
      waitpid(pid_, &status_, 0);
    }
  }

  bool isRunning() {
    if (!hasEnded_ && waitpid(pid_, &status_, WNOHANG) == pid_) hasEnded_ = true;
    return !hasEnded_;
  }
  bool hasSucceeded() const { return hasEnded_ && WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }

 private:
  pid_t pid_;
  int status_ = 0;
  bool hasEnded_ = false;
};

/// Commits `count` changes: new notes, changed ones, deleted ones, each with one of the texts.
void writeNotes(const std::string& path, const std::string& name, const std::vector<std::string>& texts, int count) {
  const SubscribableDB db = openFile(path, {notes}, shared(0, 100'000));
  TestRandom random(testSeed() + static_cast<unsigned char>(name.front()));
  for (int i = 0; i < count; ++i) {
    const std::string id = name + std::to_string(random.below(30));
    if (random.chance(4)) {
      execSync(db, deleteRows(notes, id));
    } else {
      execSync(db, upsert(notes, note(id, texts[random.below(texts.size())], i)));
    }
  }
}

class ProcessesTest : public SqliteTest {
 protected:
  ProcessesTest() { openFile(file(), {notes}, shared(0)); }

  /// Runs the database's executor until the children have ended and what they did has been heard of.
  static void runUntilEnded(const SubscribableDB& db, std::vector<std::unique_ptr<Child>>& children) {
    auto& loop = static_cast<RunLoop&>(db.executor());
    const auto someoneRuns = [&children] {
      bool result = false;
      for (const auto& child : children) result = child->isRunning() || result;
      return result;
    };
    while (someoneRuns()) {
      loop.runReady();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    db.driverAs<SqlDriver>().pollForCommits();
    for (const auto& child : children) EXPECT_TRUE(child->hasSucceeded());
  }
};

TEST_F(ProcessesTest, WhatOtherProcessesCommitWakesTheSelectorsThatItTouchesAndNoOthers) {
  SCOPED_TRACE("HYPERDB_TEST_SEED=" + std::to_string(testSeed()));
  Gate gate;
  std::vector<std::unique_ptr<Child>> children;
  const int commits = testRounds(150);
  children.push_back(std::make_unique<Child>([&] {
    gate.pass();
    writeNotes(file(), "a", {"t0", "t1", "t2"}, commits);
  }));
  children.push_back(std::make_unique<Child>([&] {
    gate.pass();
    writeNotes(file(), "b", {"t2", "t3"}, commits);
  }));

  const SubscribableDB db = openFile(file(), {notes}, shared(5, 100'000));
  std::vector<CachedSelector<Rows<Object>>> live;
  std::vector<Subscription> subscriptions;
  std::vector<int> callsCounts(8);
  for (std::size_t i = 0; i < callsCounts.size(); ++i) {
    live.push_back(cachedSelector(db, notesOf("t" + std::to_string(i))));
    subscriptions.push_back(live.back().subscribe([&count = callsCounts[i]] { ++count; }));
  }
  gate.open();
  // Some commits of its own in between.
  for (int i = 0; i < 20; ++i) {
    execSync(db, upsert(notes, note("c" + std::to_string(i), "t4", i)));
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    static_cast<RunLoop&>(db.executor()).runReady();
  }
  runUntilEnded(db, children);

  for (std::size_t i = 0; i < live.size(); ++i) {
    EXPECT_TRUE(live[i].snapshot() == select(db, notesOf("t" + std::to_string(i)))) << i;
  }
  for (std::size_t i = 0; i < 5; ++i) EXPECT_GE(callsCounts[i], 1) << i;
  EXPECT_EQ(live[4].runsCount(), 21u);  // our own 20
  for (std::size_t i = 5; i < live.size(); ++i) {
    EXPECT_EQ(callsCounts[i], 0) << i;
    EXPECT_EQ(live[i].runsCount(), 1u) << i;
  }
  EXPECT_EQ(damageOf(db), "");
}

TEST_F(ProcessesTest, WhoSleptThroughTooManyCommitsIsUpToDateAllTheSame) {
  std::vector<std::unique_ptr<Child>> children;
  children.push_back(std::make_unique<Child>([&] {
    const SubscribableDB db = openFile(file(), {notes}, shared(0, 10));
    for (int i = 0; i < 50; ++i) execSync(db, upsert(notes, note("n" + std::to_string(i), "t1")));
  }));
  const SubscribableDB db = openFile(file(), {notes}, shared(0, 10));
  const auto live = cachedSelector(db, notesOf("t1"));
  const Subscription subscription = live.subscribe([] {});
  runUntilEnded(db, children);
  EXPECT_EQ(live.snapshot().size(), 50u);
}

TEST_F(ProcessesTest, ManyProcessesMayWriteAtOnceAndNothingIsLost) {
  std::vector<std::unique_ptr<Child>> children;
  for (int number = 0; number < 4; ++number) {
    children.push_back(std::make_unique<Child>([this, number] {
      const SubscribableDB db = openFile(file(), {notes}, shared(0));
      for (int i = 0; i < 50; ++i) {
        execSync(db, insert(notes, note(std::to_string(number) + "-" + std::to_string(i), "t1")));
      }
    }));
  }
  const SubscribableDB db = openFile(file(), {notes}, shared(0));
  runUntilEnded(db, children);
  EXPECT_EQ(select(db, notesOf("t1")).size(), 200u);
  EXPECT_EQ(damageOf(db), "");
}

}  // namespace
}  // namespace hyperdb::test
