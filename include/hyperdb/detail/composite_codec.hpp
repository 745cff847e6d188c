// The operations of types made of other types: optional, vector, map, variant, enums, and types with a user-defined
// Codec.
#pragma once

#include <exception>
#include <new>

#include <hyperdb/detail/field_ops.hpp>
#include <hyperdb/detail/nullable_codec.hpp>
#include <hyperdb/detail/struct_shape.hpp>

namespace hyperdb::detail {

/// The table of operations made from a class with static functions.
template <class Functions>
inline constexpr FieldOps opsOf{&Functions::validator, &Functions::appendKey, &Functions::toValue,
                                &Functions::fromValue, &Functions::equal,     &Functions::check,
                                Functions::appendJson, Functions::fromJson};

template <class T>
struct OptionalFunctions {
  using Optional = std::optional<T>;
  static const Optional& at(const void* field) { return *static_cast<const Optional*>(field); }

  static Validator validator() { return v::optional(fieldOps<T>()->validator()); }
  static bool appendKey(const void* field, KeyWriter& out) {
    return at(field).has_value() && fieldOps<T>()->appendKey(&*at(field), out);
  }
  static Value toValue(const void* field) {
    return at(field).has_value() ? fieldOps<T>()->toValue(&*at(field)) : Value();
  }
  static bool fromValue(void* field, Value& value, Strictness strictness, ValidationFailure& failure) {
    auto& optional = *static_cast<Optional*>(field);
    if (value.isUndefined()) {
      optional.reset();
      return true;
    }
    return fieldOps<T>()->fromValue(&optional.emplace(), value, strictness, failure);
  }
  static bool equal(const void* a, const void* b) noexcept {
    const Optional& left = at(a);
    const Optional& right = at(b);
    if (left.has_value() != right.has_value()) return false;
    return !left.has_value() || fieldOps<T>()->equal(&*left, &*right);
  }
  static bool check(const void* field, Strictness strictness, ValidationFailure& failure) {
    return !at(field).has_value() || fieldOps<T>()->check(&*at(field), strictness, failure);
  }
  static bool appendJson(const void* field, std::string& out) {
    return at(field).has_value() && fieldAppendJson(*fieldOps<T>(), &*at(field), out);
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure) {
    auto& optional = *static_cast<Optional*>(field);
    return fieldFromJson(*fieldOps<T>(), &optional.emplace(), in, strictness, failure);
  }
};

// Arrays in JSON text, element by element. A failed read leaves the rest to the reader of whole values.
void appendJsonElement(const FieldOps& ops, const void* element, std::size_t position, std::string& out);
bool takeArrayStart(JsonScanner& in);
/// Returns whether there is an element after `position` of them. If not, `isClosed` says whether the array ends
/// there.
bool takeElementStart(JsonScanner& in, std::size_t position, bool& isClosed);

template <class Vector>
struct VectorFunctions {
  using T = typename Vector::value_type;
  static const Vector& at(const void* field) { return *static_cast<const Vector*>(field); }

  static Validator validator() { return v::array(fieldOps<T>()->validator()); }
  static bool appendKey(const void*, KeyWriter&) { return false; }
  static Value toValue(const void* field) {
    Array array;
    array.reserve(at(field).size());
    for (const T& element : at(field)) array.push_back(fieldOps<T>()->toValue(&element));
    return Value(std::move(array));
  }
  static bool fromValue(void* field, Value& value, Strictness strictness, ValidationFailure& failure) {
    auto& vector = *static_cast<Vector*>(field);
    vector.clear();
    Array* array = value.get<Array>();
    if (array == nullptr) return failKind(failure, ValidatorKind::array, value);
    const LevelScope level;
    if (level.isTooDeep(failure)) return false;
    vector.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
      T element{};
      if (!fieldOps<T>()->fromValue(&element, (*array)[i], strictness, failure)) return failAt(failure, i);
      vector.push_back(std::move(element));
    }
    return true;
  }
  static bool equal(const void* a, const void* b) noexcept {
    if (at(a).size() != at(b).size()) return false;
    for (std::size_t i = 0; i < at(a).size(); ++i) {
      const T& left = at(a)[i];  // a copy for vector<bool>
      const T& right = at(b)[i];
      if (!fieldOps<T>()->equal(&left, &right)) return false;
    }
    return true;
  }
  static bool check(const void* field, Strictness strictness, ValidationFailure& failure) {
    const LevelScope level;
    if (level.isTooDeep(failure)) return false;
    std::size_t position = 0;
    for (const T& element : at(field)) {
      if (!fieldOps<T>()->check(&element, strictness, failure)) return failAt(failure, position);
      ++position;
    }
    return true;
  }
  static bool appendJson(const void* field, std::string& out) {
    std::size_t position = 0;
    out += '[';
    for (const T& element : at(field)) appendJsonElement(*fieldOps<T>(), &element, position++, out);
    out += ']';
    return true;
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure) {
    auto& vector = *static_cast<Vector*>(field);
    vector.clear();
    const LevelScope level;
    if (level.isTooDeep(failure) || !takeArrayStart(in)) return false;
    bool isClosed = false;
    while (takeElementStart(in, vector.size(), isClosed)) {
      T element{};
      if (!fieldFromJson(*fieldOps<T>(), &element, in, strictness, failure)) return false;
      vector.push_back(std::move(element));
    }
    return isClosed;
  }
};

