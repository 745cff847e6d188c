// How GoogleTest shows values and failures.
#pragma once

#include <ostream>

#include <hyperdb/json.hpp>
#include <hyperdb/validator.hpp>

namespace hyperdb {

inline void PrintTo(const Value& value, std::ostream* out) { *out << toJson(value); }
inline void PrintTo(const Object& object, std::ostream* out) { *out << toJson(object); }
inline void PrintTo(const ValidationFailure& failure, std::ostream* out) { *out << failure.message(); }

}  // namespace hyperdb
