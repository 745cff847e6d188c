// StructShape: the members of one C++ struct as a table for compiled code.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hyperdb/detail/field_ops.hpp>

namespace hyperdb::detail {

struct FieldDesc {
  std::string_view name;  ///< lives as long as the program
  std::size_t offset;
  const FieldOps* ops;
  std::string_view jsonName;  ///< `,"name":`, of the shape's text
};

/// Immutable once made; shared by all threads.
struct StructShape {
  std::vector<FieldDesc> fields;
  std::string jsonNames;

  static constexpr std::size_t noField = static_cast<std::size_t>(-1);
  std::size_t find(std::string_view name) const noexcept;
};

Object shapeToObject(const StructShape& shape, const void* content);
/// Fills the struct from the object, moving its members. On failure the struct is unspecified.
bool shapeFromObject(const StructShape& shape, void* content, Object& object, Strictness strictness,
                     ValidationFailure& failure);
bool shapeEqual(const StructShape& shape, const void* a, const void* b) noexcept;
bool shapeCheck(const StructShape& shape, const void* content, Strictness strictness, ValidationFailure& failure);
Validator shapeValidator(const StructShape& shape);
/// Returns the validator of a struct that may contain itself through `self`, which is resolved later. `building` is a
/// flag of the type's own.
Validator shapeValidator(const StructShape& shape, bool& building, Validator (*self)());
/// Fills the struct from a value as shapeFromObject does; fails if the value is not an object.
bool shapeFromValue(const StructShape& shape, void* content, Value& value, Strictness strictness,
                    ValidationFailure& failure);
bool shapeCheckNested(const StructShape& shape, const void* content, Strictness strictness, ValidationFailure& failure);

/// Appends the members in the order of the struct; absent ones are left out.
void shapeAppendJson(const StructShape& shape, const void* content, std::string& out);
/// Fills the struct from the object that is next in the text; unknown members are added to `unknown`, if that is not
/// null. Returns false as FieldOps::fromJson does.
bool shapeFromJson(const StructShape& shape, void* content, JsonScanner& in, Strictness strictness,
                   ValidationFailure& failure, std::vector<Object::Member>* unknown = nullptr);
bool shapeFromJsonNested(const StructShape& shape, void* content, JsonScanner& in, Strictness strictness,
                         ValidationFailure& failure);

/// Makes a shape. It is never destroyed: rows may outlive static objects.
const StructShape& makeShape(const void* object, const std::string_view* names, const FieldOps* const* ops,
                             const void* const* addresses, std::size_t count);

template <class T, class... Fields, std::size_t... I>
const StructShape& makeShapeOf(TypeList<Fields...>, std::index_sequence<I...>) {
  constexpr std::string_view names[] = {Reflection<T>::template name<I>..., ""};
  static constexpr const FieldOps* ops[] = {fieldOps<Fields>()..., nullptr};
  T object{};
  void* addresses[sizeof...(I) + 1] = {};
  Reflection<T>::addresses(object, addresses);
  return makeShape(&object, names, ops, addresses, sizeof...(I));
}

/// Returns the shape of T, made on first use.
template <class T>
const StructShape& shapeOf() {
  static const StructShape& shape =
      makeShapeOf<T>(typename Reflection<T>::Types{}, std::make_index_sequence<Reflection<T>::count>{});
  return shape;
}

/// The operations of a struct as a field of another one.
template <class T>
struct StructFunctions {
  static Validator validator() {
    static thread_local bool building = false;
    return shapeValidator(shapeOf<T>(), building, &StructFunctions::validator);
  }
  static bool appendKey(const void*, KeyWriter&) { return false; }
  static Value toValue(const void* field) { return Value(shapeToObject(shapeOf<T>(), field)); }
  static bool fromValue(void* field, Value& value, Strictness strictness, ValidationFailure& failure) {
    return shapeFromValue(shapeOf<T>(), field, value, strictness, failure);
  }
  static bool equal(const void* a, const void* b) noexcept { return shapeEqual(shapeOf<T>(), a, b); }
  static bool check(const void* field, Strictness strictness, ValidationFailure& failure) {
    return shapeCheckNested(shapeOf<T>(), field, strictness, failure);
  }
  static bool appendJson(const void* field, std::string& out) {
    shapeAppendJson(shapeOf<T>(), field, out);
    return true;
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure) {
    return shapeFromJsonNested(shapeOf<T>(), field, in, strictness, failure);
  }
};

}  // namespace hyperdb::detail
