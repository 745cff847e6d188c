#include "schema/storable.hpp"

#include <algorithm>

#include <hyperdb/detail/field_ops.hpp>

namespace hyperdb::detail {

namespace {

bool isAscii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool checkLevel(int level, ValidationFailure& failure) {
  if (level <= storedLevelsMax) return true;
  return failWith(failure, "at most " + std::to_string(storedLevelsMax) + " levels of nesting", std::string("more"));
}

bool failNotUtf8(const std::string& text, ValidationFailure& failure) {
  return failWith(failure, "well-formed UTF-8", Value(text));
}

bool failNotFinite(double number, ValidationFailure& failure) {
  return failWith(failure, "a finite number", Value(number));
}

bool checkLeaf(const Value& value, ValidationFailure& failure) {
  if (const double* number = value.get<double>()) return checkFinite(*number, failure);
  if (const std::string* text = value.get<std::string>()) return checkText(*text, failure);
  return !value.isUndefined() || failKind(failure, ValidatorKind::any, value);
}

bool checkName(std::string_view name, ValidationFailure& failure) {
  if (!name.empty() && name.front() != '$' && isValidUtf8(name)) return true;
  return failWith(failure, "a key that is UTF-8, not empty and does not start with '$'",
                  "the key " + describe(Value(name)));
}

bool checkRecordKey(std::string_view key, ValidationFailure& failure) {
  if (!key.empty() && key.front() != '$' && isAscii(key)) return true;
  return checkName(key, failure) && failWith(failure, "a key of ASCII characters", "the key " + describe(Value(key)));
}

bool isIdentifier(std::string_view name) noexcept {
  auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto isInner = [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && isLetter(name.front()) && std::all_of(name.begin(), name.end(), isInner);
}

}  // namespace hyperdb::detail
