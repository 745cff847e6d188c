#include "soak/live_result.hpp"

#include <utility>

namespace hyperdb::soak {

namespace {

SelectorOptions optionsOf(std::int64_t gcTimeMs, bool isShared, bool isKept) {
  SelectorOptions options;
  options.gcTimeMs = gcTimeMs;
  options.memoization.root = isShared;
  options.memoization.selfChild = isKept;
  return options;
}

Selector<Rows<Object>> readRows(int world, int query) {
  SoakWorld& its = SoakWorld::byNumber(world);
  const QueryCase& asked = its.query(query);
  co_return co_await its.table(asked.table).toQuery(asked);
}

const auto rowsOf = selector("rowsOf", {"world", "query"}, [](int world, int query) -> Selector<Rows<Object>> {
  Rows<Object> rows = co_await readRows(world, query);
  co_return rows;
});
const auto brieflyKept = selector(
    "brieflyKept", {"world", "query"},
    [](int world, int query) -> Selector<Rows<Object>> {
      Rows<Object> rows = co_await rowsOf(world, query);
      co_return rows;
    },
    optionsOf(0, true, false));
const auto ownCopy = selector(
    "ownCopy", {"world", "query"},
    [](int world, int query) -> Selector<Rows<Object>> {
      Rows<Object> rows = co_await rowsOf(world, query);
      co_return rows;
    },
    optionsOf(SelectorOptions::unsetGcTimeMs, false, false));
const auto keptText = selector(
    "keptText", {"world", "query"},
    [](int world, int query) -> Selector<std::string> {
      Rows<Object> rows = co_await rowsOf(world, query);
      co_return describeRows(rows);
    },
    optionsOf(SelectorOptions::unsetGcTimeMs, true, true));

bool makesJoinFail(const std::string& first) { return first.size() % 5 == 4; }
const std::string joinFailure = "the selector throws";

/// Depends on two queries, keeps the parts of both, and throws on some results of the first.
const auto joined =
    selector("joined", {"world", "first", "second"}, [](int world, int first, int second) -> Selector<std::string> {
      std::string text = co_await keptText(world, first);
      if (makesJoinFail(text)) throw std::runtime_error(joinFailure);
      std::string other = co_await keptText(world, second);
      co_return text + "| " + other;
    });

std::string textOf(const Rows<Object>& rows) { return describeRows(rows); }
std::string textOf(const std::string& text) { return text; }

template <class T>
class TypedLiveResult final : public LiveResult {
 public:
  using Expected = std::function<std::string()>;

  template <class Call>
  TypedLiveResult(SoakWorld& world, Call call, Expected expected) : world_(world), expected_(std::move(expected)) {
    if (world.isLate()) {
      async_ = std::make_unique<AsyncSelector<T>>(asyncSelector(world.db(), std::move(call)));
    } else {
      cached_ = std::make_unique<CachedSelector<T>>(cachedSelector(world.db(), std::move(call)));
    }
  }

  void toggleSubscriber(TestRandom& random) override {
    if (subscription_.isActive() && !random.chance(3)) return subscription_.cancel();
    if constexpr (detail::isRows<T>) {
      if (random.chance(2)) return toggleMirror();
    }
    if (subscription_.isActive()) return;
    shouldThrow_ = random.chance(6);
    subscribe(subscription_, [this] {
      wasTold_ = true;
      ++world_.counters().callbacks;
      if (!shouldThrow_) return;
      world_.noteThrown();
      throw std::runtime_error("a live result's subscriber throws");
    });
    lastText_ = expected_();
  }

  void heal() override {
    if (async_ && async_->status() == SelectorStatus::failed) read();
  }

  void check(bool mustRead) override {
    const std::string expected = expected_();
    const bool isTold = std::exchange(wasTold_, false);
    if (subscription_.isActive()) {
      require(isTold || expected == lastText_,
              "a subscriber was not told that \"" + lastText_ + "\" became \"" + expected + "\"");
      lastText_ = expected;
    }
    if constexpr (detail::isRows<T>) {
      if (mirroring_.isActive()) {
        require(describeRows(mirror_) == expected,
                "applied changes give \"" + describeRows(mirror_) + "\", not \"" + expected + "\"");
        ++world_.counters().checks;
      }
    }
    if (!mustRead && !subscription_.isActive() && !mirroring_.isActive()) return;
    const std::string current = read();
    require(current == expected, "a live result is \"" + current + "\", not \"" + expected + "\"");
    ++world_.counters().checks;
  }

 private:
  /// A subscriber that keeps a list of its own up to date.
  void toggleMirror() {
    if constexpr (detail::isRows<T>) {
      if (mirroring_.isActive()) return mirroring_.cancel();
      mirror_.clear();
      if (async_ && async_->data()) mirror_ = async_->data()->toVector();
      subscribe(mirroring_, [this](const Changes<Object>& changes) {
        ++world_.counters().callbacks;
        apply(mirror_, changes);
      });
      if (cached_) mirror_ = cached_->snapshot().toVector();
    }
  }

  template <class Callback>
  void subscribe(Subscription& subscription, Callback callback) {
    try {
      subscription = cached_ ? cached_->subscribe(std::move(callback)) : async_->subscribe(std::move(callback));
    } catch (const std::runtime_error& error) {
      require(error.what() == joinFailure, std::string("subscribing throws: ") + error.what());
    }
    world_.runLoop();
  }

  std::string read() {
    try {
      if (cached_) return textOf(cached_->snapshot());
      world_.wait(async_->whenFresh());
      return textOf(*async_->data());
    } catch (const std::runtime_error& error) {
      require(error.what() == joinFailure, std::string("reading throws: ") + error.what());
      return joinFailure;
    }
  }

  SoakWorld& world_;
  Expected expected_;
  std::unique_ptr<CachedSelector<T>> cached_;
  std::unique_ptr<AsyncSelector<T>> async_;
  bool wasTold_ = false;
  bool shouldThrow_ = false;
  std::string lastText_;
  std::vector<Object> mirror_;
  Subscription subscription_;
  Subscription mirroring_;
};

}  // namespace

std::unique_ptr<LiveResult> LiveResult::random(SoakWorld& world, TestRandom& random, int query, int otherQuery) {
  const auto rowsExpected = [&world, query] { return world.expectedRows(query); };
  const int number = world.number();
  switch (random.below(5)) {
    case 0: return std::make_unique<TypedLiveResult<Rows<Object>>>(world, rowsOf(number, query), rowsExpected);
    case 1: return std::make_unique<TypedLiveResult<Rows<Object>>>(world, brieflyKept(number, query), rowsExpected);
    case 2: return std::make_unique<TypedLiveResult<Rows<Object>>>(world, ownCopy(number, query), rowsExpected);
    case 3: return std::make_unique<TypedLiveResult<std::string>>(world, keptText(number, query), rowsExpected);
    default: break;
  }
  const auto joinExpected = [&world, query, otherQuery] {
    const std::string first = world.expectedRows(query);
    return makesJoinFail(first) ? joinFailure : first + "| " + world.expectedRows(otherQuery);
  };
  return std::make_unique<TypedLiveResult<std::string>>(world, joined(number, query, otherQuery), joinExpected);
}

}  // namespace hyperdb::soak
