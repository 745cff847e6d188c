// Scenario: runs the steps of one scenario and says what happened.
#pragma once

#include <optional>
#include <string>

#include "hooks.hpp"
#include "session.hpp"
#include "subscribers.hpp"
#include "tables.hpp"
#include "watches.hpp"

namespace hyperdb::conformance {

class Scenario {
 public:
  /// `options.runtimeRowsValidation` is replaced by what the scenario says. Throws BadScenario.
  Scenario(const Object& description, SessionOptions options);

  /// {"name": ..., "steps": [results]}. Throws BadScenario when a step can't be understood.
  Object run();

 private:
  void defineTables();
  Object runStep(const Object& step);
  /// What a step that succeeds reports.
  Object perform(const std::string& name, const Object& step);
  Object scan(const Object& step);

  const Object& description_;
  TableBook tables_;
  TableBookInUse tablesInUse_{tables_};
  Session session_;
  Watches watches_{session_};
  Subscribers subscribers_{session_.db()};
  Hooks hooks_{session_.db(), tables_};
  Object defined_;  // the result of a `define` step
};

}  // namespace hyperdb::conformance
