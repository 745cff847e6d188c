// Validators: descriptions of what a value may be.
//
// A Validator is an immutable, cheap-to-copy handle (a shared pointer) and can be used from any thread.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hyperdb/value.hpp>

namespace hyperdb {

/// The kind of a validator; see the makers in `v`.
enum class ValidatorKind : unsigned char {
  string,
  number,
  bigint,
  boolean,
  null,
  bytes,
  literal,
  array,
  object,
  record,
  unionOf,
  optional,
  lazy,
  pass,
  any
};

/// How much `normalize` enforces.
enum class Strictness : unsigned char {
  /// Only what can't be stored is refused: missing required fields, NaN and infinities, undefined inside arrays and
  /// records, bad keys, invalid UTF-8. Unknown members of objects are dropped, other kinds are kept as they are.
  shape,
  /// The whole validator: also kinds, literals, unions, unknown members.
  full
};

/// Why a value did not fit: where, what was expected, what was found.
struct ValidationFailure {
  std::string path;      ///< `items[2].price`; empty for the value itself
  std::string expected;  ///< "a number"
  std::string actual;    ///< "\"abc\"" or "nothing"
  /// Returns "items[2].price: expected a number, got \"abc\"".
  std::string message() const;
};

/// A description of allowed values. A handle on an immutable object; copies are O(1). Made by the functions in `v`.
class Validator {
 public:
  struct Node;
  struct Field;

  ValidatorKind kind() const noexcept;

  /// Checks `value` and turns it into its stored form: members that are undefined are dropped where they are
  /// optional. Returns nothing on success; after a failure `value` is unspecified. O(size of the value).
  std::optional<ValidationFailure> normalize(Value& value, Strictness strictness = Strictness::full) const;
  /// Returns what is wrong with `value`, or nothing: a full `normalize` of a copy.
  std::optional<ValidationFailure> check(const Value& value) const;
  bool accepts(const Value& value) const { return !check(value); }

  /// Returns whether the field may be missing (an `optional`, through `lazy` too).
  bool isOptional() const;
  /// Returns whether every accepted value can be an index column.
  bool isIndexable() const;
  /// Returns "a string", "one of \"a\", \"b\"", ...
  std::string description() const;

  // The parts of composite validators; empty for the rest.
  const std::vector<Field>& fields() const;            ///< object
  const std::vector<Validator>& alternatives() const;  ///< union
  const Validator* element() const;                    ///< array, optional, record's value; lazy's target
  const Validator* keyValidator() const;               ///< record
  const Value* literalValue() const;                   ///< literal

  explicit Validator(std::shared_ptr<const Node> node) noexcept : node_(std::move(node)) {}

 private:
  std::shared_ptr<const Node> node_;
};

/// A member of an object validator.
struct Validator::Field {
  std::string name;
  Validator validator;
};

/// The makers, named as in HyperDB's documentation. All throw Error(invalidDefinition) for impossible validators: an
/// object field with an empty name, one that starts with '$' or stands twice; a union of nothing; a literal of an
/// array.
namespace v {

/// Members by name.
using Fields = std::vector<std::pair<std::string, Validator>>;

/// Accepts values of that kind; strings are UTF-8, numbers finite.
Validator string();
Validator number();
Validator bigint();
Validator boolean();
Validator null();
Validator bytes();
/// Accepts exactly this value: a string, number, bigint, boolean, null or bytes.
Validator literal(Value value);
/// Accepts arrays of what `element` accepts.
Validator array(Validator element);
/// Accepts objects with these members and no others; a member may be absent if its validator is an `optional`.
Validator object(Fields fields);
/// Accepts objects with any keys that `key` accepts and that are ASCII, not empty and do not start with '$'.
Validator record(Validator key, Validator value);
/// Accepts what one of the alternatives accepts; the first that does normalises the value.
Validator union_(std::vector<Validator> alternatives);
template <class... Validators>
Validator union_(Validator first, Validators... others) {
  return union_(std::vector<Validator>{std::move(first), std::move(others)...});
}
/// Accepts what `inner` accepts, and that the member is absent.
Validator optional(Validator inner);
/// Returns a validator made on first use: for recursive shapes. `make` must be a function that captures nothing.
Validator lazy(Validator (*make)());
/// Accepts any storable value and keeps it untouched (for values that were validated elsewhere).
Validator pass();
/// Accepts any storable value.
Validator any();

/// Returns the object with every field optional. Throws Error(invalidDefinition) when it is not an object.
Validator partial(const Validator& object);
/// Returns the object with these fields required; all of them when no names are given.
Validator required(const Validator& object, const std::vector<std::string>& names = {});
/// Returns the object with only these fields. Throws Error(invalidDefinition) for a name that it does not have.
Validator pick(const Validator& object, const std::vector<std::string>& names);
/// Returns the object without these fields. Throws as `pick`.
Validator omit(const Validator& object, const std::vector<std::string>& names);

}  // namespace v

}  // namespace hyperdb
