// Value: a dynamically typed row, argument or field.
//
// Thread safety: as std::string: different values may be used by different threads, one may be read by many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <hyperdb/bigint.hpp>

// Clang describes these classes to debuggers in every file that uses them, also without -fstandalone-debug.
#if __has_cpp_attribute(clang::standalone_debug)
#define HYPERDB_STANDALONE_DEBUG [[clang::standalone_debug]]
#else
#define HYPERDB_STANDALONE_DEBUG
#endif

namespace hyperdb {

class Value;
/// Values one after the other.
using Array = std::vector<Value>;

/// A sequence of bytes: a stored value of its own kind, never confused with a string.
struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

/// "Present without a value". Never stored: normalisation drops it or refuses it.
struct Undefined {
  friend bool operator==(Undefined, Undefined) noexcept { return true; }
};

/// The value null, which is stored; not the same as an absent member.
struct Null {
  friend bool operator==(Null, Null) noexcept { return true; }
};

/// Members by name, kept sorted by name (bytewise), so that equal objects are equal sequences. Lookup is O(log n);
/// adding a member at either end O(1) on average, in the middle O(n): `fromMembers` takes many in any order.
class HYPERDB_STANDALONE_DEBUG Object {
 public:
  struct Member;
  using const_iterator = const Member*;

  Object();
  Object(std::initializer_list<Member> members);  ///< of two members with one name the last one counts
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  /// Makes an object of all members at once; of two with one name the last one counts. O(n log n), O(n) when they are
  /// sorted.
  static Object fromMembers(std::vector<Member> members);

  std::size_t size() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  const_iterator begin() const noexcept;
  const_iterator end() const noexcept;

  /// Returns the member's value, or null if there is none. The pointer lives until the object changes.
  const Value* find(std::string_view name) const noexcept;
  Value* find(std::string_view name) noexcept;
  bool contains(std::string_view name) const noexcept { return find(name) != nullptr; }
  /// Returns the member's value; throws Error(invalidArgument) naming the member if there is none.
  const Value& at(std::string_view name) const;
  /// Adds the member or replaces its value.
  void set(std::string name, Value value);
  /// Returns the member's value, added as undefined if it was not there.
  Value& operator[](std::string_view name);
  /// Removes the member. Returns whether there was one.
  bool erase(std::string_view name);

  friend bool operator==(const Object& a, const Object& b) noexcept;

 private:
  Member& insertAt(std::size_t position, Member member);

  std::vector<Member> members_;
  std::size_t start_ = 0;  // of the members in `members_`: the space before it is for members added at the front
};

/// The kind of a Value's content.
enum class ValueKind : unsigned char { undefined, null, boolean, number, bigint, string, bytes, array, object };
/// Returns "string", "number", ... The text lives as long as the program.
std::string_view valueKindName(ValueKind kind) noexcept;

/// One value of any kind. Integers up to 32 bits and doubles make numbers; 64-bit integers make bigints. Values may be
/// nested to any depth, but only 500 levels can be stored and 512 written as JSON.
class HYPERDB_STANDALONE_DEBUG Value {
 public:
  Value() noexcept;  ///< undefined
  Value(Undefined) noexcept;
  Value(Null) noexcept;
  Value(std::nullptr_t) noexcept;
  Value(bool value) noexcept;
  Value(double value) noexcept;
  Value(std::int32_t value) noexcept;
  Value(std::uint32_t value) noexcept;
  Value(std::int64_t value) noexcept;
  Value(std::uint64_t value);
  Value(BigInt value) noexcept;
  Value(std::string value) noexcept;
  Value(std::string_view value);
  Value(const char* value);
  Value(Bytes value) noexcept;
  Value(Array value) noexcept;
  Value(Object value) noexcept;
  // Compiled once: a variant's copies and moves are expensive to compile in every file that includes this.
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  ValueKind kind() const noexcept { return static_cast<ValueKind>(storage_.index()); }
  bool isUndefined() const noexcept { return kind() == ValueKind::undefined; }
  bool isNull() const noexcept { return kind() == ValueKind::null; }

  /// Returns the content if the value is of that C++ type (bool, double, BigInt, std::string, Bytes, Array, Object),
  /// otherwise null.
  template <class T>
  const T* get() const noexcept {
    return std::get_if<T>(&storage_);
  }
  template <class T>
  T* get() noexcept {
    return std::get_if<T>(&storage_);
  }

  /// Returns the content. Throws Error(invalidArgument), naming the actual kind, when the value is of another kind.
  /// References live until the value changes.
  bool asBoolean() const;
  double asNumber() const;
  const BigInt& asBigInt() const;
  const std::string& asString() const;
  const Bytes& asBytes() const;
  const Array& asArray() const;
  const Object& asObject() const;

  /// Compares kind and content. Numbers compare as doubles except that NaN equals NaN and -0 differs from 0 (a stored
  /// value must be read back unchanged); `true` is not 1.
  friend bool operator==(const Value& a, const Value& b) noexcept;

 private:
  using Storage = std::variant<Undefined, Null, bool, double, BigInt, std::string, Bytes, Array, Object>;
  static Storage copyOf(const Value& other);
  static Value copyWithoutRecursion(const Value& other);

  Storage storage_;
};

/// A name and a value.
struct Object::Member {
  std::string name;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

/// Returns whether the text is well-formed UTF-8 (no overlong forms, no surrogates). O(n).
bool isValidUtf8(std::string_view text) noexcept;

/// Returns a short, human-readable form for messages: strings quoted and cut after `lengthMax` bytes.
std::string describe(const Value& value, std::size_t lengthMax = 60);

}  // namespace hyperdb

#undef HYPERDB_STANDALONE_DEBUG
