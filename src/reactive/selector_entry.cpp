#include "reactive/selector_entry.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "reactive/entry_run.hpp"
#include "reactive/reactive_core.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail {

namespace {

/// A result that is outdated by a commit during its run is not announced; but this many outdated runs in a row would
/// leave the subscribers without any, so the last of them is announced.
constexpr int overtakenRunsMax = 4;

}  // namespace

void Wake::set(std::int64_t revision, const Op& op, std::size_t indexNumber, std::string_view key,
               const KeyRangeView& range) {
  table_ = nullptr;
  texts_.assign(op.rowId());
  keyBegin_ = texts_.size();
  texts_.append(key);
  lowerBegin_ = texts_.size();
  texts_.append(range.lower);
  upperBegin_ = texts_.size();
  texts_.append(range.lower.substr(0, range.sharedSize)).append(range.upperTail);
  unbounded_ = range.unbounded;
  revision_ = revision;
  indexNumber_ = indexNumber;
  table_ = op.table;
}

WakeReason Wake::describe() const {
  const IndexDef& index = table_->index(indexNumber_);
  const std::string_view texts = texts_;
  const KeyRange range{KeyBytes(texts.substr(lowerBegin_, upperBegin_ - lowerBegin_)),
                       KeyBytes(texts.substr(upperBegin_)), unbounded_};
  return {revision_,
          table_->name(),
          index.name,
          std::string(texts.substr(0, keyBegin_)),
          describeKey(texts.substr(keyBegin_, lowerBegin_ - keyBegin_), index.columns.size()),
          describeRange(range, index.columns.size())};
}

SelectorEntry::SelectorEntry(ReactiveCore& core, std::shared_ptr<const SelectorSource> source, Traits traits,
                             std::string key, bool isShared)
    : core_(&core),
      source_(std::move(source)),
      traits_(std::move(traits)),
      key_(std::move(key)),
      reads_(core.ranges(), nullptr, this),
      isShared_(isShared) {
  core.addEntry(*this);
}

SelectorEntry::~SelectorEntry() { close(); }

void SelectorEntry::close() noexcept {
  if (core_ == nullptr) return;
  cancelRun();
  reads_.unregister();
  listeners_.clear();
  if (!waiters_.empty()) {
    endWaiting(makeErrorPointer(ErrorCode::cancelled, "the cached selector was released"));
  }
  core_->removeEntry(*this);
  core_ = nullptr;
}

SelectorStatus SelectorEntry::status() const noexcept {
  if (error_) return SelectorStatus::failed;
  return result_ ? SelectorStatus::ready : SelectorStatus::pending;
}

std::int64_t SelectorEntry::revision() const noexcept {
  return core_ != nullptr && isFresh() ? core_->database().revision() : revision_;
}

void SelectorEntry::continueFrom(const SelectorEntry& closed) {
  if (!hasRun_ && !result_) result_ = closed.result_;
}

void SelectorEntry::invalidate(std::int64_t revision, const Op& op, std::size_t indexNumber, std::string_view key,
                               const KeyRangeView& range) {
  isStale_ = true;
  lastWake_.set(revision, op, indexNumber, key, range);
}

void SelectorEntry::invalidateAll() noexcept {
  isStale_ = true;
  reads_.invalidateAll();
}

void SelectorEntry::startRun() {
  if (run_ != nullptr || core_ == nullptr) return;
  const std::shared_ptr<SelectorEntry> self = shared_from_this();
  try {
    std::string why;
    if (core_->database().tracer() != nullptr && isStale_ && lastWake_.isSet()) why = lastWake_.describe().toString();
    auto run = std::make_shared<EntryRun>(*this, core_->database().shared_from_this(), traits_, reads_, std::move(why));
    reads_.begin();
    isStale_ = false;
    ++runsCount_;
    ++core_->database().work().selectorsRun;
    core_->cancelExpiry(*this);
    run_ = run;
    core_->runStarted();
    run->start();
  } catch (...) {
    cancelRun();
    expireIfUnused();
    throw;
  }
}

