#include "soak/soak_world.hpp"

#include <algorithm>
#include <utility>

#include "soak/live_result.hpp"

namespace hyperdb::soak {

namespace {

std::map<int, SoakWorld*> openWorlds;
int lastNumber = 0;

struct HookFailure {};
struct ScriptFailure {};
bool refusedByHook(double payload) { return static_cast<long>(payload) % 37 == 0; }
bool isRefusal(const Error& error) {
  return error.code() == ErrorCode::duplicateId || error.code() == ErrorCode::uniqueViolation;
}

WriteCommand toCommand(const ScriptStep& step, const DynamicTable& table) {
  switch (step.kind) {
    case ScriptStep::Kind::insert: return insert(table, step.rows);
    case ScriptStep::Kind::upsert: return upsert(table, step.rows);
    case ScriptStep::Kind::remove: return deleteRows(table, step.ids);
    case ScriptStep::Kind::fail: break;
  }
  throw ScriptFailure();
}

const auto runScript = action("runScript", {"world"}, [](int number) -> Action<> {
  SoakWorld& world = SoakWorld::byNumber(number);
  for (const ScriptStep& step : world.script()) {
    try {
      co_await toCommand(step, world.table(step.table).table());
    } catch (const Error& error) {
      if (!step.isCaught || !isRefusal(error)) throw;
    } catch (const HookFailure&) {
      if (!step.isCaught) throw;
    } catch (const ScriptFailure&) {
      if (!step.isCaught) throw;
    }
  }
});

}  // namespace

SoakWorld& SoakWorld::byNumber(int number) { return *openWorlds.at(number); }

SoakWorld::SoakWorld(std::uint64_t seed, bool isLate, SoakCounters& counters)
    : number_(++lastNumber), counters_(counters), random_(seed), idsCount_(20 + random_.below(130)) {
  const std::size_t tablesCount = 1 + random_.below(3);
  for (std::size_t i = 0; i < tablesCount; ++i) tables_.emplace_back(random_, "t" + std::to_string(i));
  model_.resize(tablesCount);
  told_.resize(tablesCount);
  DBOptions options;
  options.executor = &loop_;
  options.clock = &clock_;
  options.gcTimeMs = 1000;
  options.runtimeRowsValidation = random_.chance(3);
  options.argumentsValidation = random_.chance(3);
  std::unique_ptr<Driver> driver = std::make_unique<BptreeInmemDriver>();
  if (isLate) {
    test::LateOptions lateOptions;
    lateOptions.seed = random_.bits();
    auto late = std::make_unique<test::LateDriver>(std::move(driver), loop_, lateOptions);
    control_ = late->control();
    driver = std::move(late);
  }
  db_.emplace(DB{std::move(driver), options});
  std::vector<AnyTable> all;
  for (const NaiveTable& each : tables_) all.emplace_back(each.table());
  wait(execAsync(db_->loadTables(std::move(all))));
  db_->onCallbackError([this](std::exception_ptr error) {
    ++reportedErrors_;
    if (reportedErrors_ > thrownInCallbacks_ && !unexpected_) unexpected_ = std::move(error);
  });
  watch_ = db_->subscribe([this](const CommitEvent& event) { onCommit(event); });
  thrower_ = db_->subscribe([this](const CommitEvent& event) {
    if (event.revision % 4 != 0) return;
    noteThrown();
    throw std::runtime_error("a subscriber throws");
  });
  hook_ = db_->afterChange([](HookContext&, const AnyTable&, std::span<const Op> ops) -> Action<> {
    for (const Op& op : ops) {
      if (op.newRow && refusedByHook(RowPtr<Object>(op.newRow)->at("payload").asNumber())) throw HookFailure();
    }
    co_return;
  });
  openWorlds[number_] = this;
}

SoakWorld::~SoakWorld() {
  live_.clear();
  if (random_.chance(2)) db_->close();
  loop_.runReady();
  openWorlds.erase(number_);
}

void SoakWorld::step() {
  switch (random_.below(12)) {
    case 0:
      if (live_.size() < 16) live_.push_back(LiveResult::random(*this, random_, addQuery(), addQuery()));
      return runLoop();
    case 1:
      if (!live_.empty()) live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(random_.below(live_.size())));
      return runLoop();
    case 2: return toggle();
    case 3: return useSnapshot();
    case 4: return useKeptRows();
    case 5: return passTime();
    case 6: return checkQuery();
    default: break;
  }
  commit();
}

int SoakWorld::addQuery() {
  const std::size_t table = random_.below(tables_.size());
  queries_.emplace(++lastQuery_, tables_[table].randomQuery(random_, table));
  return lastQuery_;
}

