#include "reactive/entry_run.hpp"

#include <new>
#include <utility>

namespace hyperdb::detail {

EntryRun::EntryRun(SelectorEntry& entry, std::shared_ptr<DatabaseCore> database, Traits traits,
                   DependencyRecorder& recorder, std::string why)
    : entry_(&entry),
      database_(std::move(database)),
      startRevision_(database_->revision()),
      selector_(entry.source().start()),
      execution_(std::make_unique<Execution>(
          database_, std::move(traits),
          TopLevelCommand{CommandKind::selector, entry.source().def().get(), entry.source().arguments(), true,
                          {this, [](void* run) { return static_cast<EntryRun*>(run)->makeAgain(); }}},
          &recorder, std::move(why))) {}

Frame EntryRun::makeAgain() {
  if (entry_ == nullptr) return {};  // given up meanwhile
  selector_ = entry_->source().start();
  startRevision_ = database_->revision();
  return selector_->frame();
}

Step<void> EntryRun::toEnd(EntryRun& self) {
  std::exception_ptr error;
  try {
    co_await self.execution_->run(self.selector_->frame());
  } catch (...) {
    error = std::current_exception();
  }
  self.ended(std::move(error));
}

void EntryRun::start() {
  const std::shared_ptr<EntryRun> self = shared_from_this();
  const OnStackMark mark;
  step_ = toEnd(*this);
  isStarting_ = true;
  step_.frame().start(nullptr, 0);
  isStarting_ = false;
  if (entry_ == nullptr) release();
}

void EntryRun::ended(std::exception_ptr storageError) noexcept {
  SelectorEntry* const entry = std::exchange(entry_, nullptr);
  if (entry == nullptr) return;
  const std::shared_ptr<EntryRun> self = shared_from_this();
  if (!isStarting_) {
    try {
      // This runs inside step_, which therefore can't be destroyed yet.
      database_->executor().post([self] { self->step_.reset(); });
    } catch (...) {
      // No memory to let go later: the run is leaked rather than destroyed under its own feet.
      static_cast<void>(new (std::nothrow) std::shared_ptr<EntryRun>(self));
    }
  }
  entry->finishRun(*this, std::move(storageError));
  // What is posted must not hold the database, which may own the executor.
  selector_ = nullptr;
  execution_ = nullptr;
  const std::shared_ptr<DatabaseCore> database = std::move(database_);
  if (!isStarting_) database->deliver();  // else who started it does
}

void EntryRun::release() noexcept {
  selector_ = nullptr;
  step_.reset();
  execution_ = nullptr;
  database_ = nullptr;
}

void EntryRun::giveUp() noexcept {
  entry_ = nullptr;
  if (!isStarting_) release();
}

}  // namespace hyperdb::detail
