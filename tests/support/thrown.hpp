// The error that a call throws, for tests that look at its code and words.
#pragma once

#include <optional>
#include <string>

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

/// What the refusal of a definition says, or which other error came instead.
template <class F>
std::string refusal(F&& define) {
  std::optional<Error> error = thrown(define);
  if (!error) return "nothing was thrown";
  if (error->code() != ErrorCode::invalidDefinition) return "another error: " + std::string(error->what());
  return error->what();
}

}  // namespace hyperdb::test
