#include <hyperdb/definition.hpp>

#include <algorithm>
#include <utility>

#include <hyperdb/detail/field_ops.hpp>
#include <hyperdb/error.hpp>

namespace hyperdb::detail {

std::shared_ptr<const CommandDef> makeCommandDef(std::string name, NameList names, CommandKind kind,
                                                 SelectorOptions options) {
  std::vector<std::string> argumentNames(names.names, names.names + names.count);
  const ErrorPlace place{{}, {}, {}, {}, name};
  if (name.find_first_not_of(" \t\r\n") == std::string::npos) {
    throw Error(ErrorCode::invalidDefinition, "a selector or action needs a name that is not blank", place);
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

namespace {

/// Calls `visit(slot)` for each argument in turn until it returns false. Returns how many it accepted.
template <class Visitor>
std::size_t visitArguments(const ArgumentsView& view, Visitor visit) {
  constexpr std::size_t inlineCount = 8;
  ArgumentSlot few[inlineCount] = {};
  std::vector<ArgumentSlot> many;
  ArgumentSlot* slots = few;
  if (view.count > inlineCount) {
    many.resize(view.count);
    slots = many.data();
  }
  if (view.list != nullptr) view.list(view.arguments, slots);
  std::size_t acceptedCount = 0;
  while (acceptedCount < view.count && visit(slots[acceptedCount])) ++acceptedCount;
  return acceptedCount;
}

}  // namespace

Array ArgumentsView::toArray() const {
  Array values;
  values.reserve(count);
  visitArguments(*this, [&values](const ArgumentSlot& slot) {
    values.push_back(slot.ops->toValue(slot.content));
    return true;
  });
  return values;
}

bool ArgumentsView::areStorable(std::size_t& position, ValidationFailure& failure) const {
  position = visitArguments(
      *this, [&failure](const ArgumentSlot& slot) { return slot.ops->check(slot.content, Strictness::full, failure); });
  return position == count;
}

void checkArguments(const CommandDef& def, const ArgumentsView& arguments) {
  std::size_t position = 0;
  ValidationFailure failure;
  if (arguments.areStorable(position, failure)) return;
  failIn(failure, def.argumentNames[position]);
  const std::string path = std::exchange(failure.path, {});
  throw Error(ErrorCode::invalidArgument, "the argument \"" + path + "\" can't be stored: " + failure.message(),
              {{}, {}, {}, {}, def.name});
}

}  // namespace hyperdb::detail
