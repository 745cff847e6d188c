#include "runtime/database_core.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include <hyperdb/commit_event.hpp>
#include <hyperdb/trace.hpp>

#include "driver/tree_nodes_count.hpp"
#include "runtime/running_job.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail {

struct DatabaseCore::CommitSubscriber {
  std::function<void(const CommitEvent&)> callback;
  std::uint64_t number = 0;
  std::list<std::shared_ptr<CommitSubscriber>>::iterator place{};
  bool active = true;
};

class DatabaseCore::CommitCall final : public Notification {
 public:
  CommitCall(std::shared_ptr<CommitSubscriber> subscriber, CommitPtr commit) noexcept
      : subscriber_(std::move(subscriber)), commit_(std::move(commit)) {}
  void call() override {
    if (subscriber_->active) subscriber_->callback(CommitEvent{commit_->ops, commit_->traits, commit_->revision});
  }

 private:
  std::shared_ptr<CommitSubscriber> subscriber_;
  CommitPtr commit_;
};

/// Does not own the subscriber: its callback may own the subscription that this is part of.
class DatabaseCore::CommitRegistration final : public Registration {
 public:
  CommitRegistration(std::weak_ptr<DatabaseCore> core, std::weak_ptr<CommitSubscriber> subscriber)
      : core_(std::move(core)), subscriber_(std::move(subscriber)) {}
  void cancel() noexcept override {
    const auto subscriber = subscriber_.lock();
    if (!subscriber) return;
    if (!std::exchange(subscriber->active, false)) return;
    if (auto core = core_.lock()) core->subscribers_.erase(subscriber->place);
  }

 private:
  std::weak_ptr<DatabaseCore> core_;
  std::weak_ptr<CommitSubscriber> subscriber_;
};

DatabaseCore::DatabaseCore(std::unique_ptr<Driver> driver, DBOptions options)
    : options_(std::move(options)),
      ownLoop_(options_.executor == nullptr ? std::make_unique<RunLoop>() : nullptr),
      executor_(options_.executor == nullptr ? ownLoop_.get() : options_.executor),
      clock_(options_.clock == nullptr ? &steadyClock() : options_.clock),
      tracer_(options_.tracer == nullptr ? defaultTracer() : options_.tracer),
      driver_(std::move(driver)),
      writers_(*executor_),
      hooks_(std::make_shared<HookRegistry>()) {
  if (options_.gcTimeMs < 0) throw Error(ErrorCode::invalidArgument, "DBOptions::gcTimeMs is negative");
  if (!driver_) throw Error(ErrorCode::invalidArgument, "a database needs a driver");
  driver_->attach(*this);
  auto* const loop = dynamic_cast<RunLoop*>(options_.executor);
  if (loop != nullptr) loop->addUser(*this);
  loop_ = loop;
}

DatabaseCore::~DatabaseCore() {
  if (loop_ != nullptr) loop_->removeUser(*this);
  closed_ = true;
  release();
}

void DatabaseCore::close() noexcept {
  if (closed_) return;
  closed_ = true;
  notifier_.clear();
  if (!OnStackMark::exists()) return release();
  try {
    executor_->post([weak = weak_from_this()] {
      if (const auto core = weak.lock()) core->finishClose();
    });
  } catch (...) {
    // Out of memory: the destructor finishes the work.
  }
}

void DatabaseCore::finishClose() noexcept {
  if (closed_ && !OnStackMark::exists()) release();
}

namespace {

/// The executor of a database whose run loop is gone: it runs nothing.
class GoneExecutor final : public Executor {
 public:
  void post(std::function<void()> /*function*/) override {}
  bool isHomeThread() const noexcept override { return true; }
};

GoneExecutor goneExecutor;

}  // namespace

void DatabaseCore::onLoopDestroyed() noexcept {
  const std::shared_ptr<DatabaseCore> self = weak_from_this().lock();
  loop_ = nullptr;
  closed_ = true;
  release();
  executor_ = &goneExecutor;
}

void DatabaseCore::release() noexcept {
  if (std::exchange(isReleased_, true)) return;
  const std::list<std::shared_ptr<RunningJob>> jobs = std::move(jobs_);
  jobs_.clear();
  for (const auto& job : jobs) job->place().reset();
  for (const auto& job : jobs) {
    if (!job->isCommitting()) job->cancel(makeErrorPointer(ErrorCode::cancelled, "the database was closed"));
  }
  if (observer_) observer_->onClose();
  notifier_.clear();
  driver_->close();
  for (const auto& job : jobs) job->endCommit();
}