void SelectorEntry::expireIfUnused() noexcept {
  if (core_ == nullptr || isRunning() || hasListeners()) return;
  core_->scheduleExpiry(*this);
}

void SelectorEntry::cancelRun() noexcept {
  std::shared_ptr<EntryRun> run = std::exchange(run_, nullptr);
  if (!run) return;
  run->cancel();
  run = nullptr;
  isStale_ = true;
  overtakenCount_ = 0;
  releaseCallbacks();
  if (core_ != nullptr) core_->runEnded();
}

void SelectorEntry::holdCallbacks() noexcept {
  if (isHolding_ || !isRunning() || !hasListeners() || status() == SelectorStatus::pending) return;
  isHolding_ = true;
  core_->database().notifier().hold();
}

void SelectorEntry::releaseCallbacks() noexcept {
  if (std::exchange(isHolding_, false)) core_->database().notifier().release();
}

void SelectorEntry::finishRun(EntryRun& run, std::exception_ptr storageError) noexcept {
  const std::shared_ptr<SelectorEntry> self = shared_from_this();
  run_ = nullptr;
  hasRun_ = true;
  isStale_ = false;
  bool isInvalidByCommits = false;
  try {
    reads_.finish();
    // Commits during the run may have written into its ranges.
    isInvalidByCommits = core_->invalidateSince(*this, reads_, run.startRevision());
    isStale_ = isInvalidByCommits || reads_.hasFailed() || storageError;
  } catch (...) {
    // Without registered ranges no commit would invalidate the entry: it stays stale, and keeps the reason.
    isStale_ = true;
    if (!storageError) storageError = std::current_exception();
  }
  core_->runEnded();
  const bool isOvertaken = isInvalidByCommits && (hasListeners() || !waiters_.empty());
  overtakenCount_ = isOvertaken ? overtakenCount_ + 1 : 0;
  if (!isOvertaken || overtakenCount_ == overtakenRunsMax) {
    if (isOvertaken && isHolding_) core_->database().notifier().overrideHolds();
    overtakenCount_ = 0;
    revision_ = run.startRevision();
    takeResult(run, std::move(storageError));
    releaseCallbacks();
  }
  concludeRun(isOvertaken);
}

void SelectorEntry::takeResult(EntryRun& run, std::exception_ptr error) noexcept {
  ResultBoxPtr result;
  try {
    if (!error) result = run.selector().takeResult();
  } catch (const std::bad_alloc&) {
    error = std::current_exception();
    isStale_ = true;  // a failed scan: the next run may succeed
  } catch (...) {
    error = std::current_exception();
  }
  accept(std::move(result), std::move(error));
}

void SelectorEntry::concludeRun(bool isOvertaken) noexcept {
  if (isOvertaken) {
    ++core_->database().work().selectorsRerun;
    rerun();
    if (overtakenCount_ > 0) holdCallbacks();
    if (isRunning() || !isStale_) return;
  }
  endWaiting(error_);
  expireIfUnused();
}

void SelectorEntry::rerun() noexcept {
  try {
    startRun();
  } catch (...) {
    if (core_ == nullptr) return;  // the entry was closed meanwhile
    core_->database().notifier().report(std::current_exception());
    accept(nullptr, std::current_exception());
    overtakenCount_ = 0;
    releaseCallbacks();
  }
}

void SelectorEntry::accept(ResultBoxPtr result, std::exception_ptr error) noexcept {
  const bool isSame = !error && !error_ && result_ && isSameResult(result);
  error_ = std::move(error);
  if (isSame) return;
  if (result) result_ = std::move(result);
  notifyListeners();
}

bool SelectorEntry::isSameResult(const ResultBoxPtr& result) const noexcept {
  try {
    return result_->same(*result);
  } catch (...) {
    return false;  // a result that can't be compared counts as changed
  }
}

