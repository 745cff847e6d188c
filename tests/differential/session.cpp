#include "differential/session.hpp"

#include <utility>

namespace hyperdb::test {

namespace {
constexpr std::size_t oldResultsMax = 20;
}

Session::Session(const DriverEntry& entry, std::uint64_t seed) : entry_(entry), storage_(seed) { open(); }

Session::~Session() { close(); }

template <class T>
T Session::wait(Completion<T> completion) {
  if (entry_.answering == Answering::fromThreads) return runUntilReady(storage_.loop, std::move(completion));
  if (entry_.answering == Answering::onLoop) storage_.loop.runReady();
  return completion.get();
}

template <class F>
void Session::attempt(F&& work) {
  try {
    work();
  } catch (...) {
    record_.note(textOf(std::current_exception()));
  }
}

WriteBehindDriver* Session::tiers() const { return dynamic_cast<WriteBehindDriver*>(&db_->driver()); }

void Session::letGo() {
  if (storage_.primary) storage_.primary->letGo();
}

void Session::open() {
  DBOptions options;
  options.executor = &storage_.loop;
  options.clock = &storage_.clock;
  db_.emplace(DB{entry_.open(storage_), options});
  if (isSynchronous()) {
    execSync(db_->loadTables(allTables()));
  } else {
    wait(execAsync(db_->loadTables(allTables())));
  }
  db_->onCallbackError([this](const std::exception_ptr& error) { record_.note("a callback " + textOf(error)); });
  commits_ = db_->subscribe([this](const CommitEvent& event) {
    std::string text = "commit " + std::to_string(event.revision) + " with";
    for (const Trait& trait : event.traits) text += " " + trait.type + toJson(trait.value);
    record_.note(std::move(text));
    for (const Op& op : event.ops) record_.note("  " + textOf(op));
  });
}

void Session::close() {
  letGo();
  commits_.cancel();
  for (auto& each : hooks_) each.cancel();
  for (auto& each : lives_) each.reset();
  if (db_) db_->close();
  db_.reset();
  storage_.loop.runReady();
}

/// Brings to an end what an asynchronous driver has still to do for the live selectors.
void Session::settle() {
  if (isSynchronous()) return;
  for (const auto& live : lives_) {
    if (!live || !live->isSubscribed()) continue;
    try {
      wait(live->whenFresh());
    } catch (...) {
      // The record shows it when the result is read.
    }
  }
  storage_.loop.runReady();
}

std::string Session::run(const Step& step) {
  const auto slot = static_cast<std::size_t>(step.number);
  switch (step.kind) {
    case Step::Kind::act: act(step); break;
    case Step::Kind::ask: ask(step.question); break;
    case Step::Kind::watch: watch(step); break;
    case Step::Kind::look: look(slot); break;
    case Step::Kind::subscribe: subscribe(slot, step.callback); break;
    case Step::Kind::drop: lives_[slot].reset(); break;
    case Step::Kind::hook:
      hooks_[slot] = hooks_[slot].isActive() ? Subscription() : addHook(*db_, step.number, record_);
      break;
    case Step::Kind::wait: storage_.clock.advanceMs(step.number); break;
    case Step::Kind::work:
      letGo();
      storage_.loop.runReady();
      break;
    case Step::Kind::hold:
      if (storage_.primary) {
        storage_.primary->holdBack(
            [](const LateOperation& operation) { return operation.mode == TransactionMode::readWrite; });
      }
      break;
    case Step::Kind::preload: preload(step.number); break;
    case Step::Kind::flush: flush(); break;
    case Step::Kind::reopen: reopen(); break;
  }
  settle();
  return record_.take();
}

void Session::act(const Step& step) {
  const SubscribableDB db = step.trait == 0 ? *db_ : db_->withTraits({{"who", step.trait}});
  attempt([&] {
    if (isSynchronous()) {
      execSync(db, runScript(&step.script, &record_));
    } else {
      wait(execAsync(db, runScript(&step.script, &record_)));
      settle();  // the completion does not wait for callbacks
    }
    record_.note("done");
  });
  record_.note("revision " + std::to_string(db_->revision()));
}

void Session::ask(const Question& question) {
  const auto read = [&](const auto& call) {
    const auto rows = isSynchronous() ? select(*db_, call) : wait(selectAsync(*db_, call));
    record_.note(textOf(rows));
    if (oldResults_.size() < oldResultsMax) oldResults_.emplace_back(rows.sequence(), textOf(rows));
  };
  attempt([&] {
    if (question.table == parts) read(partRows(question));
    if (question.table == things) read(thingRows(question));
  });
}

void Session::watch(const Step& step) {
  const auto slot = static_cast<std::size_t>(step.number);
  const SubscribableDB db = step.trait == 0 ? *db_ : db_->withTraits({{"who", step.trait}});
  lives_[slot] = makeLive(db, step.live, step.question, isSynchronous());
  subscribe(slot, step.callback);
  look(slot);
}

void Session::look(std::size_t slot) {
  if (!lives_[slot]) return;
  attempt([&] {
    if (!isSynchronous()) wait(lives_[slot]->whenFresh());
    record_.note(lives_[slot]->result() + " at revision " + std::to_string(lives_[slot]->revision()));
  });
}

void Session::subscribe(std::size_t slot, CallbackKind kind) {
  if (!lives_[slot]) return;
  if (lives_[slot]->isSubscribed()) return lives_[slot]->leave();
  attempt([&] {
    if (!isSynchronous()) wait(lives_[slot]->whenFresh());
    lives_[slot]->subscribe(kind, [this, slot](const std::string& text) {
      record_.noteCall("slot " + std::to_string(slot) + " is told at revision " + std::to_string(db_->revision()) +
                       ": " + text);
    });
  });
}

void Session::preload(int tables) {
  std::vector<AnyTable> chosen;
  for (int table = 0; table < tablesCount; ++table) {
    if ((tables >> table & 1) != 0) chosen.push_back(allTables()[static_cast<std::size_t>(table)]);
  }
  if (WriteBehindDriver* driver = tiers()) attempt([&] { wait(driver->preloadTables(std::move(chosen))); });
}

void Session::flush() {
  attempt([&] {
    WriteBehindDriver* driver = tiers();
    letGo();
    if (driver != nullptr) wait(driver->flushed());
    record_.note(contentOf(driver != nullptr ? driver->primary() : db_->driver()));
  });
}

/// Every index of every table, read forwards and backwards through a transaction of the driver.
std::string Session::contentOf(Driver& driver) {
  std::string text = "content";
  const std::unique_ptr<DriverTransaction> transaction = wait(driver.begin(TransactionMode::readOnly));
  for (int table = 0; table < tablesCount; ++table) {
    const DynamicTable each = tableNumber(table);
    for (std::size_t index = 0; index < each.def().indexes().size(); ++index) {
      ScanPlan plan{&each.def(), index, {KeyRange::all()}, asc, ScanPlan::noLimit};
      const RowSequence rows = wait(transaction->scan(plan)).rows;
      plan.order = desc;
      const RowSequence reversed = wait(transaction->scan(plan)).rows;
      text += "\n    " + each.name() + "/" + each.def().index(index).name + ": ";
      text += index == TableDef::byIdIndex ? textOf(rows) : std::to_string(rows.size()) + " rows";
      bool isReverse = rows.size() == reversed.size();
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (index != TableDef::byIdIndex) text += " " + toJson(Value(each.def().rowType().id(*rows[i])));
        isReverse = isReverse && isSameRow(rows[i], reversed[rows.size() - 1 - i]);
      }
      if (!isReverse) text += " BUT BACKWARDS " + textOf(reversed);
    }
  }
  return text;
}

void Session::checkFile() {
  const std::string damage = entry_.findDamage ? entry_.findDamage(db_->driver()) : "";
  if (!damage.empty()) record_.note("the file is damaged: " + damage);
}

void Session::checkOldResults() {
  for (const auto& [rows, text] : oldResults_) {
    if (textOf(rows) != text) record_.note("a result has changed: " + text + " became " + textOf(rows));
  }
  oldResults_.clear();
}

void Session::reopen() {
  attempt([&] {
    record_.note(contentOf(db_->driver()));
    close();
    open();
    WriteBehindDriver* driver = tiers();
    record_.note(contentOf(driver != nullptr ? driver->primary() : db_->driver()));
    checkFile();
    checkOldResults();
  });
}

}  // namespace hyperdb::test
