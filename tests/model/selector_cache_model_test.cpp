// The cache against fresh runs: random selectors live through random commits. After each commit every cached value must
// equal a fresh run, and no selector may have run that the commit did not touch, judged naively from what it reads.
#include <map>
#include <set>

#include "support/task_db.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

// The selectors: what each reads is known to the test too.

const auto inProject = selector("inProject", {"project", "from", "to", "limit", "descending"},
                                [](int project, int from, int to, int limit, bool descending) -> Selector<Rows<Task>> {
                                  auto query = selectFrom(tasksTable, byProject)
                                                   .where(eq<&Task::projectId>("p" + std::to_string(project)),
                                                          gte<&Task::rank>(from), lt<&Task::rank>(to))
                                                   .order(descending ? desc : asc);
                                  if (limit > 0) query = query.limit(limit);
                                  co_return co_await query;
                                });
const auto inEither =
    selector("inEither", {"first", "second", "rank"}, [](int first, int second, int rank) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProject)
          .where(anyOf(allOf(eq<&Task::projectId>("p" + std::to_string(first)), eq<&Task::rank>(rank)),
                       allOf(eq<&Task::projectId>("p" + std::to_string(second)), gt<&Task::rank>(rank))));
    });
SelectorOptions kept() {
  SelectorOptions options;
  options.memoization.selfChild = true;
  return options;
}
const auto keptSum = selector(
    "keptSum", {"project"},
    [](int project) -> Selector<double> {
      Rows<Task> rows = co_await inProject(project, 0, 100, 0, false);
      double sum = 0;
      for (const Task& task : rows) sum += task.rank;
      co_return sum;
    },
    kept());
// Reads the first tasks by rank and then the sums of their projects.
const auto twoQueries = selector("twoQueries", {"count"}, [](int count) -> Selector<std::string> {
  Rows<Task> rows = co_await firstTasks(count);
  std::string text;
  std::set<std::string> projects;
  for (const Task& task : rows) projects.insert(task.projectId);
  for (const std::string& project : projects) {
    const double sum = co_await keptSum(std::stoi(project.substr(1)));
    text += project + "=" + std::to_string(sum) + " ";
  }
  co_return text;
});

std::string textOf(const Rows<Task>& rows) {
  std::string text;
  for (const Task& task : rows) text += task.id + ":" + task.projectId + ":" + std::to_string(task.rank) + " ";
  return text;
}
std::string textOf(const std::string& text) { return text; }
std::string textOf(double number) { return std::to_string(number); }

/// A live selector of any type.
struct Watched {
  std::function<std::string()> cached;
  std::function<std::string()> fresh;
  std::function<std::uint64_t()> runsCount;
  /// Whether a row, before or after a change, can matter; null: not judged.
  std::function<bool(const Task&)> isRead;
  std::function<std::string()> shown;  ///< without running anything
  std::function<Subscription(std::function<void()>)> subscribe;
  Subscription subscription{};
  bool wasToldOfChange = false;
  std::string lastText{};
};

template <class Call>
Watched watch(SubscribableDB& db, Call call, std::function<bool(const Task&)> isRead) {
  auto live = std::make_shared<decltype(cachedSelector(db, call))>(cachedSelector(db, call));
  Watched watched;
  watched.cached = [live] { return textOf(live->snapshot()); };
  watched.fresh = [&db, call] { return textOf(select(db, call)); };
  watched.runsCount = [live] { return live->runsCount(); };
  watched.isRead = std::move(isRead);
  auto shown = std::make_shared<decltype(asyncSelector(db, call))>(asyncSelector(db, call));
  watched.shown = [shown] { return textOf(*shown->data()); };
  watched.subscribe = [live](std::function<void()> callback) { return live->subscribe(std::move(callback)); };
  return watched;
}

