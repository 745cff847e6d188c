// HookRegistry: the hooks of a database.
#pragma once

#include <cstddef>
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
  bool anyType = false;                   ///< afterChange
  std::shared_ptr<const TableDef> table;  ///< null: all tables
  WriteHook onWrite;
  ScanHook onScan;
};
using RegisteredHooks = std::vector<std::shared_ptr<RegisteredHook>>;

/// Home thread. A list in use is never changed: it is copied first. Adding and removing a hook costs, apart from such
/// a copy, O(1), or O(hooks for every change) for a hook that precedes them.
class HookRegistry : public std::enable_shared_from_this<HookRegistry> {
 public:
  Subscription add(std::shared_ptr<RegisteredHook> hook);

  /// Returns the hooks for that kind of write, in the order they were added, then those for every change. Null: none.
  /// `table` is the loaded definition; hooks name theirs by name, as they may be added before it is loaded.
  std::shared_ptr<const RegisteredHooks> forWrite(OpType type, const TableDef& table) const;
  std::shared_ptr<const RegisteredHooks> forScan() const { return scanHooks_.hooks; }
  std::int64_t count() const noexcept;

 private:
  class HookRegistration;
  struct HookList {
    std::shared_ptr<RegisteredHooks> hooks;  ///< null: none
    std::size_t anyTypeCount = 0;            ///< of those at the end, which are for every change
    std::size_t removedCount = 0;            ///< of those that are still in it, inactive

    void add(std::shared_ptr<RegisteredHook> hook);
    void removeOne() noexcept;
  };

  HookList writeHooks_;
  HookList scanHooks_;
};

}  // namespace hyperdb::detail
