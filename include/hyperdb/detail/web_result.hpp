// What a command of a web module may return, how it is passed to the page, and what TypeScript calls it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <hyperdb/by_id.hpp>
#include <hyperdb/codec.hpp>
#include <hyperdb/detail/command_call.hpp>
#include <hyperdb/detail/reflect.hpp>
#include <hyperdb/rows.hpp>

namespace hyperdb::detail {

/// Writes a result as bytes that the page reads. Rows that the page has seen are written as their slots.
class WebWriter {
 public:
  virtual void value(const Value& value) = 0;
  /// Writes a row, or undefined for an empty reference.
  virtual void row(const RowRef& row) = 0;
  virtual void rows(const RowSequence& rows) = 0;
  /// Begins an array of `size` items, which follow.
  virtual void beginArray(std::size_t size) = 0;

 protected:
  ~WebWriter() = default;
};

/// The compiler's name of a function that has T in it.
template <class T>
consteval auto prettyNameWithType() {
  return __PRETTY_FUNCTION__;
}

/// Returns the name of a row type, without namespaces; "" for rows that are Objects.
template <class T>
std::string webRowName() {
  if constexpr (std::is_same_v<T, Object>) {
    return {};
  } else {
    constexpr std::string_view pretty = prettyNameWithType<T>();
    return std::string(lastIdentifier(pretty, pretty.size()));
  }
}

/// Returns the description of rows of this type: their name, and the validator's description when they have one.
Value describeWebRow(std::string name, const Validator* validator);
/// Returns the description of the values that the validator accepts.
Value describeWebType(const Validator& validator);
/// Returns {kind, of}.
Value describeWebPart(const char* kind, Value of);

template <class T>
Value describeWebRowOf() {
  if constexpr (std::is_same_v<T, Object>) {
    return describeWebRow({}, nullptr);
  } else {
    const Validator validator = validatorOf<T>();
    return describeWebRow(webRowName<T>(), &validator);
  }
}

/// How a result of type T is written and described. The general case: a value.
template <class T>
struct WebResult {
  static constexpr bool isStored = isStorable<T>();
  static_assert(isStored,
                "hyperdb: a web module can't pass this result to a page: return a storable type, Rows<T>, RowPtr<T>, "
                "RowsById<T>, or a vector or optional of these");
  static void write(WebWriter& out, const T& result) { out.value(toValue(result)); }
  static Value describe() { return describeWebType(validatorOf<T>()); }
};

template <class Row>
struct WebResult<Rows<Row>> {
  static void write(WebWriter& out, const Rows<Row>& result) { out.rows(result.sequence()); }
  static Value describe() { return describeWebPart("rows", describeWebRowOf<Row>()); }
};

template <class Row>
struct WebResult<RowPtr<Row>> {
  static void write(WebWriter& out, const RowPtr<Row>& result) { out.row(result.ref()); }
  static Value describe() { return describeWebPart("maybe", describeWebRowOf<Row>()); }
};

template <class T>
inline constexpr bool isWebPart = false;
template <class Row>
inline constexpr bool isWebPart<Rows<Row>> = true;
template <class Row>
inline constexpr bool isWebPart<RowPtr<Row>> = true;
template <class Row>
inline constexpr bool isWebPart<RowsById<Row>> = true;
template <class T>
inline constexpr bool isWebPart<std::vector<T>> = isWebPart<T>;
template <class T>
inline constexpr bool isWebPart<std::optional<T>> = isWebPart<T>;

template <class Row>
struct WebResult<RowsById<Row>> {
  static void write(WebWriter& out, const RowsById<Row>& result) {
    out.beginArray(result.size());
    for (const RowPtr<Row>& row : result) out.row(row.ref());
  }
  static Value describe() { return describeWebPart("array", WebResult<RowPtr<Row>>::describe()); }
};

template <class T>
  requires isWebPart<T>
struct WebResult<std::vector<T>> {
  static void write(WebWriter& out, const std::vector<T>& result) {
    out.beginArray(result.size());
    for (const T& each : result) WebResult<T>::write(out, each);
  }
  static Value describe() { return describeWebPart("array", WebResult<T>::describe()); }
};

template <class T>
  requires isWebPart<T>
struct WebResult<std::optional<T>> {
  static void write(WebWriter& out, const std::optional<T>& result) {
    if (result) return WebResult<T>::write(out, *result);
    out.value(Value());
  }
  static Value describe() { return describeWebPart("maybe", WebResult<T>::describe()); }
};

/// The functions for one type of result, type-erased.
struct WebResultOps {
  void (*write)(WebWriter& out, const ResultBox& box);
  /// Returns the rows of a result that is one list of rows; null for other results.
  const RowSequence* (*rows)(const ResultBox& box);
  Value (*describe)();
};

template <class T>
struct WebResultFunctions {
  static void write(WebWriter& out, const ResultBox& box) {
    WebResult<T>::write(out, static_cast<const TypedResultBox<T>&>(box).value);
  }
  static const RowSequence* rows([[maybe_unused]] const ResultBox& box) {
    if constexpr (requires(const T& result) { result.sequence(); }) {
      return &static_cast<const TypedResultBox<T>&>(box).value.sequence();
    } else {
      return nullptr;
    }
  }
  static constexpr WebResultOps ops{&write, &rows, &WebResult<T>::describe};
};

}  // namespace hyperdb::detail