std::string SoakWorld::expectedRows(int query) const {
  const QueryCase& asked = queries_.at(query);
  return describeRows(tables_[asked.table].answer(asked, model_[asked.table]));
}

void SoakWorld::makeScript() {
  script_.clear();
  for (std::size_t i = 1 + random_.below(4); i > 0; --i) {
    ScriptStep step;
    step.table = random_.below(tables_.size());
    step.isCaught = random_.chance(2);
    const auto randomId = [this] { return "r" + std::to_string(random_.below(idsCount_)); };
    const std::size_t kind = random_.below(20);
    step.kind = kind < 5    ? ScriptStep::Kind::insert
                : kind < 14 ? ScriptStep::Kind::upsert
                : kind < 19 ? ScriptStep::Kind::remove
                            : ScriptStep::Kind::fail;
    for (std::size_t n = 1 + random_.below(3); n > 0; --n) {
      if (step.kind == ScriptStep::Kind::remove) {
        step.ids.push_back(randomId());
      } else {
        step.rows.push_back(tables_[step.table].randomRow(random_, randomId(), ++lastPayload_));
      }
    }
    script_.push_back(std::move(step));
  }
}

bool SoakWorld::applyWrite(const ScriptStep& step, const NaiveTable& table, NaiveRows& rows) {
  for (const std::string& id : step.ids) rows.erase(id);
  for (const Object& row : step.rows) {
    const std::string& id = row.at("id").asString();
    if (step.kind == ScriptStep::Kind::insert && rows.count(id) > 0) return false;
    rows.insert_or_assign(id, row);
  }
  return !table.breaksUniqueness(rows);
}

bool SoakWorld::hookThrows(const ScriptStep& step) {
  std::map<std::string, double> payloads;  // of equal ids the last row counts
  for (const Object& row : step.rows) payloads[row.at("id").asString()] = row.at("payload").asNumber();
  return std::any_of(payloads.begin(), payloads.end(), [](const auto& each) { return refusedByHook(each.second); });
}

std::optional<std::vector<NaiveRows>> SoakWorld::applyScript() const {
  std::vector<NaiveRows> after = model_;
  for (const ScriptStep& step : script_) {
    bool succeeds = false;
    if (step.kind != ScriptStep::Kind::fail) {
      NaiveRows rows = after[step.table];
      succeeds = applyWrite(step, tables_[step.table], rows) && !hookThrows(step);
      if (succeeds) after[step.table] = std::move(rows);
    }
    if (!succeeds && !step.isCaught) return std::nullopt;
  }
  return after;
}

void SoakWorld::dispatchScript() {
  std::optional<std::vector<NaiveRows>> after = applyScript();
  const bool isDisturbed = isLate() && random_.chance(4);
  if (isDisturbed) control_->setFailOneIn(20);
  bool hasCommitted = false;
  std::string failure;
  try {
    if (isLate()) {
      wait(asyncDispatch(*db_, runScript(number_)));
    } else {
      syncDispatch(*db_, runScript(number_));
    }
    hasCommitted = true;
  } catch (const Error& error) {
    failure = error.what();
    if (error.code() == ErrorCode::driverFailure && isDisturbed) after = std::nullopt;
  } catch (const HookFailure&) {
    failure = "a hook threw";
  } catch (const ScriptFailure&) {
    failure = "the action threw";
  }
  if (isDisturbed) {
    control_->setFailOneIn(0);
    for (const auto& each : live_) each->heal();
  }
  require(hasCommitted == after.has_value(),
          hasCommitted ? "an action committed that should have failed" : "an action failed: " + failure);
  if (hasCommitted) {
    model_ = std::move(*after);
    ++counters_.commits;
  } else {
    ++counters_.failedActions;
  }
}

void SoakWorld::commit() {
  makeScript();
  dispatchScript();
  if (unexpected_) std::rethrow_exception(unexpected_);  // a check in a callback
  require(reportedErrors_ == thrownInCallbacks_, "an error of a callback was not reported");
  require(lastRevision_ == db_->revision(), "a subscriber missed a commit");
  require(told_ == model_, "the ops that a subscriber was told do not make what is stored");
  checkLiveResults();
}

void SoakWorld::onCommit(const CommitEvent& event) {
  require(event.revision == ++lastRevision_, "commits are not told in order");
  for (const Op& op : event.ops) {
    NaiveRows& rows = told_[static_cast<std::size_t>(std::stoi(op.table->name().substr(1)))];
    if (op.newRow) {
      rows.insert_or_assign(std::string(op.rowId()), *RowPtr<Object>(op.newRow));
    } else {
      rows.erase(std::string(op.rowId()));
    }
  }
}