class SelectorCacheModel : public TaskTest {
 protected:
  Watched randomWatched(TestRandom& random) {
    const int project = static_cast<int>(random.below(4));
    const int other = static_cast<int>(random.below(4));
    const int rank = static_cast<int>(random.below(10));
    const auto name = [](int number) { return "p" + std::to_string(number); };
    switch (random.below(4)) {
      case 0: {
        const int to = rank + static_cast<int>(random.below(5));
        return watch(db(), inProject(project, rank, to, 0, random.chance(2)), [=](const Task& task) {
          return task.projectId == name(project) && task.rank >= rank && task.rank < to;
        });
      }
      case 1:
        return watch(db(), inEither(project, other, rank), [=](const Task& task) {
          return (task.projectId == name(project) && task.rank == rank) ||
                 (task.projectId == name(other) && task.rank > rank);
        });
      case 2: {
        // Limited: outside of the project it reads nothing; inside it is not judged.
        const int limit = 1 + static_cast<int>(random.below(4));
        return watch(db(), inProject(project, 0, 100, limit, random.chance(2)),
                     [=](const Task& task) { return task.projectId == name(project); });
      }
      default: break;
    }
    if (random.chance(2)) {
      return watch(db(), keptSum(project), [=](const Task& task) { return task.projectId == name(project); });
    }
    return watch(db(), twoQueries(1 + static_cast<int>(random.below(3))), nullptr);
  }
};

struct WriteStep {
  bool isRemove;
  Task task;
};
std::vector<WriteStep> stepsToDo;
bool shouldThrow = false;
const auto doSteps = action("doSteps", {}, []() -> Action<> {
  for (std::size_t i = 0; i < stepsToDo.size(); ++i) {
    if (stepsToDo[i].isRemove) {
      co_await deleteRows(tasksTable, stepsToDo[i].task.id);
    } else {
      co_await upsert(tasksTable, stepsToDo[i].task);
    }
  }
  if (shouldThrow) throw 1;
});

TEST_F(SelectorCacheModel, EveryCachedValueEqualsAFreshRunAndNothingRunsInVain) {
  for (int round = 0; round < testRounds(8); ++round) {
    const std::uint64_t seed = testSeed() + static_cast<std::uint64_t>(round);
    SCOPED_TRACE("HYPERDB_TEST_SEED=" + std::to_string(seed));
    TestRandom random(seed);
    std::vector<Watched> all;
    std::size_t callsCount = 0;
    const auto lookAround = [&] {
      ++callsCount;
      for (const Watched& each : all) {
        if (each.subscription.isActive()) {
          EXPECT_EQ(each.shown(), each.fresh()) << "a callback saw an old result";
        }
      }
    };
    for (int commit = 0; commit < 120; ++commit) {
      if (all.size() < 12 && random.chance(3)) all.push_back(randomWatched(random));
      if (!all.empty() && random.chance(8))
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(random.below(all.size())));
      for (Watched& each : all) {
        if (random.chance(4))
          each.subscription = each.subscription.isActive() ? Subscription() : each.subscribe(lookAround);
        each.cached();
      }
      std::vector<std::uint64_t> runsBefore;
      for (const Watched& each : all) runsBefore.push_back(each.runsCount());

      stepsToDo.clear();
      std::vector<Task> touched;
      const Rows<Task> rowsBefore = select(db(), allTasks());
      for (std::size_t i = 1 + random.below(3); i > 0; --i) {
        const std::string id = "t" + std::to_string(random.below(25));
        stepsToDo.push_back({random.chance(4), makeTask(id, "p" + std::to_string(random.below(4)),
                                                        static_cast<double>(random.below(10)))});
        touched.push_back(stepsToDo.back().task);
        for (const Task& before : rowsBefore) {
          if (before.id == id) touched.push_back(before);
        }
      }
      shouldThrow = random.chance(6);
      try {
        syncDispatch(db(), doSteps());
      } catch (int) {
        touched.clear();
        ASSERT_EQ(select(db(), allTasks()), rowsBefore);
      }
      for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_EQ(all[i].cached(), all[i].fresh()) << "commit " << commit << ", selector " << i;
        const bool isTouched = !all[i].isRead || std::any_of(touched.begin(), touched.end(), all[i].isRead);
        if (!isTouched || touched.empty()) {
          ASSERT_EQ(all[i].runsCount(), runsBefore[i]) << "commit " << commit << ", selector " << i;
        }
      }
      if (HasFailure()) return;
    }
    EXPECT_GT(callsCount, 0u);
  }
}

}  // namespace
}  // namespace hyperdb::test
