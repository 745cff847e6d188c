#include "driver/sqlite/async_store.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "driver/sqlite/async_transaction.hpp"
#include "driver/sqlite/damage.hpp"
#include "driver/sqlite/schema_loader.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail::sqlite {

namespace {

void checkOptions(const std::string& path, const AsyncSqlOptions& options) {
  if (path == ":memory:") {
    throw Error(ErrorCode::invalidArgument,
                "AsyncSqlDriver: \":memory:\" can't be read while it is written; use SqlDriver or BptreeInmemDriver");
  }
  if (options.journalMode != JournalMode::wal) {
    throw Error(ErrorCode::invalidArgument,
                "AsyncSqlDriver: reading beside the writer needs JournalMode::wal; use SqlDriver for another one");
  }
  if (options.readersMax == 0) {
    throw Error(ErrorCode::invalidArgument, "AsyncSqlOptions: readersMax must be at least 1");
  }
}

SchemaPtr loadSchema(AsyncFile& file, Session& session, std::span<const std::shared_ptr<const TableDef>> tables) {
  if (session.isInTransaction()) {
    throw Error(ErrorCode::driverFailure, "tables can't be loaded while a transaction is open");
  }
  const SchemaPtr current = file.schema();
  SchemaLoader loader(session, file.access.options, current);
  SchemaPtr schema = loader.load(tables, file.log.get());
  session.useSchema(schema);
  return schema;
}

class DamageTask final : public ResultTask<std::vector<std::string>> {
 public:
  DamageTask(AsyncStore& store, std::shared_ptr<Lane> lane)
      : ResultTask(std::move(lane), store.executor()), file_(store.file()) {}

  bool isWanted() const noexcept override { return !source_.isDropped(); }
  void deliver(AsyncStore& store, std::exception_ptr error) override {
    store.release(lane());
    ResultTask::deliver(store, std::move(error));
  }

 protected:
  void work(Session& session) override {
    session.useSchema(file_.schema());
    result_ = sqlite::findDamage(session);
  }

 private:
  AsyncFile& file_;
};

class PollTask final : public Task {
 public:
  PollTask(AsyncFile& file, std::shared_ptr<Lane> lane) : Task(std::move(lane)), file_(file) {}

  void deliver(AsyncStore& store, std::exception_ptr error) override {
    store.endPoll();
    if (error) found_.isUnknown = true;  // what it read before it failed is not read again
    store.notifyHostLater(std::move(found_));
  }

 protected:
  void work(Session& /*session*/) override { found_ = file_.log->poll(); }

 private:
  AsyncFile& file_;
  ExternalCommits found_;
};

/// Completes the beginning of a reported transaction. Its snapshot was chosen before the writer polls.
class ReportTask final : public Task {
 public:
  using Source = CompletionSource<std::unique_ptr<DriverTransaction>>;

  ReportTask(AsyncFile& file, std::shared_ptr<Lane> lane, Source source, std::unique_ptr<DriverTransaction> transaction)
      : Task(std::move(lane)), file_(file), source_(std::move(source)), transaction_(std::move(transaction)) {}

  void deliver(AsyncStore& store, std::exception_ptr error) override {
    if (error) found_.isUnknown = true;  // what it read before it failed is not read again
    try {
      store.notifyHostLater(std::move(found_));  // before the completion of this task, which the executor delivers too
    } catch (...) {
      error = std::current_exception();
    }
    completeBegin(source_, std::move(transaction_), std::move(error));
  }

 protected:
  void work(Session& /*session*/) override { found_ = file_.log->readNew(); }

 private:
  AsyncFile& file_;
  Source source_;
  std::unique_ptr<DriverTransaction> transaction_;
  ExternalCommits found_;
};

// The write-ahead log is restarted when it is longer than this, and, if readers have prevented that, again when it
// has grown by as much: about 8 MB.
constexpr int walPagesMax = 2000;
// How long the writer waits for readers.
constexpr std::int64_t waitForReadersMaxMs = 500;

class RestartWalTask final : public Task {
 public:
  using Task::Task;
  void deliver(AsyncStore& store, std::exception_ptr /*error*/) override { store.endRestartOfWal(); }
  std::int64_t waitMaxMs(std::int64_t busyTimeoutMs) const noexcept override {
    return std::min(busyTimeoutMs, waitForReadersMaxMs);
  }

 protected:
  void work(Session& session) override {
    if (!session.isInTransaction()) WalSize::restart(session.connection());
  }
};

std::exception_ptr cancelledByClose() noexcept {
  return makeErrorPointer(ErrorCode::cancelled, "the database was closed");
}

}  // namespace