void SoakWorld::checkLiveResults() {
  for (const auto& each : live_) each->check(random_.chance(2));
}

void SoakWorld::checkQuery() {
  const std::size_t table = random_.below(tables_.size());
  const QueryCase query = tables_[table].randomQuery(random_, table);
  const Rows<Object> rows = wait(execAsync(*db_, tables_[table].toQuery(query)));
  const std::vector<const Object*> expected = tables_[table].answer(query, model_[table]);
  require(std::equal(rows.begin(), rows.end(), expected.begin(), expected.end(),
                     [](const Object& a, const Object* b) { return a == *b; }),
          "a query gives \"" + describeRows(rows) + "\", not \"" + describeRows(expected) + "\"");
  ++counters_.checks;
  if (random_.chance(3)) keptRows_.push_back({rows, describeRows(rows)});
}

void SoakWorld::checkSnapshot(const KeptState& kept) {
  const std::size_t table = random_.below(tables_.size());
  const QueryCase query = tables_[table].randomQuery(random_, table);
  const std::string text = describeRows(kept.snapshot.read(tables_[table].toQuery(query)));
  require(text == describeRows(tables_[table].answer(query, kept.model[table])), "a snapshot has changed: " + text);
  ++counters_.checks;
}

void SoakWorld::useSnapshot() {
  if (isLate()) return;  // that driver has none
  if (snapshots_.size() < 4 && random_.chance(2)) snapshots_.push_back({db_->snapshot(), model_});
  for (const KeptState& each : snapshots_) checkSnapshot(each);
  if (!snapshots_.empty() && random_.chance(4)) snapshots_.pop_front();
}

void SoakWorld::useKeptRows() {
  for (const KeptRows& each : keptRows_) {
    require(describeRows(each.rows) == each.text, "kept rows have changed: " + each.text);
    ++counters_.checks;
  }
  while (keptRows_.size() > 10 || (!keptRows_.empty() && random_.chance(3))) keptRows_.pop_front();
}

void SoakWorld::toggle() {
  if (!live_.empty()) live_[random_.below(live_.size())]->toggleSubscriber(random_);
  if (random_.chance(5)) db_->setTracer(random_.chance(2) ? &traces_ : nullptr);
}

void SoakWorld::passTime() {
  clock_.advanceMs(static_cast<std::int64_t>(random_.below(2500)));
  const Stats stats = db_->stats();
  require(stats.operationsRunning == 0, "operations are said to run that have ended");
}

void SoakWorld::letGo() {
  require(traces_.size() <= 50, "the trace store holds more than it may");
  live_.clear();
  snapshots_.clear();
  keptRows_.clear();
  db_->setTracer(nullptr);
  traces_.clear();
  queries_.clear();
  script_ = {};
  loop_.runReady();
  clock_.advanceMs(1'000'000);
  const Stats stats = db_->stats();
  const std::int64_t ownCount = 3;  // watch_, thrower_ and hook_
  require(stats.entries == 0, std::to_string(stats.entries) + " cached selectors are left");
  require(stats.ranges == 0, std::to_string(stats.ranges) + " ranges are left");
  require(stats.operationsRunning == 0, std::to_string(stats.operationsRunning) + " operations are left");
  require(stats.subscriptions == ownCount, std::to_string(stats.subscriptions - ownCount) + " subscriptions are left");
  require(stats.coroutineFrames == 0, std::to_string(stats.coroutineFrames) + " coroutine frames are left");
}

void SoakWorld::removeAllRows() {
  script_.clear();
  for (std::size_t table = 0; table < tables_.size(); ++table) {
    ScriptStep step;
    step.kind = ScriptStep::Kind::remove;
    step.table = table;
    for (const auto& [id, row] : model_[table]) step.ids.push_back(id);
    script_.push_back(std::move(step));
  }
  dispatchScript();
  if (rowsCount() > 0) removeAllRows();  // the storage failed: again
  script_ = {};
}

std::size_t SoakWorld::rowsCount() const {
  std::size_t count = 0;
  for (const NaiveRows& rows : model_) count += rows.size();
  return count;
}

std::vector<std::size_t> SoakWorld::entriesCounts() const {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const std::vector<std::size_t> counts = tables_[i].entriesCounts(model_[i]);
    all.insert(all.end(), counts.begin(), counts.end());
  }
  return all;
}

}  // namespace hyperdb::soak
