#include "support/late_driver.hpp"

#include <string>
#include <vector>

#include <hyperdb/error.hpp>

namespace hyperdb::test {

namespace {

const char* kindName(LateKind kind) noexcept {
  switch (kind) {
    case LateKind::loadTables: return "loading of tables";
    case LateKind::begin: return "beginning of a transaction";
    case LateKind::scan: return "scan";
    case LateKind::insert: return "insert";
    case LateKind::upsert: return "upsert";
    case LateKind::remove: return "deletion";
    case LateKind::commit: break;
  }
  return "commit";
}

class LateTransaction final : public DriverTransaction {
 public:
  LateTransaction(std::shared_ptr<LateControl> control, std::unique_ptr<DriverTransaction> inner, TransactionMode mode)
      : control_(std::move(control)), inner_(std::move(inner)), mode_(mode), lane_(control_->newLane()) {}
  ~LateTransaction() override { rollback(); }

  Completion<ScanResult> scan(const ScanPlan& plan) override {
    LateOperation operation{LateKind::scan, mode_, plan.table, plan.table->index(plan.indexNumber).name};
    return control_->add<ScanResult>(lane_, operation, [this, &plan] { return inner_->scan(plan); });
  }
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override {
    return add<Ops>(LateKind::insert, &table, [this, &table, rows] { return inner_->insert(table, rows); });
  }
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override {
    return add<Ops>(LateKind::upsert, &table, [this, &table, rows] { return inner_->upsert(table, rows); });
  }
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override {
    return add<Ops>(LateKind::remove, &table, [this, &table, ids] { return inner_->deleteRows(table, ids); });
  }
  Completion<void> commit() override {
    return add<void>(LateKind::commit, nullptr, [this] { return inner_->commit(); });
  }
  void rollback() noexcept override {
    control_->forget(lane_);
    inner_->rollback();
  }

 private:
  template <class T>
  Completion<T> add(LateKind kind, const TableDef* table, std::function<Completion<T>()> work) {
    return control_->add<T>(lane_, LateOperation{kind, mode_, table}, std::move(work));
  }

  std::shared_ptr<LateControl> control_;
  std::unique_ptr<DriverTransaction> inner_;
  TransactionMode mode_;
  LateControl::Lane lane_;
};

}  // namespace

void LateControl::throwInjected(const LateOperation& operation) {
  ErrorPlace place;
  if (operation.table != nullptr) place.table = operation.table->name();
  throw Error(ErrorCode::driverFailure, std::string("a test made this ") + kindName(operation.kind) + " fail", place);
}

std::size_t LateControl::pendingCount() const noexcept {
  std::size_t count = 0;
  for (const auto& [lane, jobs] : lanes_) count += jobs.size();
  return count;
}

std::size_t LateControl::runnableLanesCount() const {
  std::size_t count = 0;
  for (const auto& [lane, jobs] : lanes_) count += isRunnable(*jobs.front()) ? 1 : 0;
  return count;
}

std::optional<FailurePoint> LateControl::nextFailure(LateKind kind) {
  if (planned_.countdown > 0 && (!planned_.kind || *planned_.kind == kind) && --planned_.countdown == 0) {
    return planned_.point;
  }
  if (options_.failOneIn > 0 && random_.chance(options_.failOneIn)) return options_.failurePoint;
  return std::nullopt;
}

bool LateControl::runOne() {
  const std::size_t runnableCount = runnableLanesCount();
  if (runnableCount == 0) return false;
  std::size_t number = random_.below(runnableCount);
  auto lane = lanes_.begin();
  while (!isRunnable(*lane->second.front()) || number-- > 0) ++lane;

  const std::unique_ptr<Job> job = std::move(lane->second.front());
  lane->second.pop_front();
  if (lane->second.empty()) lanes_.erase(lane);
  run(*job);
  return true;
}

void LateControl::run(Job& job) {
  if (job.isDropped()) return;
  ++finishedCount_;
  job.run(nextFailure(job.operation().kind));
}

void LateControl::close() noexcept {
  for (auto& [lane, jobs] : lanes_) {
    if (options_.finishesCommitsOnClose && jobs.front()->operation().kind == LateKind::commit) run(*jobs.front());
  }
  lanes_.clear();
}

std::size_t LateControl::runAll() {
  std::size_t count = 0;
  while (runOne()) ++count;
  return count;
}

void LateControl::letGo() {
  isHeld_ = nullptr;
  // The turns that came while operations were held back are gone.
  for (std::size_t i = pendingCount(); i > 0; --i) postTurn();
}

void LateControl::addJob(Lane lane, std::unique_ptr<Job> job) {
  lanes_[lane].push_back(std::move(job));
  postTurn();
}

void LateControl::postTurn() {
  if (!options_.automatic) return;
  executor_->post([weak = weak_from_this()] {
    if (const auto control = weak.lock()) control->takeTurn();
  });
}

void LateControl::takeTurn() {
  const bool isPostponed = options_.postponeOneIn > 0 && random_.chance(options_.postponeOneIn);
  if (!isPostponed) {
    runOne();
  } else if (runnableLanesCount() > 0) {
    postTurn();
  }
}

LateDriver::LateDriver(std::unique_ptr<Driver> inner, Executor& executor, LateOptions options)
    : inner_(std::move(inner)), control_(std::make_shared<LateControl>(executor, options)) {}

LateDriver::~LateDriver() {
  if (control_) control_->forgetAll();
}

Completion<void> LateDriver::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) {
  std::vector<std::shared_ptr<const TableDef>> kept(tables.begin(), tables.end());
  return control_->add<void>(control_->newLane(), LateOperation{LateKind::loadTables},
                             [inner = inner_.get(), kept = std::move(kept)] { return inner->loadTables(kept); });
}

Completion<std::unique_ptr<DriverTransaction>> LateDriver::begin(TransactionMode mode) {
  using Begun = std::unique_ptr<DriverTransaction>;
  const auto work = [control = control_.get(), inner = inner_.get(), mode]() -> Completion<Begun> {
    Begun begun = inner->begin(mode).get();
    return Begun(new LateTransaction(control->shared_from_this(), std::move(begun), mode));
  };
  return control_->add<Begun>(control_->newLane(), LateOperation{LateKind::begin, mode}, work);
}

void LateDriver::close() noexcept {
  control_->close();
  inner_->close();
}

}  // namespace hyperdb::test
