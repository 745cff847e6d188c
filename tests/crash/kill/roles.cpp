#include "crash/kill/roles.hpp"

#include <cstdio>
#include <deque>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "crash/kill/child_process.hpp"

namespace hyperdb::crash {

FileUse FileUse::named(const std::string& name) {
  FileUse use{name, {}};
  use.options.busyTimeoutMs = 60'000;  // a machine that is busy is no reason to fail
  if (name == "walNormal") return use;
  if (name == "sharedNormal") {
    use.storage = test::Storage::sharedSql;
  } else if (name == "asyncNormal" || name == "asyncFull") {
    use.storage = test::Storage::asyncSql;
    use.unheardMax = 4;
    if (name == "asyncFull") use.options.synchronous = SynchronousLevel::full;
  } else if (name == "hybridNormal" || name == "asyncHybridNormal") {
    use.storage = name == "hybridNormal" ? test::Storage::hybrid : test::Storage::asyncHybrid;
    use.unheardMax = 8;
  } else if (name == "walOff") {
    use.options.synchronous = SynchronousLevel::off;
  } else if (name == "walFull") {
    use.options.synchronous = SynchronousLevel::full;
  } else if (name == "truncateNormal") {
    use.options.journalMode = JournalMode::truncate;
  } else {
    throw std::runtime_error("there is no way \"" + name + "\" to use a file");
  }
  return use;
}

namespace {

/// Whatever is thrown is not to be taken for a kill.
template <class Work>
[[noreturn]] void runForever(const char* role, Work work) {
  try {
    while (true) work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", role, error.what());
  }
  _exit(3);
}

}  // namespace

namespace {

/// Starts turns so that several are on their way, and says the number of each when it is done.
class Pipeline {
 public:
  Pipeline(SubscribableDB& db, const FileUse& use, test::Release release) : db_(db), use_(use), release_(release) {}

  /// Starts turns up to this one, as far as there is room, and waits for the first.
  void goOn(int& lastStarted) {
    while (started_.size() < static_cast<std::size_t>(use_.unheardMax)) {
      const test::Turn next{++lastStarted};
      started_.push_back({next.number, next.start(db_, release_)});
    }
    test::await(db_, std::move(started_.front().done));
    tellParent(started_.front().number);
    started_.pop_front();
  }

 private:
  struct Started {
    int number;
    Completion<void> done;
  };

  SubscribableDB& db_;
  const FileUse& use_;
  test::Release release_;
  std::deque<Started> started_;
};

/// Commits some turns and flushes them.
void commitAndFlush(SubscribableDB& db, const FileUse& use, test::Release release, int& last) {
  const int count = 1 + last % use.unheardMax;
  for (int i = 0; i < count; ++i) test::Turn{++last}.run(db, release);
  test::makeDurable(db);
  tellParent(last);
}

SubscribableDB open(const std::string& file, const FileUse& use, test::Release release, test::Storage storage) {
  HybridOptions hybridOptions;
  hybridOptions.commitsPerFlushMax = 3;  // so that a flush is several commits of the primary
  return test::openLedger(file, use.options, release, storage, hybridOptions);
}

}  // namespace

void writeForever(const std::string& file, const FileUse& use, test::Release release) {
  std::optional<SubscribableDB> db;
  std::optional<Pipeline> pipeline;
  int number = 0;
  runForever("writer", [&] {
    if (!db) {
      db.emplace(open(file, use, release, use.storage));
      number = test::Turn::lastOf(test::readLedger(*db, release));
      pipeline.emplace(*db, use, release);
    }
    if (test::hasTwoTiers(use.storage)) {
      commitAndFlush(*db, use, release, number);
    } else if (test::hasThreads(use.storage)) {
      pipeline->goOn(number);
    } else {
      test::Turn{++number}.run(*db, release);
      tellParent(number);
    }
  });
}

namespace {

/// A live result that follows the commits of other processes.
void checkLive(const SubscribableDB& db, test::LiveEntries& live, int seen) {
  db.driverAs<SqlDriver>().pollForCommits();
  const auto entries = live.entries();
  if (!entries) throw std::runtime_error("a live result could not be run again");
  const int shown = test::Turn::lastOf(*entries);
  if (shown < seen) {
    throw std::runtime_error("a live result shows turn " + std::to_string(shown) + " although turn " +
                             std::to_string(seen) + " was read");
  }
}

}  // namespace

void readForever(const std::string& file, const FileUse& use, test::Release release) {
  std::optional<SubscribableDB> db;
  std::optional<test::LiveEntries> live;
  int last = 0;
  runForever("reader", [&] {
    if (!db) db.emplace(open(file, use, release, use.readersStorage()));
    if (!live && use.storage == test::Storage::sharedSql) live.emplace(*db);
    const test::Ledger ledger = test::readLedger(*db, release);
    if (const std::string imbalance = ledger.findImbalance(); !imbalance.empty()) throw std::runtime_error(imbalance);
    const int seen = test::Turn::lastOf(ledger);
    if (seen < last) throw std::runtime_error("turn " + std::to_string(last) + " has gone: " + std::to_string(seen));
    last = seen;
    if (live) checkLive(*db, *live, last);
    tellParent(last);
  });
}

}  // namespace hyperdb::crash
