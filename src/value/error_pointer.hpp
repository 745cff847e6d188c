// Errors made where nothing may be thrown.
#pragma once

#include <exception>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

/// The error as a pointer; one to std::bad_alloc when there is no memory for it.
inline std::exception_ptr makeErrorPointer(ErrorCode code, const char* message) noexcept {
  try {
    return std::make_exception_ptr(Error(code, message));
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace hyperdb::detail
