#include "crash/kill/roles.hpp"

#include <cstdio>
#include <stdexcept>

#include <unistd.h>

#include "crash/kill/child_process.hpp"

namespace hyperdb::crash {

FileUse FileUse::named(const std::string& name) {
  FileUse use{name, {}};
  use.options.busyTimeoutMs = 60'000;  // a machine that is busy is no reason to fail
  if (name == "walNormal") return use;
  if (name == "walOff") {
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

void writeForever(const std::string& file, const FileUse& use, test::Release release) {
  std::optional<SubscribableDB> db;
  int number = 0;
  runForever("writer", [&] {
    if (!db) {
      db.emplace(test::openLedger(file, use.options, release));
      number = test::Turn::lastOf(test::readLedger(*db, release));
    }
    test::Turn{++number}.run(*db, release);
    tellParent(number);
  });
}

void readForever(const std::string& file, const FileUse& use, test::Release release) {
  std::optional<SubscribableDB> db;
  int last = 0;
  runForever("reader", [&] {
    if (!db) db.emplace(test::openLedger(file, use.options, release));
    const test::Ledger ledger = test::readLedger(*db, release);
    if (const std::string imbalance = ledger.findImbalance(); !imbalance.empty()) throw std::runtime_error(imbalance);
    const int seen = test::Turn::lastOf(ledger);
    if (seen < last) throw std::runtime_error("turn " + std::to_string(last) + " has gone: " + std::to_string(seen));
    last = seen;
    tellParent(last);
  });
}

}  // namespace hyperdb::crash
