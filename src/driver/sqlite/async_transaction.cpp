#include "driver/sqlite/async_transaction.hpp"

#include <string>
#include <utility>
#include <vector>

#include "value/error_pointer.hpp"

namespace hyperdb::detail::sqlite {

namespace {

/// Restores the session to its state before the transaction.
class EndTask final : public Task {
 public:
  using Task::Task;
  void deliver(AsyncStore& /*store*/, std::exception_ptr /*error*/) override {}
  bool canBeStopped() const noexcept override { return false; }
  bool isSilent() const noexcept override { return true; }

 protected:
  void work(Session& session) override {
    if (lane().write) {
      lane().write->rollback();
    } else if (lane().isReading) {
      session.endRead();
    }
  }
};

class CommitTask final : public ResultTask<void> {
 public:
  using ResultTask::ResultTask;

  bool canBeStopped() const noexcept override { return false; }
  void deliver(AsyncStore& store, std::exception_ptr error) override {
    lane().worker = nullptr;
    store.notifyHost(std::move(found_));
    ResultTask::deliver(store, std::move(error));
    store.restartLongWal();
  }

 protected:
  void work(Session& session) override {
    if (lane().write) {
      lane().write->commit(found_);
    } else {
      session.endRead();
      lane().isReading = false;
    }
    result_.emplace();
  }

 private:
  ExternalCommits found_;
};

}  // namespace

AsyncTransaction::AsyncTransaction(std::shared_ptr<AsyncStore> store, std::shared_ptr<Lane> lane, TransactionMode mode)
    : store_(std::move(store)),
      lane_(std::move(lane)),
      isReader_(mode == TransactionMode::readOnly),
      end_(std::make_unique<EndTask>(lane_)) {}

/// Returns why the operation is refused; null if it is not.
std::exception_ptr AsyncTransaction::refusal(bool isWrite) const {
  if (isWrite && isReader_) {
    return makeErrorPointer(ErrorCode::writeInSelector, "the transaction was begun for reading only");
  }
  if (isFinished_) {
    return makeErrorPointer(ErrorCode::transactionFinished, "the transaction was committed or rolled back before");
  }
  return store_->isClosed() ? makeErrorPointer(ErrorCode::closed, "the database file is closed") : nullptr;
}

template <class T, class Work>
Completion<T> AsyncTransaction::start(bool isWrite, Work work) {
  if (std::exception_ptr error = refusal(isWrite)) return error;
  auto task = std::make_unique<WorkTask<T, Work>>(lane_, store_->executor(), !isWrite, std::move(work));
  Completion<T> completion = task->completion();
  store_->add(std::move(task));
  return completion;
}

/// `work(transaction, kept)` gets a copy of the rows to be written.
template <class T, class Work>
Completion<Ops> AsyncTransaction::startWrite(std::span<const T> batch, Work work) {
  std::vector<T> kept(batch.begin(), batch.end());
  return start<Ops>(
      true, [work, kept = std::move(kept)](Session&, Lane& lane, DriverCounters&) { return work(*lane.write, kept); });
}

Completion<ScanResult> AsyncTransaction::scan(const ScanPlan& plan) {
  return start<ScanResult>(false, [plan](Session& session, Lane& lane, DriverCounters& counters) {
    return lane.write ? lane.write->scan(plan, counters) : session.scan(plan, counters);
  });
}

std::optional<Completion<IndexKeys>> AsyncTransaction::scanKeys(const TableDef& table, std::size_t indexNumber) {
  return start<IndexKeys>(false, [&table, indexNumber](Session& session, Lane& lane, DriverCounters&) {
    return lane.write ? lane.write->scanKeys(table, indexNumber) : session.scanKeys(table, indexNumber);
  });
}

Completion<Ops> AsyncTransaction::insert(const TableDef& table, std::span<const RowRef> rows) {
  return startWrite(rows, [&table](WriteTransaction& write, const auto& kept) { return write.insert(table, kept); });
}

Completion<Ops> AsyncTransaction::upsert(const TableDef& table, std::span<const RowRef> rows) {
  return startWrite(rows, [&table](WriteTransaction& write, const auto& kept) { return write.upsert(table, kept); });
}

Completion<Ops> AsyncTransaction::deleteRows(const TableDef& table, std::span<const std::string> ids) {
  return startWrite(ids, [&table](WriteTransaction& write, const auto& kept) { return write.deleteRows(table, kept); });
}

Completion<void> AsyncTransaction::commit() {
  if (std::exception_ptr error = refusal(false)) return error;
  auto task = std::make_unique<CommitTask>(lane_, store_->executor());
  Completion<void> completion = task->completion();
  isFinished_ = true;
  lane_->isCommitting = !isReader_;
  store_->add(std::move(task));
  if (isReader_) store_->release(*lane_);
  return completion;
}

void AsyncTransaction::rollback() noexcept {
  isFinished_ = true;
  if (end_ != nullptr) store_->cancel(*lane_, std::move(end_));
}

BeginTask::BeginTask(AsyncStore& store, std::shared_ptr<Lane> lane, TransactionMode mode, bool isReported)
    : ResultTask(lane, store.executor()),
      file_(store.file()),
      isReader_(mode == TransactionMode::readOnly),
      isReported_(isReported),
      transaction_(std::make_unique<AsyncTransaction>(store.shared_from_this(), std::move(lane), mode)) {}

void BeginTask::work(Session& session) {
  // The schema first: the state that is read then is not older.
  session.useSchema(file_.schema());
  if (isReader_) {
    session.beginReadNow();
    lane().isReading = true;
  } else {
    file_.access.checkWritable();
    lane().write.emplace(session, file_.log.get());
  }
}

void BeginTask::deliver(AsyncStore& store, std::exception_ptr error) {
  store.detachBegin(*this);
  if (!error && store.isClosed()) error = makeErrorPointer(ErrorCode::cancelled, "the database was closed");
  try {
    if (!error && isReported_) return store.pollAndResolve(source_, std::move(transaction_));
  } catch (...) {
    error = std::current_exception();
  }
  completeBegin(source_, std::move(transaction_), std::move(error));
}

}  // namespace hyperdb::detail::sqlite