template <class Map>
struct MapFunctions : NoJson {
  using T = typename Map::mapped_type;
  static const Map& at(const void* field) { return *static_cast<const Map*>(field); }

  static Validator validator() { return v::record(v::string(), fieldOps<T>()->validator()); }
  static bool appendKey(const void*, KeyWriter&) { return false; }
  static Value toValue(const void* field) {
    Object object;
    for (const auto& entry : at(field)) object.set(entry.first, fieldOps<T>()->toValue(&entry.second));
    return Value(std::move(object));
  }
  static bool fromValue(void* field, Value& value, Strictness strictness, ValidationFailure& failure) {
    auto& map = *static_cast<Map*>(field);
    map.clear();
    const Object* object = value.get<Object>();
    if (object == nullptr) return failKind(failure, ValidatorKind::record, value);
    const LevelScope level;
    if (level.isTooDeep(failure)) return false;
    for (const Object::Member& member : *object) {
      if (!checkRecordKey(member.name, failure)) return false;
      Value content = member.value;
      if (!fieldOps<T>()->fromValue(&map[member.name], content, strictness, failure)) {
        return failIn(failure, member.name);
      }
    }
    return true;
  }
  static bool equal(const void* a, const void* b) noexcept {
    if (at(a).size() != at(b).size()) return false;
    for (auto i = at(a).begin(), j = at(b).begin(); i != at(a).end(); ++i, ++j) {
      if (i->first != j->first || !fieldOps<T>()->equal(&i->second, &j->second)) return false;
    }
    return true;
  }
  static bool check(const void* field, Strictness strictness, ValidationFailure& failure) {
    const LevelScope level;
    if (level.isTooDeep(failure)) return false;
    for (const auto& entry : at(field)) {
      if (!checkRecordKey(entry.first, failure)) return false;
      if (!fieldOps<T>()->check(&entry.second, strictness, failure)) return failIn(failure, entry.first);
    }
    return true;
  }
};

/// Alternatives by number: compiled once for all variants.
struct VariantAccess {
  const FieldOps* const* ops;
  std::size_t count;
  const void* (*active)(const void* variant,
                        std::size_t& index) noexcept;  ///< null when it has no value
  void* (*emplace)(void* variant, std::size_t index);
};
Validator variantValidator(const VariantAccess& access);
bool variantFromValue(const VariantAccess& access, void* field, Value& value, Strictness strictness,
                      ValidationFailure& failure);
bool variantEqual(const VariantAccess& access, const void* a, const void* b) noexcept;
bool variantCheck(const VariantAccess& access, const void* field, Strictness strictness, ValidationFailure& failure);

/// Returns the active alternative, and its number.
template <class Variant, std::size_t... I>
const void* activeAlternative(const Variant& variant, std::size_t& index, std::index_sequence<I...>) noexcept {
  index = variant.index();
  const void* result = nullptr;
  ((index == I ? static_cast<void>(result = std::get_if<I>(&variant)) : static_cast<void>(0)), ...);
  return result;
}
template <class Variant, std::size_t... I>
void* emplaceAlternative(Variant& variant, std::size_t index, std::index_sequence<I...>) {
  void* result = nullptr;
  ((index == I ? static_cast<void>(result = &variant.template emplace<I>()) : static_cast<void>(0)), ...);
  return result;
}

template <class... Ts>
struct VariantFunctions : NoJson {
  using Variant = std::variant<Ts...>;
  using Sequence = std::index_sequence_for<Ts...>;
  static const void* active(const void* field, std::size_t& index) noexcept {
    return activeAlternative(*static_cast<const Variant*>(field), index, Sequence{});
  }
  static void* emplace(void* field, std::size_t index) {
    return emplaceAlternative(*static_cast<Variant*>(field), index, Sequence{});
  }
  static constexpr const FieldOps* alternatives[] = {fieldOps<Ts>()...};
  static constexpr VariantAccess access{alternatives, sizeof...(Ts), &active, &emplace};

  static Validator validator() { return variantValidator(access); }
  static bool appendKey(const void* field, KeyWriter& out) {
    std::size_t index = 0;
    const void* content = active(field, index);
    return content != nullptr && alternatives[index]->appendKey(content, out);
  }
  static Value toValue(const void* field) {
    std::size_t index = 0;
    const void* content = active(field, index);
    return content == nullptr ? Value() : alternatives[index]->toValue(content);
  }
  static bool fromValue(void* field, Value& value, Strictness strictness, ValidationFailure& failure) {
    return variantFromValue(access, field, value, strictness, failure);
  }
  static bool equal(const void* a, const void* b) noexcept { return variantEqual(access, a, b); }
  static bool check(const void* field, Strictness strictness, ValidationFailure& failure) {
    return variantCheck(access, field, strictness, failure);
  }
};

