// Snapshots and results are read and dropped by other threads while a writer goes on.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "memory/memory_fixture.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using Concurrency = MemoryFixture;

TEST_F(Concurrency, ReadersOfSnapshotsSeeWholeCommitsWhileAWriterGoesOn) {
  constexpr std::size_t rowsCount = 600;
  fill(rowsCount);
  std::atomic<bool> isDone{false};
  std::atomic<int> wrong{0};
  std::atomic<int> scans{0};
  const auto read = [&] {
    // Every commit gives all touched rows of a pair the same number, so that each snapshot's pairs are equal.
    while (!isDone.load()) {
      const auto snapshot = driver->snapshot();
      const RowSequence rows = snapshot->scan(wholeIndex(items, byId)).rows;
      const std::vector<RowRef> all = toVector(rows);
      if (all.size() != rowsCount) wrong.fetch_add(1);
      for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
        if (itemOf(all[i]).group != itemOf(all[i + 1]).group) wrong.fetch_add(1);
      }
      scans.fetch_add(1);
    }
  };
  std::thread first(read);
  std::thread second(read);
  TestRandom random;
  SCOPED_TRACE(testSeed());
  for (int commit = 0; commit < testRounds(1500) || scans.load() < 20; ++commit) {
    const std::size_t pair = 2 * random.below(rowsCount / 2);
    const std::string group = "g" + std::to_string(commit % 7);
    upsert({makeRow(padded(pair), group, 1), makeRow(padded(pair + 1), group, 2)});
  }
  isDone.store(true);
  first.join();
  second.join();
  EXPECT_EQ(wrong.load(), 0);
}

TEST_F(Concurrency, ResultsMayBeDroppedAndComparedByOtherThreads) {
  fill(500);
  std::mutex mutex;
  std::vector<RowSequence> handed;
  std::atomic<bool> isDone{false};
  std::atomic<std::size_t> compared{0};
  std::thread other([&] {
    RowSequence previous;
    for (bool isLast = false; !isLast;) {
      isLast = isDone.load();
      std::vector<RowSequence> taken;
      {
        const std::lock_guard<std::mutex> lock(mutex);
        taken.swap(handed);
      }
      for (RowSequence& rows : taken) {
        if (!previous.empty() && diffRows(previous, rows).updated.size() <= 1) compared.fetch_add(1);
        previous = std::move(rows);
      }
    }
  });
  for (std::size_t i = 0; i < 600; ++i) {
    upsert({makeRow(padded(i % 500), "g", static_cast<double>(i % 500), "mail" + std::to_string(i))});
    RowSequence rows = scan(wholeIndex(items, byGroup));
    const std::lock_guard<std::mutex> lock(mutex);
    handed.push_back(std::move(rows));
  }
  isDone.store(true);
  other.join();
  EXPECT_EQ(compared.load(), 599U);
}

}  // namespace
}  // namespace hyperdb::test
