// LateDriver: another driver, made slow, disorderly and unreliable. For tests of everything that waits.
//
// The fault model
// - Nothing is answered at once. An operation of the driver or of one of its transactions is only noted; it takes
//   effect, and its completion is filled, when it is *run* later: on the executor, or by hand.
// - Operations of one transaction run in the order in which they were asked for. Everything else that is pending at the
//   same time runs in random order: beginnings, loads, the transactions among each other.
// - An operation whose completion was dropped when its time comes is forgotten without an effect, and so is
//   everything that is pending in a transaction that is rolled back or destroyed. Plans, rows and ids are not copied:
//   the address sanitizer finds a caller that frees them earlier than the contract of Driver allows.
// - Any operation but a rollback can be made to fail with Error(driverFailure), before it took effect or after (a
//   commit that fails after it took effect was committed, and its database can't know).
// - Operations can be held back: as if the storage were busy with them.
// - A driver that is closed brings a commit that is on its way to its end, held back or not, or, if that is asked for,
//   leaves it without an answer.
// Everything follows from the seed, the calls and the order in which the executor runs what is posted.
//
// Thread safety: none. Home thread of the executor only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/executor.hpp>

#include "support/test_random.hpp"

namespace hyperdb::test {

enum class LateKind : unsigned char { loadTables, begin, scan, insert, upsert, remove, commit };

/// An operation that waits for its turn.
struct LateOperation {
  LateKind kind;
  TransactionMode mode = TransactionMode::readWrite;  ///< of its transaction, or of the one to begin
  const TableDef* table = nullptr;                    ///< of a scan or a write
  std::string_view index = {};                        ///< of a scan
};

enum class FailurePoint : unsigned char { beforeEffect, afterEffect };

struct LateOptions {
  std::uint64_t seed = testSeed();
  /// Runs operations on the executor without being asked. False: only `LateControl::runOne` and `runAll` run them.
  bool automatic = true;
  /// In automatic mode: one in so many times nothing is run and the executor is asked again. 0: never.
  std::size_t postponeOneIn = 3;
  /// One in so many operations fails. 0: none.
  std::size_t failOneIn = 0;
  FailurePoint failurePoint = FailurePoint::beforeEffect;
  bool finishesCommitsOnClose = true;
};

/// What is pending in a LateDriver and what is done with it. May outlive the driver.
class LateControl : public std::enable_shared_from_this<LateControl> {
 public:
  LateControl(Executor& executor, LateOptions options)
      : executor_(&executor), options_(options), random_(options.seed) {}

  std::size_t pendingCount() const noexcept;
  /// Operations that were run, failed ones included.
  std::size_t finishedCount() const noexcept { return finishedCount_; }
  /// Runs one operation, chosen at random among those that are not held back. Returns whether there was one. Who waits
  /// for it is called by the executor.
  bool runOne();
  /// Runs all that is pending now and not held back. Returns how many.
  std::size_t runAll();

  /// From now on only operations for which `isHeld` is false are run, until `letGo`.
  void holdBack(std::function<bool(const LateOperation&)> isHeld) { isHeld_ = std::move(isHeld); }
  void holdBack(LateKind kind) {
    holdBack([kind](const LateOperation& operation) { return operation.kind == kind; });
  }
  void pause() {
    holdBack([](const LateOperation&) { return true; });
  }
  void letGo();

  /// Lets the n-th operation from now on fail, counted as they are run: 1 is the next.
  void failNth(std::size_t n, FailurePoint point = FailurePoint::beforeEffect) { planned_ = {n, {}, point}; }
  /// Lets the next operation of this kind fail.
  void failNext(LateKind kind, FailurePoint point = FailurePoint::beforeEffect) { planned_ = {1, kind, point}; }
  /// One in so many operations fails from now on; 0: none.
  void setFailOneIn(std::size_t oneIn) { options_.failOneIn = oneIn; }

  // For the driver.

