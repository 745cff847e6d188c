// Leaving: as many as like may subscribe to one thing, and each leaves without a look at the others. With a walk over
// them for each that leaves these tests would not end.
#include <algorithm>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class UnsubscribeTest : public TaskTest {
 protected:
  static constexpr int subscribersCount = 100'000;

  /// Ends the middle half of the subscriptions, from the middle outwards: the others are called in order.
  template <class Subscribe>
  void expectOrderKept(Subscribe subscribe) {
    std::vector<int> called;
    std::vector<Subscription> subscriptions;
    for (int i = 0; i < subscribersCount; ++i) {
      subscriptions.push_back(subscribe([&called, i] { called.push_back(i); }));
    }
    for (int i = 0; i < subscribersCount / 4; ++i) {
      subscriptions[static_cast<std::size_t>(subscribersCount / 2 - 1 - i)].cancel();
      subscriptions[static_cast<std::size_t>(subscribersCount / 2 + i)].cancel();
    }
    put("t1");
    EXPECT_EQ(called.size(), static_cast<std::size_t>(subscribersCount / 2));
    EXPECT_TRUE(std::is_sorted(called.begin(), called.end()));
    subscriptions.clear();
    put("t1", "p1", 2);
    EXPECT_EQ(called.size(), static_cast<std::size_t>(subscribersCount / 2));
  }
};

TEST_F(UnsubscribeTest, SubscribersOfOneLiveResultLeaveInAnyOrder) {
  auto live = cachedSelector(db(), allTasks());
  expectOrderKept([&](auto callback) { return live.subscribe(callback); });
}

TEST_F(UnsubscribeTest, SubscribersToCommitsLeaveInAnyOrder) {
  expectOrderKept([&](auto callback) { return db().subscribe([callback](const CommitEvent&) { callback(); }); });
}

TEST_F(UnsubscribeTest, HooksLeaveInAnyOrder) {
  const auto never = defineTable<Task>("never");
  const Subscription last =
      db().afterChange([](HookContext&, const AnyTable&, std::span<const Op>) -> Action<void> { co_return; });
  std::vector<Subscription> subscriptions;
  const auto released = std::make_shared<int>();
  for (int i = 0; i < subscribersCount; ++i) {
    subscriptions.push_back(db().afterInsert(
        never, [released](HookContext&, std::span<const InsertOp<Task>>) -> Action<void> { co_return; }));
  }
  EXPECT_EQ(db().stats().subscriptions, subscribersCount + 1);
  for (int i = 0; i < subscribersCount; i += 2) subscriptions[static_cast<std::size_t>(i)].cancel();
  EXPECT_EQ(released.use_count(), subscribersCount / 2 + 1) << "what a hook held goes with it";
  EXPECT_EQ(db().stats().subscriptions, subscribersCount / 2 + 1);
  put("t1");
  subscriptions.clear();
  EXPECT_EQ(released.use_count(), 1);
}

TEST_F(UnsubscribeTest, ACallbackMayLetOthersAndItselfGo) {
  auto live = cachedSelector(db(), allTasks());
  std::string called;
  std::vector<Subscription> subscriptions(4);
  for (std::size_t i = 0; i < subscriptions.size(); ++i) {
    subscriptions[i] = live.subscribe([&, i] {
      called += std::to_string(i);
      if (i != 1) return;
      subscriptions[0].cancel();
      subscriptions[1].cancel();
      subscriptions[2].cancel();
    });
  }
  put("t1");
  EXPECT_EQ(called, "013");
  put("t2");
  EXPECT_EQ(called, "0133");
}

}  // namespace
}  // namespace hyperdb::test
