#include "reactive/selector_entry.hpp"

#include <algorithm>
#include <utility>

#include "reactive/entry_run.hpp"
#include "reactive/reactive_core.hpp"

namespace hyperdb::detail {

WakeReason Wake::describe() const {
  const IndexDef& index = table->index(indexNumber);
  return {revision,
          table->name(),
          index.name,
          rowId,
          describeKey(key, index.columns.size()),
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
  core.entryMade(*this);
}

SelectorEntry::~SelectorEntry() { retire(); }

void SelectorEntry::retire() noexcept {
  if (core_ == nullptr) return;
  giveUpRun();
  reads_.forget();
  listeners_.clear();
  if (!waiters_.empty()) {
    endWaiting(std::make_exception_ptr(Error(ErrorCode::cancelled, "the cached selector was given up")));
  }
  core_->entryGone(*this);
  core_ = nullptr;
}

SelectorStatus SelectorEntry::status() const noexcept {
  if (error_) return SelectorStatus::failed;
  return result_ ? SelectorStatus::ready : SelectorStatus::pending;
}

std::int64_t SelectorEntry::revision() const noexcept {
  return core_ != nullptr && isFresh() ? core_->database().revision() : revision_;
}

void SelectorEntry::goOnFrom(const SelectorEntry& gone) {
  if (!hasRun_ && !result_) result_ = gone.result_;
}

void SelectorEntry::wake(Wake wake) {
  isStale_ = true;
  lastWake_ = std::move(wake);
}

void SelectorEntry::startRun() {
  if (run_ != nullptr || core_ == nullptr) return;
  const std::shared_ptr<SelectorEntry> self = shared_from_this();
  try {
    const bool isTraced = core_->database().tracer() != nullptr;
    auto run = std::make_shared<EntryRun>(*this, core_->database().shared_from_this(), traits_, reads_,
                                          isTraced && isStale_ && lastWake_ ? lastWake_->describe().toString() : "");
    reads_.begin();
    isStale_ = false;
    ++runsCount_;
    ++core_->database().work().selectorsRun;
    core_->cancelExpiry(*this);
    run_ = run;
    core_->runStarted();
    run->start();
  } catch (...) {
    giveUpRun();
    rest();
    throw;
  }
}

void SelectorEntry::rest() noexcept {
  if (core_ == nullptr || isRunning() || hasListeners()) return;
  try {
    core_->scheduleExpiry(*this);
  } catch (...) {
    // No memory for a place in the line: it lives until it is used again.
  }
}

void SelectorEntry::giveUpRun() noexcept {
  const std::shared_ptr<EntryRun> run = std::exchange(run_, nullptr);
  if (!run) return;
  run->giveUp();
  isStale_ = true;
  if (core_ != nullptr) core_->runEnded();
}

void SelectorEntry::finishRun(EntryRun& run, std::exception_ptr storageError) noexcept {
  const std::shared_ptr<SelectorEntry> self = shared_from_this();
  run_ = nullptr;
  hasRun_ = true;
  isStale_ = false;
  revision_ = run.startRevision();
  bool haveCommitsTouchedIt = false;
  try {
    reads_.settle();
    // Commits that came while it ran may have touched what it read.
    haveCommitsTouchedIt = core_->touchSince(*this, reads_, revision_);
    isStale_ = haveCommitsTouchedIt || reads_.hasFailed() || storageError;
  } catch (...) {
    // Without registered ranges nobody would wake the entry: it stays stale, and says why.
    isStale_ = true;
    if (!storageError) storageError = std::current_exception();
  }
  core_->runEnded();
  takeResult(run, std::move(storageError));
  settleDown(haveCommitsTouchedIt);
}

void SelectorEntry::takeResult(EntryRun& run, std::exception_ptr error) noexcept {
  ResultBoxPtr result;
  try {
    if (!error) result = run.selector().takeResult();
  } catch (...) {
    error = std::current_exception();
  }
  try {
    accept(std::move(result), std::move(error));
  } catch (...) {
    core_->database().notifier().report(std::current_exception());
  }
}

void SelectorEntry::settleDown(bool haveCommitsTouchedIt) noexcept {
  if (haveCommitsTouchedIt && (hasListeners() || !waiters_.empty())) {
    ++core_->database().work().selectorsRerun;
    try {
      return startRun();
    } catch (...) {
      core_->database().notifier().report(std::current_exception());
    }
  }
  endWaiting(error_);
  rest();
}

void SelectorEntry::accept(ResultBoxPtr result, std::exception_ptr error) {
  const bool isSame = !error && !error_ && result_ && result_->same(*result);
  error_ = std::move(error);
  if (isSame) return;
  if (result) result_ = std::move(result);
  notifyListeners();
}

void SelectorEntry::notifyListeners() {
  Notifier& notifier = core_->database().notifier();
  Counters& work = core_->database().work();
  for (const auto& listener : listeners_) {
    notifier.queue([listener, box = error_ ? ResultBoxPtr() : result_, &work] {
      if (!listener->active || (box && box == listener->lastSeen)) return;
      const ResultBoxPtr before = listener->lastSeen;
      if (box) listener->lastSeen = box;
      ++work.notifications;
      listener->callback(EntryEvent{before, box ? box : before});
    });
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
  listeners_.push_back(std::move(listener));
  core_->cancelExpiry(*this);
}

void SelectorEntry::removeListener(const EntryListener& listener) noexcept {
  listeners_.remove_if([&listener](const auto& other) { return other.get() == &listener; });
  rest();
}

}  // namespace hyperdb::detail
