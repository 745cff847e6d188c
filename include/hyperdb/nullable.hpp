// Nullable<T>: a T, or null. Not the same as std::optional<T>, which means that a field may be absent.
//
//   Nullable<std::string> parentId;            // null; the field is always there
//   task.parentId = "t1";
//   if (task.parentId) use(*task.parentId);
//   selectFrom(tasksTable, byParent).where(eq<&Task::parentId>(nullptr))
//
// A row whose column is null is in the index; one whose column is absent is not. std::optional<Nullable<T>> has all
// three states. A value; as thread-safe as T.
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace hyperdb {

/// Null, or a T. Constructed and assigned from `nullptr` and anything that makes a T; read like a std::optional.
/// Stored as null or as a T is. T itself is never null: no Null, Value, Nullable or variant of those.
template <class T>
class Nullable {
 public:
  using value_type = T;

  constexpr Nullable() noexcept = default;        ///< null
  constexpr Nullable(std::nullptr_t) noexcept {}  // NOLINT: null is one
  template <class U = T>
    requires(!std::is_same_v<std::remove_cvref_t<U>, Nullable> && !std::is_null_pointer_v<std::remove_cvref_t<U>> &&
             std::is_convertible_v<U &&, T>)
  constexpr Nullable(U&& content) : content_(std::in_place, std::forward<U>(content)) {}  // NOLINT: a T is one

  constexpr bool isNull() const noexcept { return !content_.has_value(); }
  constexpr explicit operator bool() const noexcept { return content_.has_value(); }
  /// Returns the content. REQUIRES: not null.
  constexpr const T& operator*() const noexcept { return *content_; }
  constexpr T& operator*() noexcept { return *content_; }
  constexpr const T* operator->() const noexcept { return &*content_; }
  constexpr T* operator->() noexcept { return &*content_; }
  /// Returns the content, or `fallback` for null.
  template <class U>
  constexpr T valueOr(U&& fallback) const {
    return content_ ? *content_ : static_cast<T>(std::forward<U>(fallback));
  }
  /// Constructs a T in place, replacing the old content.
  template <class... Args>
  T& emplace(Args&&... args) {
    return content_.emplace(std::forward<Args>(args)...);
  }

  friend constexpr bool operator==(const Nullable& a, const Nullable& b) { return a.content_ == b.content_; }
  friend constexpr bool operator==(const Nullable& a, std::nullptr_t) noexcept { return a.isNull(); }
  template <class U>
    requires(!std::is_same_v<U, Nullable> && !std::is_null_pointer_v<U> && std::is_convertible_v<const U&, T>)
  friend constexpr bool operator==(const Nullable& a, const U& b) {
    return a.content_.has_value() && *a.content_ == b;
  }

 private:
  std::optional<T> content_;
};

}  // namespace hyperdb
