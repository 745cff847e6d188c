// The error that a call throws, for tests that look at its code and words.
#pragma once

#include <optional>
#include <string>
#include <utility>

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

/// The code of the error that a call throws; nothing if it throws none.
template <class F>
std::optional<ErrorCode> codeOf(F&& call) {
  const std::optional<Error> error = thrown(std::forward<F>(call));
  if (!error) return std::nullopt;
  return error->code();
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
