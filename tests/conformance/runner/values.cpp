#include "values.hpp"

#include <utility>

#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

namespace hyperdb::conformance {

namespace {

[[noreturn]] void throwWrongKind(const char* expected, const Value& value) {
  throw BadScenario(std::string("expected ") + expected + ", found " + describe(value));
}

Object failureOf(std::string category, const char* message) {
  return Object{{"error", std::move(category)}, {"message", message}};
}

}  // namespace

TransactionFailed::TransactionFailed(Object failure, Array completedSteps)
    : std::runtime_error("an action failed"), result_(std::move(failure)) {
  result_.set("steps", std::move(completedSteps));
}

const Value& neededMember(const Object& description, std::string_view name) {
  if (const Value* value = description.find(name)) return *value;
  throw BadScenario("\"" + std::string(name) + "\" is missing in " + describe(description, 200));
}

std::string neededText(const Object& description, std::string_view name) {
  return asText(neededMember(description, name));
}

const Array& neededList(const Object& description, std::string_view name) {
  return asList(neededMember(description, name));
}

std::string textOr(const Object& description, std::string_view name, std::string_view fallback) {
  const Value* value = description.find(name);
  return value == nullptr ? std::string(fallback) : asText(*value);
}

bool flagOf(const Object& description, std::string_view name) {
  const Value* value = description.find(name);
  if (value == nullptr) return false;
  if (const bool* flag = value->get<bool>()) return *flag;
  throwWrongKind("true or false", *value);
}

const Object& asDescription(const Value& value) {
  if (const Object* object = value.get<Object>()) return *object;
  throwWrongKind("an object", value);
}

const Array& asList(const Value& value) {
  if (const Array* array = value.get<Array>()) return *array;
  throwWrongKind("an array", value);
}

std::string asText(const Value& value) {
  if (const std::string* text = value.get<std::string>()) return *text;
  throwWrongKind("a string", value);
}

Object success() { return Object{{"ok", true}}; }

Object failure(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const BadScenario&) {
    throw;
  } catch (const Error& thrown) {
    return failureOf(std::string(errorCodeName(thrown.code())), thrown.what());
  } catch (const ThrownOnPurpose& thrown) {
    return failureOf("nested_throw", thrown.what());
  } catch (const TransactionFailed& thrown) {
    return thrown.result();
  } catch (const std::exception& thrown) {
    return failureOf("internal", thrown.what());
  }
}

Array rowValues(const Rows<Object>& rows) {
  Array values;
  values.reserve(rows.size());
  for (const Object& row : rows) values.emplace_back(row);
  return values;
}

Object withRows(const Rows<Object>& rows) { return Object{{"rows", rowValues(rows)}}; }

Object withFirstRow(const Rows<Object>& rows) {
  return rows.empty() ? Object{{"none", true}} : Object{{"row", rows.front()}};
}

}  // namespace hyperdb::conformance
