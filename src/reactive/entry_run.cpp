#include "reactive/entry_run.hpp"

#include <utility>

namespace hyperdb::detail {

EntryRun::EntryRun(SelectorEntry& entry, std::shared_ptr<DatabaseCore> database, Traits traits,
                   DependencyRecorder& recorder, std::string why)
    : entry_(&entry),
      database_(std::move(database)),
      startRevision_(database_->revision()),
      execution_(std::make_unique<Execution>(
          database_, std::move(traits),
          TopLevelCommand{CommandKind::selector,
                          entry.source().def().get(),
                          entry.source().arguments(),
                          true,
                          {this, [](void* run) { return static_cast<EntryRun*>(run)->makeAgain(); }}},
          &recorder, std::move(why))),
      selector_(entry.source().start()) {}

Frame EntryRun::makeAgain() {
  if (entry_ == nullptr) return {};  // cancelled meanwhile
  selector_ = entry_->source().start();
  startRevision_ = database_->revision();
  return selector_->frame();
}

void EntryRun::start() {
  const std::shared_ptr<EntryRun> self = shared_from_this();
  isStarting_ = true;
  step_.start(execution_->run(selector_->frame()), [this](StepEnd<void> end) { ended(std::move(end.error)); });
  isStarting_ = false;
}

void EntryRun::ended(std::exception_ptr storageError) noexcept {
  const std::shared_ptr<EntryRun> self = shared_from_this();
  std::exchange(entry_, nullptr)->finishRun(*this, std::move(storageError));
  selector_ = nullptr;
  execution_ = nullptr;
  const std::shared_ptr<DatabaseCore> database = std::move(database_);
  if (!isStarting_) database->deliver();  // otherwise the code that started it does
}

void EntryRun::cancel() noexcept {
  entry_ = nullptr;
  step_.stop();
}

}  // namespace hyperdb::detail
