// Rows as JSON text for tests: a struct with every kind of field, and both ways to read a text side by side.
#pragma once

#include <stdexcept>
#include <string>

#include <hyperdb/detail/struct_row_type.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

namespace hyperdb::test {

enum class Kind { plain, fancy, other = 9 };

/// Has a Codec: stored as text, and not every text is one.
struct Year {
  int number = 0;
  friend bool operator==(const Year&, const Year&) = default;
};

struct Part {
  std::string name;
  std::optional<int> count;
  std::vector<Part> parts;
};

/// A field of every kind; the id is not the first one.
struct Everything {
  double number = 0;
  std::string id;
  std::string text;
  bool flag = false;
  float small = 0;
  std::int8_t tiny = 0;
  std::uint32_t word = 0;
  SafeInteger safe;
  std::int64_t wide = 0;
  std::uint64_t natural = 0;
  BigInt big;
  Bytes bytes;
  std::vector<std::uint8_t> octets;
  Null null;
  Value any = nullptr;
  Kind kind = Kind::plain;
  Year year;
  Part part;
  std::optional<std::string> note = "none";
  std::optional<std::int64_t> maybeWide;
  std::optional<Kind> maybeKind;
  std::optional<Part> maybePart;
  std::optional<Value> maybeAny;
  std::optional<std::vector<Year>> maybeYears;
  std::vector<std::string> tags;
  std::vector<bool> bits;
  std::map<std::string, std::vector<Kind>> kinds;
  std::variant<Null, double, std::string, Part> choice;
};

/// What comes of reading the text, all of it: the row as JSON, the failure, or the error.
template <class Read>
std::string outcomeOf(Read read) {
  ValidationFailure failure;
  try {
    const RowRef row = read(failure);
    if (row) return "row " + toJson(Value(row->type().toObject(*row)));
    return "failure at <" + failure.path + "> expected <" + failure.expected + "> got <" + failure.actual + ">";
  } catch (const Error& error) {
    return "error " + std::to_string(static_cast<int>(error.code())) + " " + error.what();
  }
}

inline std::string directOutcome(const RowType& type, std::string_view text, Strictness strictness) {
  return outcomeOf([&](ValidationFailure& failure) { return type.fromJson(text, strictness, failure); });
}

/// The same through a Value.
inline std::string objectOutcome(const RowType& type, std::string_view text, Strictness strictness) {
  return outcomeOf([&](ValidationFailure& failure) {
    Value value = parseJson(text);
    if (auto* object = value.get<Object>()) return type.fromObject(std::move(*object), strictness, failure);
    failure = *v::object({}).check(value);
    return RowRef();
  });
}

}  // namespace hyperdb::test

template <>
struct hyperdb::Codec<hyperdb::test::Year> {
  using Stored = std::string;
  static Stored toStored(const hyperdb::test::Year& year) { return std::to_string(year.number); }
  static hyperdb::test::Year fromStored(const Stored& text) {
    int number = 0;
    for (const char c : text) {
      if (c < '0' || c > '9' || number > 10000) throw std::invalid_argument("a year");
      number = number * 10 + (c - '0');
    }
    return {number};
  }
};
