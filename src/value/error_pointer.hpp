// Errors and their descriptions for code that must not throw.
#pragma once

#include <exception>
#include <string>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

/// Returns the error as a pointer; one to std::bad_alloc when there is no memory for it.
inline std::exception_ptr makeErrorPointer(ErrorCode code, const char* message) noexcept {
  try {
    return std::make_exception_ptr(Error(code, message));
  } catch (...) {
    return std::current_exception();
  }
}

/// Returns the exception's message.
inline std::string describeError(const std::exception_ptr& error) noexcept {
  try {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      return exception.what();
    } catch (...) {
      return "something that is not a std::exception";
    }
  } catch (...) {
    return "no memory";  // short enough to need no allocation
  }
}

}  // namespace hyperdb::detail