void DatabaseCore::checkUsable(const char* function) const {
  if (closed_) throw Error(ErrorCode::closed, std::string(function) + ": the database is closed");
  checkThread(function);
}

void DatabaseCore::checkThread([[maybe_unused]] const char* function) const {
#ifndef NDEBUG
  if (!executor_->isHomeThread()) {
    throw Error(ErrorCode::wrongThread,
                std::string(function) + ": called from a thread that is not the database's home thread");
  }
#endif
}

const TableDef& DatabaseCore::resolve(const TableDef& table) const {
  if (closed_) throw Error(ErrorCode::cancelled, "the database was closed", {table.name(), {}, {}, {}, {}});
  if (&table == lastResolved_) return table;
  const auto known = tables_.find(&table);
  if (known != tables_.end()) {
    if (known->second.get() == &table) lastResolved_ = &table;
    return *known->second;
  }
  // Not this object; perhaps the same table, defined a second time.
  const auto named = tablesByName_.find(table.name());
  if (named == tablesByName_.end()) {
    throw Error(ErrorCode::unknownTable, "the table was not loaded into this database", {table.name(), {}, {}, {}, {}});
  }
  if (!named->second->isEquivalent(table)) {
    throw Error(ErrorCode::unknownTable, "another definition of the table is loaded into this database",
                {table.name(), {}, {}, {}, {}});
  }
  return *named->second;
}

namespace {

void checkUniqueColumns(const TableDef& table) {
  for (const IndexDef& index : table.indexes()) {
    if (!index.isUnique() || index.columns.size() == 1) continue;
    throw Error(ErrorCode::invalidDefinition,
                "a uniqhash index must have exactly one column (ReferenceQuirks::uniqhashHasOneColumn)",
                {table.name(), index.name, {}, {}, {}});
  }
}

}  // namespace

Step<void> DatabaseCore::load(std::vector<std::shared_ptr<const TableDef>> tables, bool canWait) {
  if (options_.referenceQuirks.uniqhashHasOneColumn) {
    for (const auto& table : tables) checkUniqueColumns(*table);
  }
  const WriterQueue::Turn turn = co_await writers_.acquire(canWait);
  // The driver gets one definition of each table: further ones would only slow its lookups down.
  std::vector<std::shared_ptr<const TableDef>> definitions = tables;
  for (auto& table : definitions) {
    const auto named = tablesByName_.find(table->name());
    if (named != tablesByName_.end() && named->second->isEquivalent(*table)) table = named->second;
  }
  co_await driver_->loadTables(definitions);
  for (const auto& table : tables) {
    const bool isNew = tablesByName_.try_emplace(table->name(), table).second;
    if (isNew) {
      tables_.try_emplace(table.get(), table);
    } else {
      addAlias(table);
    }
  }
}

/// Remembers another definition of a loaded table. Only the last few: other ones are found by their name.
void DatabaseCore::addAlias(const std::shared_ptr<const TableDef>& table) {
  constexpr std::size_t aliasesMax = 64;
  if (!tables_.try_emplace(table.get(), loadedDefinition(*table)).second) return;
  aliases_.push_back(table);  // keeps it alive, so that no other definition gets its address
  if (aliases_.size() <= aliasesMax) return;
  tables_.erase(aliases_.front().get());
  aliases_.pop_front();
}

Subscription DatabaseCore::subscribe(std::function<void(const CommitEvent&)> callback) {
  auto subscriber = std::make_shared<CommitSubscriber>();
  subscriber->callback = std::move(callback);
  auto registration = std::make_shared<CommitRegistration>(weak_from_this(), subscriber);
  subscriber->number = ++lastSubscriberNumber_;
  const auto place = subscribers_.insert(subscribers_.end(), std::move(subscriber));
  (*place)->place = place;
  return Subscription(std::move(registration));
}

Publication DatabaseCore::prepare(Ops ops, const Traits& traits) const {
  Publication publication;
  publication.ops = std::move(ops);
  if (observer_ || !subscribers_.empty()) addCalls(publication, traits);
  return publication;
}

void DatabaseCore::publish(Publication publication, const Traits& traits) noexcept {
  const std::shared_ptr<DatabaseCore> self = shared_from_this();  // a callback may drop the last handle
  applyHeld();
  apply(std::move(publication), traits);
  deliver();
}

