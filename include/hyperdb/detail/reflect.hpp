// Reflection of plain structs and enums without macros: the number, types and names of members.
//
// How: the number of members is the largest number of initialisers that the aggregate accepts; a name is read from the
// pretty name of a function template whose argument is a pointer to the member of an object that is declared and never
// defined (the pointer is wrapped in a class: clang before 18 rejects it bare). Enumerators are read from one pretty
// name of all candidate values together, which is far cheaper to compile than one per value. The ideas are those of
// Boost.PFR, magic_enum and glaze.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <hyperdb/detail/visit_fields.hpp>

namespace hyperdb {

/// The range of an enum's values that are scanned for names: specialise it for an enum with values outside. Every
/// value costs compile time; enumerators outside the range can't be stored.
template <class E>
struct EnumRange {
  static constexpr int first = 0;
  static constexpr int last = 63;
};

/// An enumerator and its stored name.
template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

/// Stored names of enumerators, for names that C++ does not allow. To specialise:
///
///     enum class Access { default_, private_, shared };
///     template <>
///     struct hyperdb::EnumNames<Access> {
///       static constexpr hyperdb::EnumName<Access> all[] = {{Access::default_, "default"},
///                                                           {Access::private_, "private"}};
///     };
///
/// Enumerators that are not listed keep their own names. Values stored before the specialisation keep the old name,
/// which is then refused (invalidRow).
template <class E>
struct EnumNames {};

namespace detail {

template <class... Ts>
struct TypeList {
  static constexpr std::size_t size = sizeof...(Ts);
};

/// Converts to any type: stands for an initialiser of unknown type.
struct AnyInitializer {
  template <class T>
  operator T() const noexcept;
};

template <class T>
struct AnyBaseOf {
  template <class Base>
    requires(std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>)
  operator Base() const noexcept;
};

template <std::size_t>
using AnyInitializerAt = AnyInitializer;

template <class T, std::size_t... I>
constexpr bool acceptsInitializers(std::index_sequence<I...>) {
  return requires { T{AnyInitializerAt<I>{}...}; };
}

template <class T, std::size_t N = 0>
constexpr std::size_t countFields() {
  if constexpr (N <= fieldsCountMax && acceptsInitializers<T>(std::make_index_sequence<N + 1>{})) {
    return countFields<T, N + 1>();
  } else {
    return N;
  }
}

#if defined(__cpp_aggregate_paren_init)
/// Parentheses, unlike braces, never take several initialisers for the elements of one member.
template <class T, std::size_t... I>
constexpr bool acceptsInitializersInParentheses(std::index_sequence<I...>) {
  return requires { T(AnyInitializerAt<I>{}...); };
}

/// Whether a member is a C array (of several elements). False on compilers that lack the means to tell.
template <class T>
constexpr bool hasArrayMember() {
  constexpr std::size_t count = countFields<T>();
  return count > 1 && count <= fieldsCountMax &&
         !acceptsInitializersInParentheses<T>(std::make_index_sequence<count>{});
}
#else
template <class T>
constexpr bool hasArrayMember() {
  return false;
}
#endif

/// A plain struct: what reflection can see. (A struct with more than `fieldsCountMax` members counts one more than
/// that.)
template <class T>
inline constexpr bool isPlainStruct = std::is_aggregate_v<T> && std::is_class_v<T> && !requires { T{AnyBaseOf<T>{}}; };

/// Returns the identifier that ends at `text[end - 1]`, skipping closing brackets and blanks.
constexpr std::string_view lastIdentifier(std::string_view text, std::size_t end) {
  while (end > 0 && (text[end - 1] == ')' || text[end - 1] == '}' || text[end - 1] == ']' || text[end - 1] == ' '))
    --end;
  std::size_t begin = end;
  while (begin > 0) {
    const char c = text[begin - 1];
    const bool isPart = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                        static_cast<unsigned char>(c) >= 0x80;
    if (!isPart) break;
    --begin;
  }
  return text.substr(begin, end - begin);
}

/// A pointer as a template argument.
template <class P>
struct Member {
  P pointer;
};
template <class P>
Member(P) -> Member<P>;

template <class T>
struct Holder {
  T row;
};

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

/// Never defined and never read: only the addresses of its members are named.
template <class T>
extern const Holder<T> example;

/// Returns `auto`: GCC ends the pretty name of a function whose signature has a typedef with what the typedef means.
template <auto Value>
consteval auto prettyName() {
  return __PRETTY_FUNCTION__;
}

template <auto Value>
consteval std::string_view nameOf() {
  constexpr std::string_view pretty = prettyName<Value>();
  return lastIdentifier(pretty, pretty.size());
}

template <std::size_t I, class P>
struct PointerLeaf {
  P pointer;
};

template <class Sequence, class... Ps>
struct Pointers;
template <std::size_t... I, class... Ps>
struct Pointers<std::index_sequence<I...>, Ps...> : PointerLeaf<I, Ps>... {};

template <std::size_t I, class P>
constexpr P pointerAt(const PointerLeaf<I, P>& leaf) {
  return leaf.pointer;
}

struct CollectPointers {
  template <class... Fields>
  constexpr auto operator()(const Fields&... fields) const {
    return Pointers<std::index_sequence_for<Fields...>, const Fields*...>{{&fields}...};
  }
};

template <class Sequence, class... Fields>
TypeList<Fields...> typesOf(const Pointers<Sequence, const Fields*...>&);

struct CollectAddresses {
  void** out;
  template <class... Fields>
  void operator()(Fields&... fields) const {
    std::size_t position = 0;
    ((out[position++] = static_cast<void*>(&fields)), ...);
  }
};

/// The library's description of the members of T. The primary template reflects plain structs; describe.hpp adds
/// specialisations. Names point into the program's read-only data.
template <class T>
struct Reflection {
  static constexpr std::size_t count = countFields<T>();
  /// A function, since GCC emits a variable, which refers to `example<T>`, when T is in an anonymous namespace.
  static consteval auto pointers() { return visitFields<count>(example<T>.row, CollectPointers{}); }
  using Types = decltype(typesOf(pointers()));

