// Many live selectors, each with a subscription that counts what it is told.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <hyperdb/cached_selector.hpp>

#include "overview.hpp"
#include "queries.hpp"
#include "text.hpp"

namespace packages {

/// What the subscriptions were told.
struct Told {
  std::size_t callbacksCount = 0;
  std::size_t rowsAdded = 0;
  std::size_t rowsRemoved = 0;
  std::size_t rowsUpdated = 0;
  double lastAt = 0;  ///< by the clock of now()
};

class LiveSelectors {
 public:
  /// Opens so many different selectors: what concerns each section and priority first, then each package, then longer
  /// and longer lists of the largest.
  LiveSelectors(const SubscribableDB& db, const Overview& overview, std::size_t count);

  std::size_t size() const noexcept { return subscriptions_.size(); }
  /// What was told since the last call.
  Told takeTold() noexcept { return std::exchange(*told_, Told()); }

 private:
  void openForSections(const Overview& overview);
  void openForPackages(const Overview& overview);
  void openLongerLists(const Overview& overview);

  bool isFull() const noexcept { return subscriptions_.size() >= count_; }

  // Lists of rows tell what has changed in them, in order, with positions.
  template <class Row, class... Args>
  void open(SelectorCall<Rows<Row>, Args...> call) {
    if (isFull()) return;
    const auto live = cachedSelector(db_, std::move(call));
    subscriptions_.push_back(live.subscribe([told = told_](const Changes<Row>& changes) {
      told->rowsAdded += changes.inserted().size();
      told->rowsRemoved += changes.removed().size();
      told->rowsUpdated += changes.updated().size();
      ++told->callbacksCount;
      told->lastAt = now();
    }));
  }

  // Other results tell that they have changed; `live.snapshot()` would give the new one.
  template <class Result, class... Args>
  void open(SelectorCall<Result, Args...> call) {
    if (isFull()) return;
    const auto live = cachedSelector(db_, std::move(call));
    subscriptions_.push_back(live.subscribe([told = told_] {
      ++told->callbacksCount;
      told->lastAt = now();
    }));
  }

  const SubscribableDB db_;
  const std::size_t count_;
  const std::shared_ptr<Told> told_ = std::make_shared<Told>();
  // A subscription ends with the object that stands for it, and keeps the result in the cache until then.
  std::vector<Subscription> subscriptions_;
};

}  // namespace packages
