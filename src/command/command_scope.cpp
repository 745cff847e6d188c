#include <hyperdb/detail/command_scope.hpp>

#include <string>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

void throwNestingTooDeep(const CommandScope* scope) {
  const std::string command = scope != nullptr && scope->def != nullptr ? scope->def->name : std::string();
  throw Error(ErrorCode::nestingTooDeep,
              "commands call each other more than " + std::to_string(commandDepthMax) + " levels deep",
              {{}, {}, {}, {}, command});
}

void throwNothingToRun(const CommandScope* scope) {
  const std::string command = scope != nullptr && scope->def != nullptr ? scope->def->name : std::string();
  throw Error(ErrorCode::invalidArgument, "a coroutine runs once; this one has been run or moved away",
              {{}, {}, {}, {}, command});
}

void leaveUnfinished(CommandScope& scope) noexcept {
  std::exception_ptr error;
  try {
    error = std::make_exception_ptr(Error(ErrorCode::cancelled, "the command was cancelled"));
  } catch (...) {
    error = std::current_exception();
  }
  scope.runner->leave(scope, error);
}

}  // namespace hyperdb::detail