  void setExecutor(Executor& executor) noexcept { executor_ = &executor; }
  /// Operations that keep their order among each other.
  using Lane = std::uint64_t;
  Lane newLane() noexcept { return nextLane_++; }
  /// Notes an operation. `work` must complete at once when it is called.
  template <class T>
  Completion<T> add(Lane lane, LateOperation operation, std::function<Completion<T>()> work) {
    auto job = std::make_unique<TypedJob<T>>(*executor_, operation, std::move(work));
    Completion<T> completion = job->completion();
    addJob(lane, std::move(job));
    return completion;
  }
  void forget(Lane lane) noexcept { lanes_.erase(lane); }
  void forgetAll() noexcept { lanes_.clear(); }
  /// Runs the commits that are on their way, if the options say so, and forgets all the rest.
  void close() noexcept;

 private:
  class Job {
   public:
    explicit Job(LateOperation operation) noexcept : operation_(operation) {}
    virtual ~Job() = default;
    const LateOperation& operation() const noexcept { return operation_; }
    /// Whether its completion was dropped.
    virtual bool isDropped() const = 0;
    virtual void run(std::optional<FailurePoint> failure) = 0;

   private:
    LateOperation operation_;
  };

  template <class T>
  class TypedJob final : public Job {
   public:
    TypedJob(Executor& executor, LateOperation operation, std::function<Completion<T>()> work)
        : Job(operation), source_(executor), work_(std::move(work)) {}

    Completion<T> completion() const { return source_.completion(); }
    bool isDropped() const override { return source_.isDropped(); }
    void run(std::optional<FailurePoint> failure) override {
      try {
        if (failure == FailurePoint::beforeEffect) throwInjected(operation());
        Completion<T> done = work_();
        if constexpr (std::is_void_v<T>) {
          done.get();
          if (failure) throwInjected(operation());
          source_.resolve();
        } else {
          T value = done.get();
          if (failure) throwInjected(operation());
          source_.resolve(std::move(value));
        }
      } catch (...) {
        source_.fail(std::current_exception());
      }
    }

   private:
    CompletionSource<T> source_;
    std::function<Completion<T>()> work_;
  };

  struct PlannedFailure {
    std::size_t countdown = 0;  ///< 0: none
    std::optional<LateKind> kind = std::nullopt;
    FailurePoint point = FailurePoint::beforeEffect;
  };

  [[noreturn]] static void throwInjected(const LateOperation& operation);
  void addJob(Lane lane, std::unique_ptr<Job> job);
  void run(Job& job);
  bool isRunnable(const Job& job) const { return !isHeld_ || !isHeld_(job.operation()); }
  std::size_t runnableLanesCount() const;
  std::optional<FailurePoint> nextFailure(LateKind kind);
  void postTurn();
  void takeTurn();

  Executor* executor_;
  LateOptions options_;
  TestRandom random_;
  std::map<Lane, std::deque<std::unique_ptr<Job>>> lanes_;
  Lane nextLane_ = 0;
  std::size_t finishedCount_ = 0;
  std::function<bool(const LateOperation&)> isHeld_;
  PlannedFailure planned_;
};

/// See the head of the file. REQUIRES: `inner` answers at once; the executor outlives the driver.
class LateDriver final : public Driver {
 public:
  LateDriver(std::unique_ptr<Driver> inner, Executor& executor, LateOptions options = {});
  LateDriver(LateDriver&&) noexcept = default;
  LateDriver& operator=(LateDriver&&) noexcept = delete;
  ~LateDriver() override;

  const std::shared_ptr<LateControl>& control() const noexcept { return control_; }
  Driver& inner() const noexcept { return *inner_; }

  std::string_view name() const noexcept override { return "late"; }
  /// From now on completions come on the host's executor.
  void attach(DriverHost& host) override {
    control_->setExecutor(host.executor());
    inner_->attach(host);
  }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override;
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override;
  DriverCounters counters() const noexcept override { return inner_->counters(); }
  void collectGarbage() noexcept override { inner_->collectGarbage(); }
  void close() noexcept override;

 private:
  std::unique_ptr<Driver> inner_;
  std::shared_ptr<LateControl> control_;
};

}  // namespace hyperdb::test
