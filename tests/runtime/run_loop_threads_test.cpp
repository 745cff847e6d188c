// Run loops, completions and asynchronous calls with several threads.
#include <atomic>
#include <thread>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

TEST(Threads, AResultFromAnotherThreadWakesTheLoop) {
  RunLoop loop;
  const CompletionSource<int> source(loop);
  std::thread producer([&] { source.resolve(7); });
  EXPECT_EQ(runUntilReady(loop, source.completion()), 7);
  producer.join();
}

TEST(Threads, StoppingFromAnotherThreadEndsTheWaitWithCancelled) {
  RunLoop loop;
  const CompletionSource<int> source(loop);
  std::thread stopper([&] { loop.stop(); });
  EXPECT_EQ(codeOf([&] { runUntilReady(loop, source.completion()); }), ErrorCode::cancelled);
  stopper.join();
}

TEST(Threads, TheLoopBelongsToWhoMadeItUntilAnotherAdoptsIt) {
  RunLoop loop;
  EXPECT_TRUE(loop.isHomeThread());
  std::thread other([&] {
    EXPECT_FALSE(loop.isHomeThread());
    loop.adoptThread();
    EXPECT_TRUE(loop.isHomeThread());
  });
  other.join();
  EXPECT_FALSE(loop.isHomeThread());
}

class ThreadsTest : public LateTaskTest {};

TEST_F(ThreadsTest, AnyThreadMayDispatchReadAndCancel) {
  constexpr int threadsCount = 4;
  constexpr int actionsCount = 25;
  std::atomic<int> running{threadsCount};
  std::vector<std::vector<Completion<void>>> done(threadsCount);
  std::vector<std::thread> threads;
  for (int t = 0; t < threadsCount; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < actionsCount; ++i) {
        done[static_cast<std::size_t>(t)].push_back(
            asyncDispatch(db(), addTask(std::to_string(t) + "-" + std::to_string(i))));
        Completion<Rows<Task>> rows = selectAsync(db(), allTasks());
        rows.cancel();
        if (i % 5 == 0) done[static_cast<std::size_t>(t)].back().cancel();
      }
      --running;
      loop.post([] {});
    });
  }
  loop.runUntil([&] { return running == 0; });
  for (std::thread& thread : threads) thread.join();
  loop.runReady();
  std::size_t addedCount = 0;
  for (auto& list : done) {
    for (Completion<void>& completion : list) {
      const std::optional<ErrorCode> code = codeOf([&] { completion.get(); });
      EXPECT_TRUE(!code || code == ErrorCode::cancelled);
      addedCount += code ? 0 : 1;
    }
  }
  EXPECT_EQ(wait(selectAsync(db(), allTasks())).size(), addedCount);
  EXPECT_EQ(db().revision(), static_cast<std::int64_t>(addedCount));
  EXPECT_GE(addedCount, 80u);
}

}  // namespace
}  // namespace hyperdb::test