/// Does everything that `publish` does, except the calls.
void DatabaseCore::apply(Publication publication, const Traits& traits) noexcept {
  ++revision_;
  ++counters_.commits;
  if (closed_ || (!observer_ && subscribers_.empty())) return;
  try {
    addCalls(publication, traits);  // to subscribers that were added while the storage committed
  } catch (...) {
    notifier_.report(std::current_exception());
  }
  if (publication.commit) publication.commit->revision = revision_;
  notifier_.append(std::move(publication.calls));
  // Derived results must be invalidated, whatever happened.
  if (observer_) observer_->onCommit(std::move(publication.commit));
}

void DatabaseCore::applyExternal(Ops ops) noexcept {
  try {
    const Traits traits{externalCommitTrait};
    apply(prepare(std::move(ops), traits), traits);
  } catch (...) {
    applyUnknown();
  }
}

void DatabaseCore::applyUnknown() noexcept {
  ++revision_;
  if (!closed_ && observer_) observer_->onCommit(nullptr);
}

void DatabaseCore::applyHeld() noexcept {
  for (Ops& ops : std::exchange(heldCommits_, {})) applyExternal(std::move(ops));
  if (std::exchange(isUnknownHeld_, false)) applyUnknown();
}

void DatabaseCore::publishHeld() noexcept {
  if (heldCommits_.empty() && !isUnknownHeld_) return;
  const std::shared_ptr<DatabaseCore> self = shared_from_this();
  // the driver is on the stack: a callback that closes the database must not close the driver now
  const OnStackMark mark;
  applyHeld();
  notifier_.deliver();
}

void DatabaseCore::deliver() noexcept {
  const std::shared_ptr<DatabaseCore> self = shared_from_this();
  {
    const OnStackMark mark;
    notifier_.deliver();
  }
  finishClose();
}

void DatabaseCore::deliverSoon() noexcept {
  if (!notifier_.isDue()) return;
  try {
    executor_->post([weak = weak_from_this()] {
      if (const auto core = weak.lock()) core->deliver();
    });
  } catch (...) {
    // Out of memory: the end of the next commit or run delivers.
  }
}

Completion<void> DatabaseCore::commit(DriverTransaction& transaction) try {
  isInCommit_ = true;
  Completion<void> done = transaction.commit();
  isInCommit_ = false;
  return done;
} catch (...) {
  isInCommit_ = false;
  return std::current_exception();
}

void DatabaseCore::onExternalCommit(Ops ops) noexcept {
  if (closed_) return;
  try {
    heldCommits_.push_back(std::move(ops));
  } catch (...) {
    isUnknownHeld_ = true;
  }
  if (!isInCommit_) publishHeld();
}

void DatabaseCore::onUnknownChange() noexcept {
  if (closed_) return;
  isUnknownHeld_ = true;
  if (!isInCommit_) publishHeld();
}

/// Adds the calls to subscribers that are not in it yet.
void DatabaseCore::addCalls(Publication& publication, const Traits& traits) const {
  if (!publication.commit) {
    auto commit = std::make_shared<Commit>();
    commit->traits = traits;
    commit->ops = std::move(publication.ops);
    publication.commit = std::move(commit);
  }
  for (const auto& subscriber : subscribers_) {
    if (subscriber->number <= publication.subscribersNumber) continue;
    publication.calls.push(std::make_shared<CommitCall>(subscriber, publication.commit));
    publication.subscribersNumber = subscriber->number;
  }
}

void DatabaseCore::addJob(std::shared_ptr<RunningJob> job) {
  jobs_.push_back(std::move(job));
  jobs_.back()->place() = std::prev(jobs_.end());
}

void DatabaseCore::removeJob(RunningJob& job) noexcept {
  if (const auto place = std::exchange(job.place(), std::nullopt)) jobs_.erase(*place);
}

StatsParts DatabaseCore::stats() const {
  StatsParts parts;
  if (observer_ && !closed_) observer_->evictExpired();
  driver_->collectGarbage();
  parts.counters = counters_;
  const DriverCounters driver = driver_->counters();
  parts.counters.nodesVisited = driver.nodesVisited;
  parts.counters.nodesCopied = driver.nodesCopied;
  parts.stats.revision = revision_;
  parts.stats.subscriptions = static_cast<std::int64_t>(subscribers_.size()) + hooks_->count();
  parts.stats.operationsRunning = static_cast<std::int64_t>(jobs_.size());
  parts.stats.coroutineFrames = liveFramesCount();
  parts.stats.rows = RowHeader::liveCount();
  parts.stats.treeNodes = treeNodesCount.load(std::memory_order_relaxed);
  if (observer_) observer_->addStats(parts);
  return parts;
}

}  // namespace hyperdb::detail