AsyncStore::AsyncStore(std::string path, AsyncSqlOptions options)
    : file_((checkOptions(path, options), std::move(path)), options),
      readersMax_(options.readersMax),
      opened_(std::make_unique<Session>(file_.access, Session::Kind::writes)) {
  file_.walSize.watch(opened_->connection());
  if (options.sharedFile.enabled) file_.log = std::make_unique<ChangeLog>(*opened_, file_.access.options.sharedFile);
}

void AsyncStore::attach(DriverHost& host) {
  checkUsable();
  outbox_.connect(host.executor(), [weak = weak_from_this()] {
    if (const auto store = weak.lock()) store->drain();
  });
  try {
    writer_ = std::make_unique<Worker>(file_.access, outbox_, std::move(opened_));
  } catch (const std::system_error& error) {
    throw Error(ErrorCode::driverFailure, std::string("no thread could be started: ") + error.what());
  }
  host_ = &host;
  executor_ = &host.executor();
  if (file_.log == nullptr || file_.access.options.sharedFile.pollIntervalMs == 0) return;
  pollTimer_.emplace(*executor_, file_.access.options.sharedFile.pollIntervalMs, [weak = weak_from_this()] {
    if (const auto store = weak.lock()) store->pollForCommits();
  });
}

void AsyncStore::checkUsable() const {
  if (isClosed_) throw Error(ErrorCode::closed, "the database file is closed");
}

/// Makes a lane for the writer.
std::shared_ptr<Lane> AsyncStore::writersLane() const {
  checkUsable();
  if (writer_ == nullptr) throw Error(ErrorCode::invalidArgument, "AsyncSqlDriver: it belongs to no database yet");
  auto lane = std::make_shared<Lane>();
  lane->worker = writer_.get();
  return lane;
}

/// Makes a lane for a reader.
std::shared_ptr<Lane> AsyncStore::readersLane() const {
  std::shared_ptr<Lane> lane = writersLane();
  lane->worker = nullptr;
  return lane;
}

/// Rolls back a write transaction whose caller was cancelled while it began. The rollback must be in the writer's
/// queue before the next task: when the beginning is delivered, that is too late.
void AsyncStore::rollbackUnwantedBegin() noexcept {
  if (begin_ != nullptr && !begin_->isWanted()) std::exchange(begin_, nullptr)->rollback();
}

Completion<void> AsyncStore::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) {
  auto work = [this, kept = std::vector(tables.begin(), tables.end())](Session& session, Lane&, DriverCounters&) {
    file_.setSchema(loadSchema(file_, session, kept));
    return Unit{};
  };
  std::shared_ptr<Lane> lane = writersLane();  // throws if there is no executor
  auto task = std::make_unique<WorkTask<void, decltype(work)>>(std::move(lane), *executor_, false, std::move(work));
  Completion<void> completion = task->completion();
  rollbackUnwantedBegin();
  add(std::move(task));
  return completion;
}

/// Starts a transaction. REQUIRES: no other write transaction is wanted any more, if this one writes.
Completion<std::unique_ptr<DriverTransaction>> AsyncStore::begin(TransactionMode mode) {
  const bool isReader = mode == TransactionMode::readOnly;
  auto task = std::make_unique<BeginTask>(*this, isReader ? readersLane() : writersLane(), mode, false);
  auto completion = task->completion();
  if (isReader) {
    addToReader(std::move(task));
  } else {
    rollbackUnwantedBegin();
    begin_ = task.get();
    add(std::move(task));
  }
  return completion;
}

Completion<std::unique_ptr<DriverTransaction>> AsyncStore::beginReported() {
  auto task = std::make_unique<BeginTask>(*this, readersLane(), TransactionMode::readOnly, isShared());
  auto completion = task->completion();
  addToReader(std::move(task));
  return completion;
}

void AsyncStore::pollAndResolve(CompletionSource<std::unique_ptr<DriverTransaction>> source,
                                std::unique_ptr<DriverTransaction> transaction) {
  add(std::make_unique<ReportTask>(file_, writersLane(), std::move(source), std::move(transaction)));
}

Completion<std::vector<std::string>> AsyncStore::findDamage() {
  checkUsable();
  if (std::string fault = file_.access.identity.findFault(); !fault.empty()) return std::vector{std::move(fault)};
  auto task = std::make_unique<DamageTask>(*this, readersLane());
  auto completion = task->completion();
  addToReader(std::move(task));
  return completion;
}

void AsyncStore::pollForCommits() {
  if (file_.log == nullptr || isPolling_ || isClosed_) return;
  add(std::make_unique<PollTask>(file_, writersLane()));
  isPolling_ = true;
}

