// The error that a call throws, for tests that look at its code and words.
#pragma once

#include <optional>

#include <hyperdb/error.hpp>

namespace hyperdb::test {

template <class F>
std::optional<Error> thrown(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// What the call's error says, or "nothing was thrown".
template <class F>
std::string thrownText(F&& call) {
  std::optional<Error> error = thrown(call);
  return error ? error->what() : "nothing was thrown";
}

}  // namespace hyperdb::test