  template <std::size_t I>
  static constexpr std::string_view name = nameOf<Member{pointerAt<I>(pointers())}>();

  /// Writes the address of each member to `out[0]`, `out[1]`, ...
  static void addresses(T& object, void** out) { visitFields<count>(object, CollectAddresses{out}); }
};

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

/// A plain struct with more members than reflection can see.
template <class T>
constexpr bool isTooWide() {
  if constexpr (isPlainStruct<T>) {
    return countFields<T>() > fieldsCountMax;
  } else {
    return false;
  }
}

/// A plain struct whose members can't be told apart, because one is a C array.
template <class T>
constexpr bool isWithArray() {
  if constexpr (isPlainStruct<T>) {
    return hasArrayMember<T>();
  } else {
    return false;
  }
}

/// Types whose members the library can list: plain structs, and specialisations in describe.hpp.
template <class T>
struct IsReflected : std::bool_constant<isPlainStruct<T> && !isTooWide<T>() && !isWithArray<T>()> {};
template <class T, std::size_t N>
struct IsReflected<std::array<T, N>> : std::false_type {};

/// Returns "field" of `&Task::field`.
template <auto M>
inline constexpr std::string_view memberName = nameOf<M>();

template <class M>
struct MemberPointer;
template <class C, class F>
struct MemberPointer<F C::*> {
  using Class = C;
  using Field = F;
};
template <auto M>
using MemberClass = typename MemberPointer<std::remove_cv_t<decltype(M)>>::Class;
template <auto M>
using MemberField = typename MemberPointer<std::remove_cv_t<decltype(M)>>::Field;

// Enumerators.

template <auto... Values>
consteval auto prettyNames() {
  return __PRETTY_FUNCTION__;
}

/// Splits a pretty name that ends in "<a, b, c>]" (Clang) or "{a, b, c}]" (GCC): `names[i]` is empty for a value
/// without an enumerator.
template <std::size_t N>
constexpr std::array<std::string_view, N> splitPrettyNames(std::string_view pretty) {
  std::array<std::string_view, N> names{};
  std::size_t end = pretty.size() - 2;
  for (std::size_t i = N; i > 0; --i) {
    const std::string_view name = lastIdentifier(pretty, end);
    if (!name.empty() && !(name.front() >= '0' && name.front() <= '9')) names[i - 1] = name;
    int depth = 0;
    while (depth > 0 || (pretty[end - 1] != ',' && pretty[end - 1] != '<' && pretty[end - 1] != '{')) {
      const char c = pretty[end - 1];
      if (c == ')' || c == '>') ++depth;
      if (c == '(' || c == '<') --depth;
      --end;
    }
    --end;
  }
  return names;
}

/// Looks a name up in E, which instantiates it: a scoped enum inside a class template has no enumerators before that.
template <class E>
inline constexpr bool isLookedUp = requires { E::hyperdbNoSuchEnumerator; };

template <class E, int First, std::size_t... I>
constexpr auto scanEnumerators(std::index_sequence<I...>) {
  static_assert(!isLookedUp<E>);
  constexpr std::string_view pretty = prettyNames<static_cast<E>(First + static_cast<int>(I))...>();
  return splitPrettyNames<sizeof...(I)>(pretty);
}

struct Enumerator {
  std::string_view name;
  int value;
};

/// Applies the names of `EnumNames`. Returns whether all its values are enumerators, and no two enumerators have one
/// name.
template <class E, std::size_t N>
constexpr bool rename(std::array<Enumerator, N>& all, std::span<const EnumName<E>> names) {
  for (const EnumName<E>& given : names) {
    std::size_t i = 0;
    while (i < N && all[i].value != static_cast<long long>(given.value)) ++i;
    if (i == N || given.name.empty()) return false;
    all[i].name = given.name;
  }
  for (std::size_t i = 0; i < N; ++i) {
    for (std::size_t j = i + 1; j < N; ++j) {
      if (all[i].name == all[j].name) return false;
    }
  }
  return true;
}

/// Whether E's values can be scanned: an enum without a fixed underlying type has no values outside its enumerators.
template <class E>
inline constexpr bool hasFixedUnderlyingType = requires { E{0}; };

/// Returns the enumerators of E in EnumRange<E>, ascending.
template <class E>
struct Enumerators {
  using Underlying = std::underlying_type_t<E>;
  static constexpr int clampLow(long long value) {
    constexpr auto low = (std::numeric_limits<Underlying>::min)();
    return static_cast<int>(value < static_cast<long long>(low) ? static_cast<long long>(low) : value);
  }
  static constexpr int clampHigh(long long value) {
    constexpr auto high = (std::numeric_limits<Underlying>::max)();
    return static_cast<unsigned long long>(high) < static_cast<unsigned long long>(value) && value > 0
               ? static_cast<int>(high)
               : static_cast<int>(value);
  }
  static constexpr int first = clampLow(EnumRange<E>::first);
  static constexpr int last = clampHigh(EnumRange<E>::last);
  static_assert(first <= last, "hyperdb: EnumRange<E>::first must not be above EnumRange<E>::last");
  static constexpr auto candidates =
      scanEnumerators<E, first>(std::make_index_sequence<static_cast<std::size_t>(last - first + 1)>{});

  static constexpr std::size_t count = [] {
    std::size_t result = 0;
    for (std::string_view name : candidates) result += name.empty() ? 0 : 1;
    return result;
  }();
  static_assert(count > 0, "hyperdb: this enum has no enumerator in EnumRange<E> (0 to 63 unless you specialise it)");

  static constexpr std::array<Enumerator, count> reflected = [] {
    std::array<Enumerator, count> result{};
    std::size_t next = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (!candidates[i].empty()) result[next++] = {candidates[i], first + static_cast<int>(i)};
    }
    return result;
  }();
  static constexpr std::array<Enumerator, count> all = [] {
    std::array<Enumerator, count> result = reflected;
    if constexpr (requires { EnumNames<E>::all; }) {
      constexpr bool fits = [] {
        std::array<Enumerator, count> tried = reflected;
        return rename<E>(tried, EnumNames<E>::all);
      }();
      static_assert(fits,
                    "hyperdb: EnumNames<E> gives two enumerators one name, or names a value without an enumerator in "
                    "EnumRange<E>");
      rename<E>(result, EnumNames<E>::all);
    }
    return result;
  }();
};

}  // namespace detail
}  // namespace hyperdb
