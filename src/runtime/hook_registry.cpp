#include "runtime/hook_registry.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hyperdb::detail {

/// Does not own the hook: a hook may own the subscription that this is part of.
class HookRegistry::HookRegistration final : public Registration {
 public:
  HookRegistration(std::weak_ptr<HookRegistry> registry, std::weak_ptr<RegisteredHook> hook)
      : registry_(std::move(registry)), hook_(std::move(hook)) {}
  void cancel() noexcept override {
    const auto hook = hook_.lock();
    if (!hook || !std::exchange(hook->active, false)) return;
    const auto registry = registry_.lock();
    if (!registry) return;
    HookList& list = hook->onScan ? registry->scanHooks_ : registry->writeHooks_;
    // The hook's captures are destroyed now, unless it runs: its place in the list may stay for a while.
    if (hook.use_count() == 2) {
      const WriteHook onWrite = std::exchange(hook->onWrite, nullptr);
      const ScanHook onScan = std::exchange(hook->onScan, nullptr);
      list.removeOne();
    } else {
      list.removeOne();
    }
  }

 private:
  std::weak_ptr<HookRegistry> registry_;
  std::weak_ptr<RegisteredHook> hook_;
};

Subscription HookRegistry::add(std::shared_ptr<RegisteredHook> hook) {
  auto registration = std::make_shared<HookRegistration>(weak_from_this(), hook);
  (hook->onScan ? scanHooks_ : writeHooks_).add(std::move(hook));
  return Subscription(std::move(registration));
}

void HookRegistry::HookList::add(std::shared_ptr<RegisteredHook> hook) {
  const bool isAnyType = hook->anyType;
  if (hooks == nullptr) {
    hooks = std::make_shared<RegisteredHooks>();
  } else if (hooks.use_count() > 1) {
    hooks = std::make_shared<RegisteredHooks>(*hooks);
  }
  // Hooks for one kind of write precede those for every change.
  const std::size_t behindCount = isAnyType ? 0 : anyTypeCount;
  hooks->insert(hooks->end() - static_cast<std::ptrdiff_t>(behindCount), std::move(hook));
  if (isAnyType) ++anyTypeCount;
}

/// Counts one more inactive hook. Removes the inactive hooks if they are the majority, or if the list is short.
void HookRegistry::HookList::removeOne() noexcept {
  constexpr std::size_t fewHooks = 16;
  ++removedCount;
  if (hooks->size() > fewHooks && removedCount <= hooks->size() / 2) return;
  try {
    std::shared_ptr<RegisteredHooks> left;
    if (hooks->size() > removedCount) {
      left = std::make_shared<RegisteredHooks>();
      const auto isActive = [](const auto& hook) { return hook->active; };
      std::copy_if(hooks->begin(), hooks->end(), std::back_inserter(*left), isActive);
    }
    const auto isAnyType = [](const auto& hook) { return hook->anyType; };
    anyTypeCount = left ? static_cast<std::size_t>(std::count_if(left->begin(), left->end(), isAnyType)) : 0;
    removedCount = 0;
    hooks.swap(left);  // destroying the old list may add and remove hooks
  } catch (...) {
    // No memory for the shorter list: the inactive hooks stay until the next change.
  }
}

std::shared_ptr<const RegisteredHooks> HookRegistry::forWrite(OpType type, const TableDef& table) const {
  const std::shared_ptr<RegisteredHooks>& hooks = writeHooks_.hooks;
  if (!hooks) return nullptr;
  const auto concerns = [&](const auto& hook) {
    return hook->active && (hook->anyType || hook->type == type) &&
           (!hook->table || hook->table.get() == &table || hook->table->name() == table.name());
  };
  if (std::all_of(hooks->begin(), hooks->end(), concerns)) return hooks;
  auto selected = std::make_shared<RegisteredHooks>();
  std::copy_if(hooks->begin(), hooks->end(), std::back_inserter(*selected), concerns);
  return selected->empty() ? nullptr : selected;
}

std::int64_t HookRegistry::count() const noexcept {
  const auto activeCount = [](const HookList& list) {
    return list.hooks == nullptr ? 0 : static_cast<std::int64_t>(list.hooks->size() - list.removedCount);
  };
  return activeCount(writeHooks_) + activeCount(scanHooks_);
}

}  // namespace hyperdb::detail