/// Notifies a listener of one result. A later one may replace it while calls are held.
class ListenerCall final : public Notification {
 public:
  ListenerCall(std::shared_ptr<EntryListener> listener, ResultBoxPtr box, bool isReplacement) noexcept
      : listener_(std::move(listener)), box_(std::move(box)), isReplacement_(isReplacement) {
    listener_->queued = this;
  }
  ~ListenerCall() override { leave(); }
  void call() override {
    const std::shared_ptr<EntryListener> listener = leave();
    if (listener == nullptr || (isReplacement_ && isAsLastNotified(*listener))) return;
    listener->notify(box_);
  }
  /// Makes no call when its turn comes.
  void cancel() noexcept { leave(); }
  void setResult(const ResultBoxPtr& box) noexcept { box_ = box; }

 private:
  std::shared_ptr<EntryListener> leave() noexcept {
    if (listener_ != nullptr && listener_->queued == this) listener_->queued = nullptr;
    return std::move(listener_);
  }
  bool isAsLastNotified(const EntryListener& listener) const {
    return !listener.wasNotifiedOfError && box_ && listener.lastSeen && listener.lastSeen->same(*box_);
  }

  std::shared_ptr<EntryListener> listener_;
  ResultBoxPtr box_;
  bool isReplacement_;
};

void EntryListener::notify(const ResultBoxPtr& box) {
  if (!active || (box && box == lastSeen)) return;
  const ResultBoxPtr before = lastSeen;
  if (box) lastSeen = box;
  wasNotifiedOfError = box == nullptr;
  ++work->notifications;
  const EntryEvent event{before, box ? box : before};
  try {
    callback(event);
  } catch (...) {
    if (event.isUndelivered) lastSeen = before;
    throw;
  }
}

void SelectorEntry::notifyListeners() noexcept {
  Notifier& notifier = core_->database().notifier();
  const ResultBoxPtr box = error_ ? nullptr : result_;
  for (const auto& listener : listeners_) {
    // A commit by a callback is announced after the commit that the callback was called for; a held call is
    // superseded.
    ListenerCall* const overtaken = notifier.isDelivering() ? nullptr : listener->queued;
    std::shared_ptr<Notification> call;
    try {
      if (!listener->isQueued()) call = std::make_shared<ListenerCall>(listener, box, overtaken != nullptr);
      if (call != nullptr && overtaken != nullptr) overtaken->cancel();
    } catch (...) {
      if (overtaken != nullptr) {
        overtaken->setResult(box);
        continue;
      }
      // No memory for a new call: the listener's own one reports the last result that it missed.
    }
    if (call == nullptr) listener->missed = box;
    if (call == nullptr && !listener->isQueued()) call = listener;
    if (call != nullptr) notifier.push(std::move(call));
  }
}

Completion<void> SelectorEntry::whenFresh() {
  if (!isFresh()) startRun();
  if (!isRunning()) {
    if (error_) return Completion<void>(error_);
    return Completion<void>(Unit{});
  }
  waiters_.emplace_back(core_->database().executor());
  return waiters_.back().completion();
}

void SelectorEntry::endWaiting(const std::exception_ptr& error) noexcept {
  for (const CompletionSource<void>& waiter : std::exchange(waiters_, {})) {
    if (error) {
      waiter.fail(error);
    } else {
      waiter.resolve();
    }
  }
}

void SelectorEntry::addListener(std::shared_ptr<EntryListener> listener) {
  listener->lastSeen = result_;
  listener->work = &core_->database().work();
  const auto place = listeners_.insert(listeners_.end(), std::move(listener));
  (*place)->place = place;
  (*place)->isListed = true;
  core_->cancelExpiry(*this);
}

void SelectorEntry::removeListener(EntryListener& listener) noexcept {
  if (core_ == nullptr || !std::exchange(listener.isListed, false)) return;
  listeners_.erase(listener.place);
  if (!hasListeners() && isHolding_) {
    releaseCallbacks();
    core_->database().deliverSoon();
  }
  expireIfUnused();
}

}  // namespace hyperdb::detail
