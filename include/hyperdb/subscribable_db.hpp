// SubscribableDB: a database that notifies subscribers of commits, runs hooks and keeps selectors live.
//
// Order of events: a commit raises the revision, re-runs the invalidated cached selectors that have subscribers, and
// calls subscribers when these runs have ended: over an asynchronous driver possibly after the dispatch has
// completed. Calls never nest: a commit made by a callback is committed at once and announced after the current
// round.
//
// Thread safety: everything here belongs to the home thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/commit_event.hpp>
#include <hyperdb/db.hpp>
#include <hyperdb/hooks.hpp>
#include <hyperdb/subscription.hpp>

namespace hyperdb {

/// Why a cached selector was invalidated: the first write of the commit inside a range that it had read.
struct WakeReason {
  std::int64_t revision = 0;  ///< of the commit
  std::string table;
  std::string index;
  std::string rowId;
  std::string key;    ///< of the row that was written, decoded
  std::string range;  ///< that the selector had read, decoded
  /// Returns "commit 42 wrote tasks/byProjectOrder(\"p1\", \"a7\", id \"t1\") inside [(\"p1\") .. (\"p1\")]".
  std::string toString() const;
};

/// The effect of one commit on the live selectors.
struct CommitReport {
  struct Woken {
    std::string selector;
    std::string arguments;  ///< as one would write them: `"p1", 5`
    WakeReason reason;
    bool isRerun = false;  ///< false: no subscriber; it runs on the next read
    /// Returns `projectTasks("p1")`.
    std::string call() const { return selector + "(" + arguments + ")"; }
  };
  std::int64_t revision = 0;
  std::vector<Woken> woken;
  std::uint64_t leftAloneCount = 0;
  std::uint64_t rangesCompared = 0;
};

namespace detail {
class ReactiveCore;
}

/// A DB with subscribers, hooks and live results. A handle, as DB is.
class SubscribableDB : public DB {
 public:
  /// Wraps the database. Wrapping a database twice is fine: both share subscribers, hooks and the cache.
  explicit SubscribableDB(DB db);

  /// Returns a view as DB::withTraits does. Cached selectors of different traits are different entries.
  SubscribableDB withTraits(Traits traits) const;

  /// Calls `callback` after every commit from now on, in revision order. An exception from a callback is reported
  /// (see `onCallbackError`) and does not stop the other subscribers. The database keeps the callback until the
  /// Subscription is destroyed.
  Subscription subscribe(std::function<void(const CommitEvent&)> callback) const;

  /// Runs the hook after each write command of that kind on the table, inside the transaction. The hook may read and
  /// write (which runs hooks in turn). The write rethrows what the hook throws: the whole action is rolled back or,
  /// if it catches the error, the write and what hooks wrote. The hook may capture: a running hook is kept alive,
  /// even if its Subscription is destroyed meanwhile. The table is identified by its name and need not be loaded yet.
  /// Hooks run in the order in which they were added; once for a batch, also for a deletion that found nothing.
  template <class Row, class Hook>
  Subscription afterInsert(const Table<Row>& table, Hook hook) const {
    return addTypedHook<InsertOp<Row>>(OpType::insert, table, std::move(hook));
  }
  template <class Row, class Hook>
  Subscription afterUpsert(const Table<Row>& table, Hook hook) const {
    return addTypedHook<UpsertOp<Row>>(OpType::upsert, table, std::move(hook));
  }
  template <class Row, class Hook>
  Subscription afterDelete(const Table<Row>& table, Hook hook) const {
    return addTypedHook<DeleteOp<Row>>(OpType::delete_, table, std::move(hook));
  }
  /// Runs the hook after every write command of any kind on the table, with `std::span<const ChangeOp<Row>>`;
  /// `context.type` is the kind. Runs after the hooks for one kind, in order with the hooks for all tables.
  template <class Row, class Hook>
  Subscription afterChange(const Table<Row>& table, Hook hook) const {
    return addTypedHook<ChangeOp<Row>>(std::nullopt, table, std::move(hook));
  }
  /// Runs the hook after every write command, for all tables; after the hooks for one kind.
  Subscription afterChange(std::function<Action<void>(HookContext&, const AnyTable&, std::span<const Op>)> hook) const;
  /// Runs the hook after every successful scan. It may write only when the scan is part of an action; its own scans
  /// run no hooks.
  Subscription afterScan(std::function<Action<void>(HookContext&, const ScanEvent&)> hook) const;

  /// Sets the handler of exceptions from callbacks, one for the database. Without a handler, or with an empty one, a
  /// line goes to standard error. The handler may set another one while it runs.
  void onCallbackError(std::function<void(std::exception_ptr)> handler) const;

  /// Switches reports of commits on; the last one is empty until the next commit. Costs only for invalidated
  /// selectors.
  void setCommitReports(bool enabled) const;
  /// Returns the report of the last commit; valid until the next one.
  const CommitReport& lastCommitReport() const;

  detail::ReactiveCore& reactive() const noexcept { return *reactive_; }
  const std::shared_ptr<detail::ReactiveCore>& sharedReactive() const noexcept { return reactive_; }

 private:
  SubscribableDB(const SubscribableDB& other, Traits traits);

  template <class TypedOp, class Row, class Hook>
  Subscription addTypedHook(std::optional<OpType> type, const Table<Row>& table, Hook hook) const {
    auto shared = std::make_shared<const Hook>(std::move(hook));
    return addHook(type, table.sharedDef(), [shared](HookContext& context, std::span<const Op> ops) {
      return detail::runTypedHook<TypedOp>(*shared, context, ops);
    });
  }
  /// Registers a hook; without a type for every kind of write.
  Subscription addHook(std::optional<OpType> type, std::shared_ptr<const TableDef> table, detail::WriteHook hook) const;

  std::shared_ptr<detail::ReactiveCore> reactive_;
};

}  // namespace hyperdb
