#include <hyperdb/detail/failure.hpp>

#include "schema/storable.hpp"
#include "schema/validator_node.hpp"

namespace hyperdb {

std::string ValidationFailure::message() const {
  std::string out = path.empty() ? std::string() : path + ": ";
  return out + "expected " + expected + ", got " + actual;
}

namespace detail {

namespace {

bool prepend(std::string& path, std::string step) {
  if (!path.empty() && path.front() != '[') step += '.';
  path.insert(0, step);
  return false;
}

}  // namespace

bool failWith(ValidationFailure& failure, std::string expected, std::string actual) {
  failure.path.clear();
  failure.expected = std::move(expected);
  failure.actual = std::move(actual);
  return false;
}

bool failWith(ValidationFailure& failure, std::string expected, const Value& actual) {
  return failWith(failure, std::move(expected), actual.isUndefined() ? std::string("nothing") : describe(actual));
}

bool failKind(ValidationFailure& failure, ValidatorKind expected, const Value& actual) {
  return failWith(failure, describeKind(expected), actual);
}

bool failIn(ValidationFailure& failure, std::string_view member) {
  return prepend(failure.path, isIdentifier(member) ? std::string(member) : "[" + describe(Value(member)) + "]");
}

bool failAt(ValidationFailure& failure, std::size_t position) {
  return prepend(failure.path, "[" + std::to_string(position) + "]");
}

bool failUnknownMember(ValidationFailure& failure, std::string_view name, const Value& member) {
  failWith(failure, "no member of this name", describe(member));
  return failIn(failure, name);
}

}  // namespace detail

}  // namespace hyperdb
