#include <hyperdb/definition.hpp>

#include <algorithm>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

std::shared_ptr<const CommandDef> makeCommandDef(std::string name, std::vector<std::string> argumentNames,
                                                 CommandKind kind, SelectorOptions options,
                                                 std::size_t parametersCount) {
  const ErrorPlace place{{}, {}, {}, {}, name};
  if (name.empty()) throw Error(ErrorCode::invalidDefinition, "a selector or action needs a name", place);
  if (argumentNames.size() != parametersCount) {
    throw Error(ErrorCode::invalidDefinition,
                "the handler takes " + std::to_string(parametersCount) + " parameters, but " +
                    std::to_string(argumentNames.size()) + " are named",
                place);
  }
  for (auto each = argumentNames.begin(); each != argumentNames.end(); ++each) {
    if (each->empty()) throw Error(ErrorCode::invalidDefinition, "a parameter has an empty name", place);
    if (std::find(argumentNames.begin(), each, *each) != each) {
      throw Error(ErrorCode::invalidDefinition, "two parameters are named \"" + *each + "\"", place);
    }
  }
  if (options.gcTimeMs < SelectorOptions::unsetGcTimeMs) {
    throw Error(ErrorCode::invalidDefinition, "gcTimeMs is negative", place);
  }
  return std::make_shared<const CommandDef>(std::move(name), std::move(argumentNames), kind, options);
}

void checkArguments(const CommandDef& def, const ArgumentsView& arguments) {
  std::size_t position = 0;
  ValidationFailure failure;
  if (arguments.check == nullptr || arguments.check(arguments.call, position, failure)) return;
  std::string path = def.argumentNames[position];
  if (!failure.path.empty() && failure.path.front() != '[') path += '.';
  path += failure.path;
  failure.path.clear();
  throw Error(ErrorCode::invalidArgument, "the argument \"" + path + "\" can't be stored: " + failure.message(),
              {{}, {}, {}, {}, def.name});
}

}  // namespace hyperdb::detail
