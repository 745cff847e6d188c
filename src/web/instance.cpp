#include "web/instance.hpp"

#include <cmath>
#include <iterator>
#include <utility>

#include <hyperdb/error.hpp>
#include <hyperdb/memory_driver.hpp>

#include "web/host.hpp"

namespace hyperdb::detail {

namespace {

[[noreturn]] void throwNoHandle(const char* what) {
  throw Error(ErrorCode::closed, std::string("this ") + what + " is closed");
}

/// Options of a page, by name: one that is absent or undefined keeps the default, and one of another kind is an error.
const Value* optionOf(const Object& options, const char* name) {
  const Value* value = options.find(name);
  return value != nullptr && !value->isUndefined() ? value : nullptr;
}

std::int64_t millisecondsOf(double value) {
  constexpr double largest = 9007199254740991.0;  // the largest whole number that a page can write
  if (!(value >= 0 && value <= largest) || std::trunc(value) != value) {
    throw Error(ErrorCode::invalidArgument,
                "gcTimeMs: expected a whole number of milliseconds, at least 0, got " + describe(Value(value)));
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace

Instance::Instance() { defineWebModule(module_); }

Instance& Instance::get() {
  static Instance* instance = new Instance;  // never destroyed: a module ends with its page
  return *instance;
}

void Instance::describe() { rows_.value(module_.describe()); }

std::uint32_t Instance::open(const Value& options) {
  const Object& given = options.asObject();
  DBOptions dbOptions;
  dbOptions.executor = &executor_;
  dbOptions.argumentsValidation = true;
  if (const Value* isOn = optionOf(given, "runtimeRowsValidation")) dbOptions.runtimeRowsValidation = isOn->asBoolean();
  if (const Value* name = optionOf(given, "name")) dbOptions.name = name->asString();
  if (const Value* time = optionOf(given, "gcTimeMs")) dbOptions.gcTimeMs = millisecondsOf(time->asNumber());
  SubscribableDB db{DB{BptreeInmemDriver{}, dbOptions}};
  db.onCallbackError([](const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& thrown) {
      const std::string text = thrown.what();
      hyperdbWebReport(text.data(), static_cast<std::uint32_t>(text.size()));
    }
  });
  execSync(db.loadTables(module_.tables()));
  const std::uint32_t handle = ++lastHandle_;
  auto database = std::make_unique<Database>(std::move(db));
  database->commits = database->db.subscribe(
      [handle](const CommitEvent& event) { hyperdbWebCommitted(handle, static_cast<double>(event.revision)); });
  handles_.emplace(keyOf(HandleKind::database, handle), std::move(database));
  return handle;
}

void Instance::close(std::uint32_t database) {
  Handle* const found = find(HandleKind::database, database);
  if (found == nullptr) return;  // closing twice is no error
  for (auto each = handles_.lower_bound(keyOf(HandleKind::live, 0));
       each != handles_.end() && each->first < keyOf(HandleKind::ended, 0);) {
    each = static_cast<Live&>(*each->second).database == database ? handles_.erase(each) : std::next(each);
  }
  static_cast<Database*>(found)->commits.cancel();
  static_cast<Database*>(found)->db.close();
  handles_.erase(keyOf(HandleKind::database, database));
}

Instance::Handle* Instance::find(HandleKind kind, std::uint32_t number) {
  const auto found = handles_.find(keyOf(kind, number));
  return found != handles_.end() ? found->second.get() : nullptr;
}

Instance::Database& Instance::databaseOf(std::uint32_t handle) {
  Handle* const found = find(HandleKind::database, handle);
  if (found == nullptr) throwNoHandle("database");
  return static_cast<Database&>(*found);
}

Instance::Live& Instance::liveOf(std::uint32_t handle) {
  Handle* const found = find(HandleKind::live, handle);
  if (found == nullptr) throwNoHandle("live result");
  return static_cast<Live&>(*found);
}

const WebSelector& Instance::selectorAt(std::uint32_t number) const {
  if (number >= module_.selectors().size()) throw Error(ErrorCode::invalidArgument, "the module has no such selector");
  return *module_.selectors()[number];
}

const WebAction& Instance::actionAt(std::uint32_t number) const {
  if (number >= module_.actions().size()) throw Error(ErrorCode::invalidArgument, "the module has no such action");
  return *module_.actions()[number];
}

void Instance::runSelector(std::uint32_t database, std::uint32_t selector, Value arguments) {
  const WebSelector& command = selectorAt(selector);
  const ResultBoxPtr result = command.run(databaseOf(database).db, std::move(arguments));
  command.ops().write(rows_, *result);
}

void Instance::runAction(std::uint32_t database, std::uint32_t action, Value arguments) {
  const WebAction& command = actionAt(action);
  const ResultBoxPtr result = command.run(databaseOf(database).db, std::move(arguments));
  command.ops().write(rows_, *result);
}

WebSettle Instance::settleOf(std::uint32_t ticket, const WebCommand& command) {
  return [this, ticket, ops = &command.ops()](ResultBoxPtr result, std::exception_ptr error) {
    auto ended = std::make_unique<Ended>();
    ended->result = std::move(result);
    ended->error = std::move(error);
    ended->ops = ops;
    handles_[keyOf(HandleKind::ended, ticket)] = std::move(ended);
    hyperdbWebSettled(ticket);
  };
}

void Instance::startSelector(std::uint32_t database, std::uint32_t selector, Value arguments, std::uint32_t ticket) {
  const WebSelector& command = selectorAt(selector);
  command.start(databaseOf(database).db, std::move(arguments), settleOf(ticket, command));
}

void Instance::startAction(std::uint32_t database, std::uint32_t action, Value arguments, std::uint32_t ticket) {
  const WebAction& command = actionAt(action);
  command.start(databaseOf(database).db, std::move(arguments), settleOf(ticket, command));
}

void Instance::take(std::uint32_t ticket) {
  const auto found = handles_.find(keyOf(HandleKind::ended, ticket));
  if (found == handles_.end()) throw Error(ErrorCode::invalidArgument, "no call with this ticket has ended");
  const std::unique_ptr<Handle> taken = std::move(found->second);
  handles_.erase(found);
  const Ended& ended = static_cast<const Ended&>(*taken);
  if (ended.error) std::rethrow_exception(ended.error);
  ended.ops->write(rows_, *ended.result);
}

void Instance::writeStats(std::uint32_t database, bool releasesAll) {
  const SubscribableDB& db = databaseOf(database).db;
  if (releasesAll) sweep(true);
  const Stats stats = db.stats();
  const Counters counters = db.counters();
  const auto number = [](auto count) { return Value(static_cast<double>(count)); };
  rows_.value(Object{{"revision", number(stats.revision)},
                     {"entries", number(stats.entries)},
                     {"subscriptions", number(stats.subscriptions - 1)},  // without the one for commits

                     {"ranges", number(stats.ranges)},
                     {"operationsRunning", number(stats.operationsRunning)},
                     {"coroutineFrames", number(stats.coroutineFrames)},
                     {"rows", number(stats.rows)},
                     {"treeNodes", number(stats.treeNodes)},
                     {"slots", number(slots_.usedCount())},
                     {"lives", number(databaseOf(database).livesCount)},
                     {"counters", Object{{"commits", number(counters.commits)},
                                         {"scans", number(counters.scans)},
                                         {"rowsExamined", number(counters.rowsExamined)},
                                         {"rowsWritten", number(counters.rowsWritten)},
                                         {"selectorsRun", number(counters.selectorsRun)},
                                         {"selectorsRerun", number(counters.selectorsRerun)},
                                         {"selectorsLeftAlone", number(counters.selectorsLeftAlone)},
                                         {"rangesCompared", number(counters.rangesCompared)},
                                         {"notifications", number(counters.notifications)}}}});
}

void Instance::setReports(std::uint32_t database, bool enabled) { databaseOf(database).db.setCommitReports(enabled); }

void Instance::writeReport(std::uint32_t database) {
  const CommitReport& report = databaseOf(database).db.lastCommitReport();
  Array woken;
  for (const CommitReport::Woken& each : report.woken) {
    woken.push_back(Object{{"selector", each.selector},
                           {"call", each.call()},
                           {"reason", each.reason.toString()},
                           {"isRerun", each.isRerun}});
  }
  rows_.value(Object{{"revision", static_cast<double>(report.revision)},
                     {"woken", std::move(woken)},
                     {"leftAloneCount", static_cast<double>(report.leftAloneCount)},
                     {"rangesCompared", static_cast<double>(report.rangesCompared)}});
}

void Instance::writeError(const std::exception_ptr& error) {
  Object written;
  try {
    std::rethrow_exception(error);
  } catch (const Error& thrown) {
    written = {{"code", errorCodeName(thrown.code())}, {"message", thrown.what()}};
    const auto place = [&](const char* name, const std::string& text) {
      if (!text.empty()) written.set(name, text);
    };
    place("table", thrown.place().table);
    place("index", thrown.place().index);
    place("column", thrown.place().column);
    place("rowId", thrown.place().rowId);
    place("command", thrown.place().command);
  } catch (const std::bad_alloc&) {
    written = {{"code", "out_of_memory"}, {"message", "the module has no memory left"}};
  } catch (const std::exception& thrown) {
    written = {{"code", "exception"}, {"message", thrown.what()}};
  } catch (...) {
    written = {{"code", "exception"}, {"message", "a command threw something that is no std::exception"}};
  }
  rows_.value(std::move(written));
}

void Instance::sweep(bool all) {
  const std::vector<std::uint32_t>& freed = all ? slots_.sweepAll() : slots_.sweep();
  if (!freed.empty()) hyperdbWebFreed(freed.data(), static_cast<std::uint32_t>(freed.size()));
}

}  // namespace hyperdb::detail
