// structRowType<T>(): the RowType of a plain struct, or of a std::variant of structs (rows of several kinds in one
// table).
//
// Thread safety: immutable; any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <hyperdb/codec.hpp>
#include <hyperdb/detail/struct_shape.hpp>
#include <hyperdb/engine/row_type.hpp>
#include <hyperdb/row.hpp>

namespace hyperdb {
namespace detail {

/// What the compiled row type has to know about a C++ row type. A plain struct is a union of one.
struct RowAccess {
  using Fill = bool (*)(void* context, void* content);

  const StructShape* const* shapes = nullptr;
  std::size_t count = 0;
  std::size_t valueOffset = 0;  ///< from the header of a row to its content
  /// The active alternative and its number; null for a plain struct, whose content is at `valueOffset`.
  const void* (*active)(const void* value, std::size_t& alternative) noexcept = nullptr;
  /// Makes a new row of that alternative, filled by `fill(context, content)`; nothing when `fill` returns false.
  RowRef (*make)(const RowType& type, std::size_t alternative, Fill fill, void* context) = nullptr;
  void (*destroy)(const RowHeader& row) noexcept = nullptr;
};

/// Makes the row type. Throws Error(invalidDefinition) when a field has a name that can't be stored.
std::shared_ptr<const RowType> makeStructRowType(const RowAccess& access);

template <class T>
struct RowKinds {
  using Structs = TypeList<T>;
  static constexpr bool isUnion = false;
};
template <class... Ts>
struct RowKinds<std::variant<Ts...>> {
  using Structs = TypeList<Ts...>;
  static constexpr bool isUnion = true;
};

template <class T>
struct RowFunctions {
  using Kinds = RowKinds<T>;

  static const void* active(const void* value, std::size_t& alternative) noexcept {
    return activeAlternative(*static_cast<const T*>(value), alternative,
                             std::make_index_sequence<Kinds::Structs::size>{});
  }
  static RowRef make(const RowType& type, std::size_t alternative, RowAccess::Fill fill, void* context) {
    T value{};
    void* content = &value;
    if constexpr (Kinds::isUnion) {
      content = emplaceAlternative(value, alternative, std::make_index_sequence<Kinds::Structs::size>{});
    } else {
      static_cast<void>(alternative);
    }
    if (!fill(context, content)) return {};
    return RowRef(new RowBox<T>(type, std::move(value)));
  }
  static void destroy(const RowHeader& row) noexcept { delete static_cast<const RowBox<T>*>(&row); }

  template <class... Structs>
  static RowAccess access(TypeList<Structs...>) {
#if defined(__clang__) || defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#endif
    constexpr std::size_t valueOffset = offsetof(RowBox<T>, value);
#if defined(__clang__) || defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
    static const StructShape* const shapes[] = {&shapeOf<Structs>()...};
    RowAccess result;
    result.shapes = shapes;
    result.count = sizeof...(Structs);
    result.valueOffset = valueOffset;
    if constexpr (Kinds::isUnion) result.active = &active;
    result.make = &make;
    result.destroy = &destroy;
    return result;
  }
};

// The possible faults of a row type. One fault is reported at a time.
enum class RowFault : unsigned char { none, notAStruct, tooManyFields, arrayMember, notAValue, noId, fieldType };

struct NoField {};
/// A field in a message: in which struct, which one, of what type.
template <class Struct, auto Name, class Type>
struct Field {};
/// A name as a template argument, which compilers print as text.
template <std::size_t Size>
struct NameText {
  char text[Size + 1];
};
template <class T, std::size_t I>
consteval auto nameText() {
  constexpr std::string_view name = Reflection<T>::template name<I>;
  NameText<name.size()> result{};
  for (std::size_t i = 0; i < name.size(); ++i) result.text[i] = name[i];
  return result;
}

template <class T, std::size_t I, class First, class... Rest>
constexpr auto firstUnstorable(TypeList<First, Rest...>) {
  if constexpr (!isStorable<First, T>()) {
    return Field<T, nameText<T, I>(), First>{};
  } else if constexpr (sizeof...(Rest) == 0) {
    return NoField{};
  } else {
    return firstUnstorable<T, I + 1>(TypeList<Rest...>{});
  }
}

template <class T, class... Fields, std::size_t... I>
constexpr bool hasStringId(TypeList<Fields...>, std::index_sequence<I...>) {
  return ((std::is_same_v<Fields, std::string> && Reflection<T>::template name<I> == "id") || ...);
}

template <class T>
constexpr RowFault structFault() {
  if constexpr (!IsReflected<T>::value) {
    if (isTooWide<T>()) return RowFault::tooManyFields;
    return isWithArray<T>() ? RowFault::arrayMember : RowFault::notAStruct;
  } else if constexpr (!std::is_default_constructible_v<T> || !std::is_copy_constructible_v<T> ||
                       !std::is_move_constructible_v<T>) {
    return RowFault::notAValue;
  } else if constexpr (!hasStringId<T>(typename Reflection<T>::Types{},
                                       std::make_index_sequence<Reflection<T>::count>{})) {
    return RowFault::noId;
  } else if constexpr (!isStorable<T>()) {
    return RowFault::fieldType;
  } else {
    return RowFault::none;
  }
}

template <class... Structs>
constexpr RowFault firstFault(TypeList<Structs...>) {
  RowFault result = RowFault::none;
  for (const RowFault fault : {structFault<Structs>()...}) {
    if (result == RowFault::none) result = fault;
  }
  return result;
}

template <class Row>
constexpr RowFault rowFault() {
  return firstFault(typename RowKinds<Row>::Structs{});
}

template <class First, class... Rest>
constexpr auto firstBadField(TypeList<First, Rest...>) {
  if constexpr (structFault<First>() == RowFault::fieldType) {
    return firstUnstorable<First, 0>(typename Reflection<First>::Types{});
  } else if constexpr (sizeof...(Rest) > 0) {
    return firstBadField(TypeList<Rest...>{});
  } else {
    return NoField{};
  }
}

constexpr void refuseMember(NoField) {}
/// Does not compile. The compiler says for which struct, member and type: "refuseMember<Event, {"due"}, Clock *>".
template <class Struct, auto Name, class Type>
constexpr void refuseMember(Field<Struct, Name, Type>) {
  constexpr bool isStorable = sizeof(Struct) == 0;
  static_assert(isStorable,
                "hyperdb: this field's type can't be stored; use a storable type or specialise "
                "hyperdb::Codec for it");
}

template <class Row>
using BadField = decltype(firstBadField(typename RowKinds<Row>::Structs{}));

}  // namespace detail

/// Returns the RowType of T's rows: one object per T, made on first use and never destroyed. Members are columns by
/// their names; std::optional ones may be absent. Reading a row of a union from an object takes the first alternative
/// that fits exactly, otherwise the first that fits without the members that it does not have.
template <class T>
const std::shared_ptr<const RowType>& structRowType() {
  static const auto& type = *new std::shared_ptr<const RowType>(
      detail::makeStructRowType(detail::RowFunctions<T>::access(typename detail::RowKinds<T>::Structs{})));
  return type;
}

}  // namespace hyperdb
