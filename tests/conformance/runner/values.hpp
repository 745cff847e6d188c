// What scenario files and results are made of: members of steps, results of steps, categories of errors.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <hyperdb/rows.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb::conformance {

/// A file that is not a scenario file: the fault of its author, not of the database.
class BadScenario : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What actions, hooks and subscribers of a scenario throw on purpose.
class ThrownOnPurpose : public std::runtime_error {
 public:
  ThrownOnPurpose() : std::runtime_error("thrown on purpose") {}
};

/// An action that failed, with the results of its steps up to there.
class TransactionFailed : public std::runtime_error {
 public:
  TransactionFailed(Object failure, Array completedSteps);
  const Object& result() const noexcept { return result_; }

 private:
  Object result_;
};

// Members of a description. Those with `needed` in their names throw BadScenario when there is none, all of them when
// it is of another kind.

const Value& neededMember(const Object& description, std::string_view name);
std::string neededText(const Object& description, std::string_view name);
const Array& neededList(const Object& description, std::string_view name);
std::string textOr(const Object& description, std::string_view name, std::string_view fallback);
bool flagOf(const Object& description, std::string_view name);
const Object& asDescription(const Value& value);
const Array& asList(const Value& value);
std::string asText(const Value& value);

// Results of steps.

Object success();
/// What a step reports that threw this. Rethrows a BadScenario.
Object failure(const std::exception_ptr& error);
Object withRows(const Rows<Object>& rows);
/// The first row, or that there is none.
Object withFirstRow(const Rows<Object>& rows);
Array rowValues(const Rows<Object>& rows);

}  // namespace hyperdb::conformance
