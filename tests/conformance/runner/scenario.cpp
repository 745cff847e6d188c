#include "scenario.hpp"

#include <utility>

#include <hyperdb/error.hpp>

#include "values.hpp"

namespace hyperdb::conformance {

namespace {

SessionOptions withValidation(SessionOptions options, const Object& description) {
  options.runtimeRowsValidation = flagOf(description, "validate");
  return options;
}

}  // namespace

Scenario::Scenario(const Object& description, SessionOptions options)
    : description_(description), session_(withValidation(std::move(options), description)) {}

void Scenario::defineTables() {
  try {
    for (const Value& table : neededList(description_, "tables")) tables_.add(tableOf(table));
    session_.load(tables_.all());
    defined_ = success();
  } catch (...) {
    defined_ = failure(std::current_exception());
  }
}

Object Scenario::run() {
  defineTables();
  Array results;
  for (const Value& step : neededList(description_, "steps")) results.emplace_back(runStep(asDescription(step)));
  return Object{{"name", neededMember(description_, "name")}, {"steps", std::move(results)}};
}

Object Scenario::runStep(const Object& step) {
  Object result;
  try {
    result = perform(neededText(step, "do"), step);
  } catch (...) {
    result = failure(std::current_exception());
  }
  session_.settle();
  return result;
}

Object Scenario::perform(const std::string& name, const Object& step) {
  if (name == "define") return defined_;
  if (name == "scan") return scan(step);
  if (name == "tx") return Object{{"ok", true}, {"steps", session_.run(transactionCall(step))}};
  if (name == "expectWatch") return watches_.look(step);
  if (name == "expectOps") return subscribers_.look(step);
  if (name == "expectHook") return hooks_.look(step);
  if (isWrite(name)) {
    session_.run(writeCall(step));
  } else if (name == "watch") {
    watches_.add(step);
  } else if (name == "unwatch") {
    watches_.end(step);
  } else if (name == "subscribe") {
    subscribers_.add(step);
  } else if (name == "unsubscribe") {
    subscribers_.end(step);
  } else if (name == "hook") {
    hooks_.add(step);
  } else if (name == "unhook") {
    hooks_.end(step);
  } else if (name == "selectorWrite") {
    throw Error(ErrorCode::writeInSelector, "a selector that writes does not compile");
  } else {
    throw BadScenario("\"" + name + "\" is not a step");
  }
  return success();
}

Object Scenario::scan(const Object& step) {
  const Rows<Object> rows = session_.run(scanCall(step));
  return flagOf(step, "first") ? withFirstRow(rows) : withRows(rows);
}

}  // namespace hyperdb::conformance
