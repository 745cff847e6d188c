// HookRegistry: who wants to run inside transactions.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <hyperdb/hooks.hpp>
#include <hyperdb/subscription.hpp>

namespace hyperdb::detail {

/// A registered hook. Running coroutines keep it alive; `active` says whether it may still be started.
struct RegisteredHook {
  bool active = true;
  OpType type = OpType::insert;
  bool anyType = false;               ///< afterChange
  std::shared_ptr<const TableDef> table;  ///< null: all tables
  WriteHook onWrite;
  ScanHook onScan;
};
using RegisteredHooks = std::vector<std::shared_ptr<RegisteredHook>>;

/// Home thread. Lists are copied on write, so that a running list never changes.
class HookRegistry : public std::enable_shared_from_this<HookRegistry> {
 public:
  Subscription add(std::shared_ptr<RegisteredHook> hook);

  /// `table` is the loaded definition; hooks name theirs by name, as they may be added before it is loaded.
  /// The hooks for that kind of write, in the order they were added, then those for every change. Null: none.
  std::shared_ptr<const RegisteredHooks> forWrite(OpType type, const TableDef& table) const;
  std::shared_ptr<const RegisteredHooks> forScan() const { return scanHooks_; }
  std::int64_t count() const noexcept;

 private:
  class HookRegistration;
  void remove(const RegisteredHook& hook) noexcept;

  std::shared_ptr<const RegisteredHooks> writeHooks_;
  std::shared_ptr<const RegisteredHooks> scanHooks_;
};

}  // namespace hyperdb::detail