void AsyncStore::restartLongWal() noexcept {
  if (isClosed_ || isRestartingWal_) return;
  const int pagesCount = file_.walSize.pagesCount();
  triedAtWalPages_ = std::min(triedAtWalPages_, pagesCount);
  if (pagesCount - triedAtWalPages_ < walPagesMax) return;
  try {
    add(std::make_unique<RestartWalTask>(writersLane()));
    isRestartingWal_ = true;
    triedAtWalPages_ = pagesCount;
  } catch (...) {
    // Out of memory: the next commit tries again.
  }
}

void AsyncStore::add(std::unique_ptr<Task> task) noexcept {
  if (!task->isSilent()) ++pendingCount_;
  Worker& worker = *task->lane().worker;
  worker.add(std::move(task));
}

void AsyncStore::addToReader(std::unique_ptr<Task> task) {
  if (Worker* const reader = freeReader()) {
    task->lane().worker = reader;
    return add(std::move(task));
  }
  ++pendingCount_;
  line_.add(std::move(task));
}

/// Returns an idle reader (the last one used) or a new one. Null if all readers are busy.
Worker* AsyncStore::freeReader() {
  if (!idle_.empty()) {
    Worker* const reader = idle_.back();
    idle_.pop_back();
    return reader;
  }
  if (readers_.size() >= readersMax_) return nullptr;
  readers_.reserve(readers_.size() + 1);
  idle_.reserve(readers_.size() + 1);
  try {
    readers_.push_back(std::make_unique<Worker>(file_.access, outbox_, nullptr));
  } catch (const std::system_error& error) {
    if (!readers_.empty()) return nullptr;
    throw Error(ErrorCode::driverFailure, std::string("no thread could be started: ") + error.what());
  }
  return readers_.back().get();
}

void AsyncStore::release(Lane& lane) noexcept {
  Worker* const reader = std::exchange(lane.worker, nullptr);
  if (isClosed_ || reader == nullptr || reader == writer_.get()) return;
  while (std::unique_ptr<Task> next = line_.pop()) {
    if (next->isWanted()) {
      next->lane().worker = reader;
      reader->add(std::move(next));
      return;
    }
    complete(*next, makeErrorPointer(ErrorCode::cancelled, "the operation was cancelled"));
  }
  idle_.push_back(reader);
}

void AsyncStore::cancel(Lane& lane, std::unique_ptr<Task> end) noexcept {
  if (isClosed_ || lane.worker == nullptr) return;
  TaskList dropped = lane.worker->cancel(lane, std::move(end));
  release(lane);
  while (const std::unique_ptr<Task> task = dropped.pop()) {
    complete(*task, makeErrorPointer(ErrorCode::cancelled, "the transaction was rolled back"));
  }
}

/// Delivers the tasks that workers have done.
void AsyncStore::drain() noexcept {
  while (const std::unique_ptr<Task> task = outbox_.take()) {
    const bool isStoppedByClose = isClosed_ && task->error() && task->lane().isCancelled;
    complete(*task, isStoppedByClose ? cancelledByClose() : task->error());
  }
}

void AsyncStore::complete(Task& task, std::exception_ptr error) noexcept {
  --pendingCount_;
  counters_.rowsExamined += task.counters().rowsExamined;
  try {
    task.deliver(*this, std::move(error));
  } catch (...) {
    // No memory to post: the waiter is not woken, but the result is there.
  }
}

void AsyncStore::notifyHost(ExternalCommits found) {
  if (found.empty() && pending_.empty()) return;
  pending_.push_back(std::move(found));
  notifyPending();
}

void AsyncStore::notifyHostLater(ExternalCommits found) {
  if (found.empty() || isClosed_) return;
  pending_.push_back(std::move(found));
  // Own commits that precede it may still be in the executor's queue.
  executor_->post([weak = weak_from_this()] {
    if (const auto store = weak.lock()) store->notifyPending();
  });
}

void AsyncStore::notifyPending() noexcept {
  while (!pending_.empty()) {
    ExternalCommits found = std::move(pending_.front());
    pending_.pop_front();
    sqlite::notifyHost(host_, std::move(found));
  }
}

void AsyncStore::close() noexcept {
  if (std::exchange(isClosed_, true)) return;
  host_ = nullptr;
  pollTimer_.reset();
  // Stops all workers before it waits for any of them.
  TaskList dropped = writer_ != nullptr ? writer_->stop() : TaskList();
  for (const auto& reader : readers_) dropped.add(reader->stop());
  dropped.add(std::move(line_));
  for (const auto& reader : readers_) reader->join();
  if (writer_ != nullptr) writer_->join();
  drain();
  while (const std::unique_ptr<Task> task = dropped.pop()) complete(*task, cancelledByClose());
  pending_.clear();
  idle_.clear();
  readers_.clear();
  file_.log = nullptr;
  writer_ = nullptr;
  opened_ = nullptr;
  file_.access.cache.clear();
}

}  // namespace hyperdb::detail::sqlite
