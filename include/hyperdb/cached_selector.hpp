// cachedSelector and asyncSelector: live results, kept up to date by the database.
//
// Thread safety: all of it belongs to the home thread (builds with assertions throw Error(wrongThread) elsewhere); the
// results themselves may be read and dropped by any thread. Handles may be kept, copied and dropped in any order; they
// keep the database alive. After DB::close everything throws Error(closed).
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <hyperdb/changes.hpp>
#include <hyperdb/detail/selector_source.hpp>
#include <hyperdb/subscribable_db.hpp>

namespace hyperdb {

/// The state of a cached result.
enum class SelectorStatus : unsigned char {
  pending,  ///< no run has ended yet
  ready,    ///< there is a result
  failed    ///< the last run threw
};

namespace detail {

/// What an entry passes to a callback: the result of the previous call and the new one. After an error both are the
/// last result; null if there was none.
struct EntryEvent {
  const ResultBoxPtr& before;
  const ResultBoxPtr& after;
  /// set by a callback that could not report the change: the next event starts at `before` too
  mutable bool isUndelivered = false;
};
using EntryCallback = std::function<void(const EntryEvent&)>;

/// A handle's link to its entry in the cache. Finds the entry, or makes it again after it has expired.
class EntryHandle {
 public:
  EntryHandle(const SubscribableDB& db, std::shared_ptr<const SelectorSource> source);
  EntryHandle(const EntryHandle&);
  EntryHandle(EntryHandle&&) noexcept;
  EntryHandle& operator=(EntryHandle) noexcept;
  ~EntryHandle();

  /// Returns the current result; runs the selector first if it has to. Throws what the selector threw,
  /// Error(notSynchronous) if the run would have to wait.
  ResultBoxPtr read();
  /// Starts a run if the entry is stale; does not wait for it.
  void ensureStarted();
  /// Completes when the entry is up to date; fails with what the selector threw.
  Completion<void> whenFresh();
  void refetch();
  /// Registers the callback. `requireResult`: evaluates first and throws as `read` does.
  Subscription subscribe(EntryCallback callback, bool requireResult);

  SelectorStatus status() const;
  bool isRunning() const;
  ResultBoxPtr data() const;
  std::exception_ptr error() const;
  std::int64_t revision() const;
  std::uint64_t runsCount() const;
  std::optional<WakeReason> lastWake() const;

 private:
  struct Body;
  std::shared_ptr<Body> body_;
};

template <class T>
inline constexpr bool isRows = false;
template <class Row>
inline constexpr bool isRows<Rows<Row>> = true;

template <class T>
struct RowOf {};
template <class Row>
struct RowOf<Rows<Row>> {
  using type = Row;
};

template <class T>
const T& boxValue(const ResultBoxPtr& box) {
  return static_cast<const TypedResultBox<T>&>(*box).value;
}

template <class T, class Callback>
constexpr bool takesChanges() {
  if constexpr (isRows<T>) {
    return std::is_invocable_v<Callback&, const Changes<typename RowOf<T>::type>&>;
  } else {
    return false;
  }
}

/// Accepts `[]{}`, `[](const T&){}` and, for lists of rows, `[](const Changes<Row>&){}`.
template <class T, class Callback>
EntryCallback makeEntryCallback(Callback callback) {
  if constexpr (std::is_invocable_v<Callback&>) {
    return [callback = std::move(callback)](const EntryEvent&) mutable { callback(); };
  } else if constexpr (takesChanges<T, Callback>()) {
    return [callback = std::move(callback)](const EntryEvent& event) mutable {
      event.isUndelivered = true;
      const T before = event.before ? boxValue<T>(event.before) : T();
      const T after = event.after ? boxValue<T>(event.after) : T();
      const Changes<typename RowOf<T>::type> changes(before, after);
      event.isUndelivered = false;
      callback(changes);
    };
  } else if constexpr (std::is_invocable_v<Callback&, const T&>) {
    return [callback = std::move(callback)](const EntryEvent& event) mutable {
      if (event.after) callback(boxValue<T>(event.after));
    };
  } else {
    static_assert(sizeof(T) == 0,
                  "hyperdb: a callback takes nothing, the result, or const Changes<Row>& if that is Rows<Row>");
    return {};
  }
}

}  // namespace detail

/// A handle on a cached result of a selector, over a driver that answers at once. Copies share the entry.
template <class T>
class CachedSelector {
 public:
  explicit CachedSelector(detail::EntryHandle handle) noexcept : handle_(std::move(handle)) {}

  /// Returns the result at the current revision: from the cache while no commit has invalidated it, otherwise by
  /// running the selector now. Throws what the selector throws; Error(notSynchronous) if it would have to wait. Each
  /// read restarts the gcTimeMs of an entry without subscribers. O(1) from the cache, plus a copy of the result.
  T snapshot() const { return detail::boxValue<T>(handle_.read()); }
  /// Returns the result of `snapshot` without a copy; the pointer keeps it alive.
  std::shared_ptr<const T> view() const {
    detail::ResultBoxPtr box = handle_.read();
    const T* value = &detail::boxValue<T>(box);
    return std::shared_ptr<const T>(std::move(box), value);
  }

