#include "runtime/hook_registry.hpp"

#include <algorithm>

namespace hyperdb::detail {

/// Does not own the hook: a hook may own the subscription that this is part of.
class HookRegistry::HookRegistration final : public Registration {
 public:
  HookRegistration(std::weak_ptr<HookRegistry> registry, std::weak_ptr<RegisteredHook> hook)
      : registry_(std::move(registry)), hook_(std::move(hook)) {}
  void cancel() noexcept override {
    const auto hook = hook_.lock();
    if (!hook) return;
    hook->active = false;
    if (auto registry = registry_.lock()) registry->remove(*hook);
  }

 private:
  std::weak_ptr<HookRegistry> registry_;
  std::weak_ptr<RegisteredHook> hook_;
};

Subscription HookRegistry::add(std::shared_ptr<RegisteredHook> hook) {
  auto registration = std::make_shared<HookRegistration>(weak_from_this(), hook);
  auto& list = hook->onScan ? scanHooks_ : writeHooks_;
  auto extended = list ? std::make_shared<RegisteredHooks>(*list) : std::make_shared<RegisteredHooks>();
  // Hooks for one kind of write stand before those for every change.
  auto place = hook->anyType || hook->onScan
                   ? extended->end()
                   : std::find_if(extended->begin(), extended->end(), [](const auto& other) { return other->anyType; });
  extended->insert(place, std::move(hook));
  list = std::move(extended);
  return Subscription(std::move(registration));
}

std::shared_ptr<const RegisteredHooks> HookRegistry::forWrite(OpType type, const TableDef& table) const {
  if (!writeHooks_) return nullptr;
  const auto concerns = [&](const auto& hook) {
    return (hook->anyType || hook->type == type) &&
           (!hook->table || hook->table.get() == &table || hook->table->name() == table.name());
  };
  if (std::all_of(writeHooks_->begin(), writeHooks_->end(), concerns)) return writeHooks_;
  auto selected = std::make_shared<RegisteredHooks>();
  std::copy_if(writeHooks_->begin(), writeHooks_->end(), std::back_inserter(*selected), concerns);
  return selected->empty() ? nullptr : selected;
}

std::int64_t HookRegistry::count() const noexcept {
  const auto activeCount = [](const auto& list) {
    return list ? std::count_if(list->begin(), list->end(), [](const auto& hook) { return hook->active; }) : 0;
  };
  return activeCount(writeHooks_) + activeCount(scanHooks_);
}

void HookRegistry::remove(const RegisteredHook& hook) noexcept {
  auto& list = hook.onScan ? scanHooks_ : writeHooks_;
  if (!list) return;
  try {
    auto shortened = std::make_shared<RegisteredHooks>();
    std::copy_if(list->begin(), list->end(), std::back_inserter(*shortened),
                 [&](const auto& other) { return other.get() != &hook; });
    list = shortened->empty() ? nullptr : std::move(shortened);
  } catch (...) {
    // No memory for the shorter list: the hook stays in it, inactive, until the next change.
  }
}

}  // namespace hyperdb::detail
