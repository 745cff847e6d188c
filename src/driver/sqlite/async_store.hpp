// AsyncStore: the workers of an asynchronous driver, and their work.
//
// One worker writes; it also loads tables and keeps the change log. The other workers read, each for one transaction
// at a time. A task goes from the home thread to a worker and comes back through the outbox: so everything here
// belongs to the home thread, and workers share only what is in AsyncFile.
//
// Thread safety: home thread.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/async_sql_driver.hpp>

#include "base/mutex.hpp"
#include "driver/sqlite/async_task.hpp"
#include "driver/sqlite/async_worker.hpp"
#include "driver/sqlite/change_log.hpp"
#include "driver/sqlite/poll_timer.hpp"
#include "driver/sqlite/session.hpp"
#include "driver/sqlite/wal_size.hpp"

namespace hyperdb::detail::sqlite {

/// What the threads of a driver share.
struct AsyncFile {
  AsyncFile(std::string path, SqlOptions options) : access(std::move(path), std::move(options)) {}

  /// Returns the loaded tables; null if there are none. Any thread.
  SchemaPtr schema() const {
    const MutexLock lock(mutex_);
    return schema_;
  }
  void setSchema(SchemaPtr schema) {
    const MutexLock lock(mutex_);
    schema_.swap(schema);
  }

  FileAccess access;
  WalSize walSize;
  std::unique_ptr<ChangeLog> log;  ///< null unless the file is shared; used by the writer's thread, once it runs

 private:
  mutable Mutex mutex_;
  SchemaPtr schema_ HYPERDB_GUARDED_BY(mutex_);
};

class BeginTask;

class AsyncStore : public std::enable_shared_from_this<AsyncStore> {
 public:
  /// Opens the file. Throws what AsyncSqlDriver's constructor does.
  AsyncStore(std::string path, AsyncSqlOptions options);

  void attach(DriverHost& host);
  void close() noexcept;
  bool isClosed() const noexcept { return isClosed_; }
  bool isIdle() const noexcept { return pendingCount_ == 0 && pending_.empty(); }
  const DriverCounters& counters() const noexcept { return counters_; }

  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables);
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode);
  /// Begins to read. Before it completes, the host is notified of the external commits that are in its snapshot.
  Completion<std::unique_ptr<DriverTransaction>> beginReported();
  Completion<std::vector<std::string>> findDamage();
  /// Asks the writer to poll for external commits, unless it is asked already.
  void pollForCommits();

  // For transactions and tasks.

  AsyncFile& file() noexcept { return file_; }
  bool isShared() const noexcept { return file_.log != nullptr; }
  Executor& executor() const noexcept { return *executor_; }
  /// Queues a task. REQUIRES: the task's lane has a worker.
  void add(std::unique_ptr<Task> task) noexcept;
  /// Resolves the source with the transaction when the writer has polled and the host was notified.
  void pollAndResolve(CompletionSource<std::unique_ptr<DriverTransaction>> source,
                      std::unique_ptr<DriverTransaction> transaction);
  /// Cancels the remaining tasks of the lane, and does `end` instead. Does nothing if the lane is released.
  void cancel(Lane& lane, std::unique_ptr<Task> end) noexcept;
  /// Releases the lane's worker, once it has done the tasks already added.
  void release(Lane& lane) noexcept;
  /// Notifies the host of external commits: at once, or after everything that was posted before.
  void notifyHost(ExternalCommits found);
  void notifyHostLater(ExternalCommits found);
  void endPoll() noexcept { isPolling_ = false; }
  /// Asks the writer, after a commit, to restart the write-ahead log if it is too long.
  void restartLongWal() noexcept;
  void endRestartOfWal() noexcept { isRestartingWal_ = false; }
  /// Detaches a task that is about to be destroyed.
  void detachBegin(const BeginTask& task) noexcept {
    if (begin_ == &task) begin_ = nullptr;
  }

 private:
  void checkUsable() const;
  void rollbackUnwantedBegin() noexcept;
  std::shared_ptr<Lane> writersLane() const;
  std::shared_ptr<Lane> readersLane() const;
  void addToReader(std::unique_ptr<Task> task);
  Worker* freeReader();
  void drain() noexcept;
  void complete(Task& task, std::exception_ptr error) noexcept;
  void notifyPending() noexcept;

  AsyncFile file_;
  std::size_t readersMax_;
  std::unique_ptr<Session> opened_;  ///< the writer's, until the writer is made
  DriverHost* host_ = nullptr;       ///< null before `attach` and after `close`
  Executor* executor_ = nullptr;
  Outbox outbox_;
  std::unique_ptr<Worker> writer_;
  BeginTask* begin_ = nullptr;  ///< of the last write transaction; null once it was delivered
  std::vector<std::unique_ptr<Worker>> readers_;
  std::vector<Worker*> idle_;  ///< readers without a lane; has room for all of them
  TaskList line_;              ///< first tasks of lanes that wait for a reader
  std::deque<ExternalCommits> pending_;
  std::optional<PollTimer> pollTimer_;
  std::size_t pendingCount_ = 0;  ///< tasks with a waiter
  DriverCounters counters_;
  bool isPolling_ = false;
  bool isRestartingWal_ = false;
  int triedAtWalPages_ = 0;  ///< the length of the log at the last restart
  bool isClosed_ = false;
};

}  // namespace hyperdb::detail::sqlite