  /// Calls back after each commit that changed the result: `[]{...}`, with the new result `[](const T&) {...}`, or,
  /// for Rows<Row>, with the ordered change set `[](const Changes<Row>&) {...}`. Runs the selector first if it has
  /// to, and throws what that run throws, with nothing registered. After a later error the callback is called too,
  /// with the last result (for Changes: none) if it takes one, and `snapshot` throws the error. A run whose result is
  /// equal calls no subscriber. The result stays in the cache while there is a subscription. What the callback throws
  /// goes to SubscribableDB::onCallbackError. Cost per commit: nothing beyond the call for a callback without
  /// parameters; for Changes that of diffRows.
  template <class Callback>
  Subscription subscribe(Callback callback) const {
    return handle_.subscribe(detail::makeEntryCallback<T>(std::move(callback)), true);
  }

  /// Returns the revision at which the result is known to be current; -1 when there is no entry in the cache. Runs
  /// nothing.
  std::int64_t revision() const { return handle_.revision(); }
  /// Returns how often the selector has run since the entry was made; 0 when there is no entry in the cache.
  std::uint64_t runsCount() const { return handle_.runsCount(); }
  /// Returns the last write that invalidated the result; nothing if there was none. Without a subscriber the selector
  /// may not have re-run since.
  std::optional<WakeReason> lastWake() const { return handle_.lastWake(); }

 private:
  mutable detail::EntryHandle handle_;
};

/// A handle on a cached result over any driver: the last result and the state of the run that replaces it. Copies
/// share the entry.
template <class T>
class AsyncSelector {
 public:
  explicit AsyncSelector(detail::EntryHandle handle) : handle_(std::move(handle)) { handle_.ensureStarted(); }

  SelectorStatus status() const { return handle_.status(); }
  /// Returns whether the selector is running.
  bool isFetching() const { return handle_.isRunning(); }
  /// Returns the last result, also while a newer one is being computed; null if there was none yet.
  std::shared_ptr<const T> data() const {
    detail::ResultBoxPtr box = handle_.data();
    const T* value = box ? &detail::boxValue<T>(box) : nullptr;
    return std::shared_ptr<const T>(std::move(box), value);
  }
  /// Returns what the last run threw; null if it succeeded.
  std::exception_ptr error() const { return handle_.error(); }
  /// Runs the selector again, even if the result is current. Does nothing while a run is in progress.
  void refetch() { handle_.refetch(); }
  /// Completes when the result is current. Fails with what the selector threw; with Error(cancelled) when the entry
  /// is released first. Starts a run if one is needed.
  Completion<void> whenFresh() { return handle_.whenFresh(); }

  /// Calls back when data, status or error have changed: `[]{...}`, `[](const T&) {...}` (with the last result, also
  /// after an error; not before there is one) or `[](const Changes<Row>&) {...}`.
  template <class Callback>
  Subscription subscribe(Callback callback) {
    return handle_.subscribe(detail::makeEntryCallback<T>(std::move(callback)), false);
  }

  // As in CachedSelector.
  std::int64_t revision() const { return handle_.revision(); }
  std::uint64_t runsCount() const { return handle_.runsCount(); }
  std::optional<WakeReason> lastWake() const { return handle_.lastWake(); }

 private:
  detail::EntryHandle handle_;
};

namespace detail {
/// A database that keeps selectors live. A plain DB does not compile, with a message that says why.
struct LiveDatabase {
  LiveDatabase(const SubscribableDB& database) noexcept : db(database) {}  // NOLINT: every one is
  template <std::same_as<DB> Database>
  LiveDatabase(const Database& database) : db(static_cast<const SubscribableDB&>(database)) {  // NOLINT
    static_assert(sizeof(Database) == 0, "hyperdb: a DB keeps no live results; make a SubscribableDB of it");
  }
  const SubscribableDB& db;
};

template <class T, class... Args>
EntryHandle makeEntryHandle(const SubscribableDB& db, SelectorCall<T, Args...> call) {
  return EntryHandle(db, std::make_shared<TypedSelectorSource<T, Args...>>(std::move(call)));
}
}  // namespace detail

/// Returns a handle on the cached result. Runs nothing yet. Equal calls share one entry unless the selector's options
/// say otherwise. Throws Error(invalidArgument) for arguments that can't be stored: they have no faithful key.
template <class T, class... Args>
CachedSelector<T> cachedSelector(detail::LiveDatabase db, SelectorCall<T, Args...> call) {
  return CachedSelector<T>(detail::makeEntryHandle(db.db, std::move(call)));
}

/// Returns a handle on the cached result, for any driver. Starts a run if there is no result; throws as
/// `cachedSelector`.
template <class T, class... Args>
AsyncSelector<T> asyncSelector(detail::LiveDatabase db, SelectorCall<T, Args...> call) {
  return AsyncSelector<T>(detail::makeEntryHandle(db.db, std::move(call)));
}

/// Runs the selector into the cache without a subscription; the result then lives for gcTimeMs. Throws as `snapshot`
/// does.
template <class T, class... Args>
void preloadSelector(detail::LiveDatabase db, SelectorCall<T, Args...> call) {
  detail::makeEntryHandle(db.db, std::move(call)).read();
}
/// Runs the selector into the cache over any driver: completes when there is a result, fails with what the selector
/// threw.
template <class T, class... Args>
Completion<void> preloadSelectorAsync(detail::LiveDatabase db, SelectorCall<T, Args...> call) {
  return detail::makeEntryHandle(db.db, std::move(call)).whenFresh();
}

}  // namespace hyperdb