struct EnumeratorList {
  const Enumerator* list;
  std::size_t count;
};
Validator enumValidator(EnumeratorList names);
/// Returns the enumerator of a value; null for a value without a name.
const Enumerator* findEnumerator(EnumeratorList names, long long value) noexcept;
const Enumerator* enumeratorFromValue(EnumeratorList names, const Value& value, ValidationFailure& failure);
bool enumCheck(EnumeratorList names, long long value, ValidationFailure& failure);
bool enumAppendKey(EnumeratorList names, long long value, KeyWriter& out);
Value enumToValue(EnumeratorList names, long long value);
bool enumAppendJson(EnumeratorList names, long long value, std::string& out);
/// Reads the name of an enumerator; null for any other value.
const Enumerator* enumeratorFromJson(EnumeratorList names, JsonScanner& in);

template <class E>
struct EnumFunctions {
  static constexpr EnumeratorList names{Enumerators<E>::all.data(), Enumerators<E>::count};
  static E at(const void* field) { return *static_cast<const E*>(field); }
  static long long number(const void* field) { return static_cast<long long>(at(field)); }

  static Validator validator() { return enumValidator(names); }
  static bool appendKey(const void* field, KeyWriter& out) { return enumAppendKey(names, number(field), out); }
  static Value toValue(const void* field) { return enumToValue(names, number(field)); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    const Enumerator* found = enumeratorFromValue(names, value, failure);
    if (found != nullptr) *static_cast<E*>(field) = static_cast<E>(found->value);
    return found != nullptr;
  }
  static bool equal(const void* a, const void* b) noexcept { return at(a) == at(b); }
  static bool check(const void* field, Strictness, ValidationFailure& failure) {
    return enumCheck(names, number(field), failure);
  }
  static bool appendJson(const void* field, std::string& out) { return enumAppendJson(names, number(field), out); }
  static bool fromJson(void* field, JsonScanner& in, Strictness, ValidationFailure&) {
    const Enumerator* found = enumeratorFromJson(names, in);
    if (found != nullptr) *static_cast<E*>(field) = static_cast<E>(found->value);
    return found != nullptr;
  }
};

template <class T>
struct UserFunctions : NoJson {
  using Stored = typename Codec<T>::Stored;
  static const T& at(const void* field) { return *static_cast<const T*>(field); }

  static Validator validator() { return fieldOps<Stored>()->validator(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    const Stored stored = Codec<T>::toStored(at(field));
    return fieldOps<Stored>()->appendKey(&stored, out);
  }
  static Value toValue(const void* field) {
    const Stored stored = Codec<T>::toStored(at(field));
    return fieldOps<Stored>()->toValue(&stored);
  }
  static bool fromValue(void* field, Value& value, Strictness strictness, ValidationFailure& failure) {
    Stored stored{};
    const Value before = value;  // for the message: reading may move the value away
    if (!fieldOps<Stored>()->fromValue(&stored, value, strictness, failure)) return false;
    try {
      *static_cast<T*>(field) = Codec<T>::fromStored(std::move(stored));
      return true;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      return failWith(failure, error.what(), before);
    }
  }
  static bool equal(const void* a, const void* b) noexcept { return at(a) == at(b); }
  static bool check(const void* field, Strictness strictness, ValidationFailure& failure) {
    const Stored stored = Codec<T>::toStored(at(field));
    return fieldOps<Stored>()->check(&stored, strictness, failure);
  }
};

template <class T>
struct CompositeOps;
template <class T>
struct CompositeOps<std::optional<T>> : OptionalFunctions<T> {};
template <class T>
struct CompositeOps<Nullable<T>> : NullableFunctions<T> {};
template <class T, class Allocator>
struct CompositeOps<std::vector<T, Allocator>> : VectorFunctions<std::vector<T, Allocator>> {};
template <class T, class Less, class Allocator>
struct CompositeOps<std::map<std::string, T, Less, Allocator>>
    : MapFunctions<std::map<std::string, T, Less, Allocator>> {};
template <class... Ts>
struct CompositeOps<std::variant<Ts...>> : VariantFunctions<Ts...> {};

template <class T>
constexpr const FieldOps* fieldOps() {
  if constexpr (UserCodec<T>) {
    return &opsOf<UserFunctions<T>>;
  } else if constexpr (CommonType<T>) {
    return &CommonOps<T>::ops;
  } else if constexpr (std::is_enum_v<T>) {
    return &opsOf<EnumFunctions<T>>;
  } else if constexpr (ShapeOf<T>::shape != Shape::leaf) {
    return &opsOf<CompositeOps<T>>;
  } else {
    return &opsOf<StructFunctions<T>>;
  }
}

}  // namespace hyperdb::detail
