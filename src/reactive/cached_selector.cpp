#include <utility>

#include <hyperdb/cached_selector.hpp>
#include <hyperdb/json.hpp>

#include "reactive/reactive_core.hpp"
#include "runtime/span_recorder.hpp"

namespace hyperdb::detail {

namespace {

class ListenerRegistration final : public Registration {
 public:
  ListenerRegistration(std::shared_ptr<DatabaseCore> database, std::shared_ptr<SelectorEntry> entry,
                       std::shared_ptr<EntryListener> listener)
      : database_(std::move(database)), entry_(std::move(entry)), listener_(std::move(listener)) {}
  void cancel() noexcept override {
    listener_->active = false;
    entry_->removeListener(*listener_);
  }

 private:
  std::shared_ptr<DatabaseCore> database_;  // the entry's database; released last
  std::shared_ptr<SelectorEntry> entry_;
  std::shared_ptr<EntryListener> listener_;
};

/// Starts the expiry of an entry that turned out to have no user.
class ExpireAtEnd {
 public:
  explicit ExpireAtEnd(SelectorEntry& entry) noexcept : entry_(entry) {}
  ExpireAtEnd(const ExpireAtEnd&) = delete;
  ExpireAtEnd& operator=(const ExpireAtEnd&) = delete;
  ~ExpireAtEnd() { entry_.expireIfUnused(); }

 private:
  SelectorEntry& entry_;
};

/// Reports a cache hit to the tracer, if there is one.
void traceHit(const DatabaseCore& database, const SelectorEntry& entry, const Traits& traits) {
  if (database.tracer() == nullptr) return;
  SpanRecorder spans;
  TraceSpan* span =
      spans.start(database, entry.source().def().get(), CommandKind::selector, entry.source().arguments(), traits, {});
  if (span != nullptr) span->cacheHit = true;
  spans.finish(database.revision(), entry.error());
}

Value traitsValue(const Traits& traits) {
  Array list;
  for (const Trait& trait : traits) list.push_back(Object{{"type", trait.type}, {"value", trait.value}});
  return list;
}

}  // namespace

/// Shared by copies of a handle.
struct EntryHandle::Body {
  std::shared_ptr<DatabaseCore> database;
  std::shared_ptr<ReactiveCore> reactive;
  std::shared_ptr<const SelectorSource> source;
  Traits traits;
  std::string key;
  std::shared_ptr<SelectorEntry> current;

  SelectorEntry& entry() {
    database->checkUsable("a cached selector");
    if (!current || current->isClosed()) {
      std::shared_ptr<SelectorEntry> made = reactive->entry(source, traits, key);
      if (current) made->continueFrom(*current);
      current = std::move(made);
    }
    return *current;
  }
  /// Returns the current entry, without making one; null if there is none. Returns the last one also after the cache
  /// has released it.
  const SelectorEntry* known() {
    database->checkUsable("a cached selector");
    if (!current || current->isClosed()) {
      if (auto found = reactive->find(key)) current = std::move(found);
    }
    return current.get();
  }
};

EntryHandle::EntryHandle(const SubscribableDB& db, std::shared_ptr<const SelectorSource> source)
    : body_(std::make_shared<Body>()) {
  body_->database = db.sharedCore();
  body_->reactive = db.sharedReactive();
  body_->source = std::move(source);
  body_->traits = db.traits();
  // Arguments without a faithful text would share their key with others.
  checkArguments(*body_->source->def(), body_->source->arguments());
  body_->key = callKey(*body_->source->def(), body_->source->arguments());
  if (!body_->traits.empty()) appendJson(body_->key, traitsValue(body_->traits));
  body_->database->checkUsable("cachedSelector");
}

EntryHandle::EntryHandle(const EntryHandle&) = default;
EntryHandle::EntryHandle(EntryHandle&&) noexcept = default;
EntryHandle& EntryHandle::operator=(EntryHandle other) noexcept {
  body_.swap(other.body_);
  return *this;
}
EntryHandle::~EntryHandle() = default;

ResultBoxPtr EntryHandle::read() {
  const std::shared_ptr<SelectorEntry> entry = body_->entry().shared_from_this();
  if (!entry->isFresh()) {
    const bool isMine = !entry->isRunning();
    entry->startRun();
    if (entry->isRunning()) {
      if (isMine) {
        entry->cancelRun();
        entry->expireIfUnused();
      }
      throw Error(ErrorCode::notSynchronous, "the storage does not answer at once; use asyncSelector",
                  {{}, {}, {}, {}, entry->source().def()->name});
    }
    body_->database->deliver();
  } else {
    traceHit(*body_->database, *entry, body_->traits);
    entry->expireIfUnused();
  }
  if (entry->error()) std::rethrow_exception(entry->error());
  return entry->result();
}

void EntryHandle::ensureStarted() {
  const std::shared_ptr<SelectorEntry> entry = body_->entry().shared_from_this();
  if (entry->isFresh()) return traceHit(*body_->database, *entry, body_->traits);
  entry->startRun();
  entry->holdCallbacks();
  body_->database->deliver();
}

Completion<void> EntryHandle::whenFresh() {
  const std::shared_ptr<SelectorEntry> entry = body_->entry().shared_from_this();
  if (entry->isFresh()) traceHit(*body_->database, *entry, body_->traits);
  Completion<void> done = entry->whenFresh();
  body_->database->deliver();
  return done;
}

void EntryHandle::refetch() {
  const std::shared_ptr<SelectorEntry> entry = body_->entry().shared_from_this();
  entry->markStale();
  entry->startRun();
  body_->database->deliver();
}

Subscription EntryHandle::subscribe(EntryCallback callback, bool requireResult) {
  std::shared_ptr<SelectorEntry> entry = body_->entry().shared_from_this();
  const ExpireAtEnd expireAtEnd(*entry);
  auto listener = std::make_shared<EntryListener>();
  EntryListener& added = *listener;
  listener->callback = std::move(callback);
  // The registration first: if anything fails from here on, it removes the listener.
  Subscription subscription(std::make_shared<ListenerRegistration>(body_->database, entry, listener));
  entry->addListener(std::move(listener));
  if (requireResult) {
    added.active = false;  // the initial result is not a change
    body_->current = entry;
    read();
    added.active = true;
    added.lastSeen = entry->result();
  } else {
    ensureStarted();
  }
  return subscription;
}

SelectorStatus EntryHandle::status() const {
  const SelectorEntry* entry = body_->known();
  return entry == nullptr ? SelectorStatus::pending : entry->status();
}
bool EntryHandle::isRunning() const {
  const SelectorEntry* entry = body_->known();
  return entry != nullptr && entry->isRunning();
}
ResultBoxPtr EntryHandle::data() const {
  const SelectorEntry* entry = body_->known();
  return entry == nullptr ? nullptr : entry->result();
}
std::exception_ptr EntryHandle::error() const {
  const SelectorEntry* entry = body_->known();
  return entry == nullptr ? nullptr : entry->error();
}
std::int64_t EntryHandle::revision() const {
  const SelectorEntry* entry = body_->known();
  return entry == nullptr ? -1 : entry->revision();
}
std::uint64_t EntryHandle::runsCount() const {
  const SelectorEntry* entry = body_->known();
  return entry == nullptr ? 0 : entry->runsCount();
}
std::optional<WakeReason> EntryHandle::lastWake() const {
  const SelectorEntry* entry = body_->known();
  if (entry == nullptr || !entry->lastWake().isSet()) return std::nullopt;
  return entry->lastWake().describe();
}

}  // namespace hyperdb::detail
