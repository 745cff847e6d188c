// The operations of Nullable<T>.
#pragma once

#include <hyperdb/detail/field_ops.hpp>
#include <hyperdb/nullable.hpp>

namespace hyperdb::detail {

// Appends null as JSON text.
bool appendJsonNull(std::string& out);
/// Consumes null if it is next. Returns whether it was.
bool takeJsonNull(JsonScanner& in);

template <class T>
struct NullableFunctions {
  static const Nullable<T>& at(const void* field) { return *static_cast<const Nullable<T>*>(field); }

  static Validator validator() { return v::union_(v::null(), fieldOps<T>()->validator()); }
  static bool appendKey(const void* field, KeyWriter& out) {
    if (at(field)) return fieldOps<T>()->appendKey(&*at(field), out);
    out.appendNull();
    return true;
  }
  static Value toValue(const void* field) { return at(field) ? fieldOps<T>()->toValue(&*at(field)) : Value(Null{}); }
  static bool fromValue(void* field, Value& value, Strictness strictness, ValidationFailure& failure) {
    auto& nullable = *static_cast<Nullable<T>*>(field);
    if (value.kind() == ValueKind::null) {
      nullable = nullptr;
      return true;
    }
    return fieldOps<T>()->fromValue(&nullable.emplace(), value, strictness, failure) ||
           failNullable(failure, &validator, value, strictness);
  }
  static bool equal(const void* a, const void* b) noexcept {
    const Nullable<T>& left = at(a);
    const Nullable<T>& right = at(b);
    if (left.isNull() || right.isNull()) return left.isNull() == right.isNull();
    return fieldOps<T>()->equal(&*left, &*right);
  }
  static bool check(const void* field, Strictness strictness, ValidationFailure& failure) {
    return at(field).isNull() || fieldOps<T>()->check(&*at(field), strictness, failure);
  }
  static bool appendJson(const void* field, std::string& out) {
    return at(field) ? fieldAppendJson(*fieldOps<T>(), &*at(field), out) : appendJsonNull(out);
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure) {
    auto& nullable = *static_cast<Nullable<T>*>(field);
    if (takeJsonNull(in)) {
      nullable = nullptr;
      return true;
    }
    return fieldFromJson(*fieldOps<T>(), &nullable.emplace(), in, strictness, failure);
  }
};

}  // namespace hyperdb::detail
