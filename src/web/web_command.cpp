#include <hyperdb/detail/web_command.hpp>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

namespace {

std::string listOf(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

ErrorPlace placeOf(const CommandDef& def) {
  ErrorPlace place;
  place.command = def.name;
  return place;
}

}  // namespace

WebArguments::WebArguments(const CommandDef& def, Value&& arguments) : def_(def) {
  if (arguments.isUndefined()) return;
  Object* object = arguments.get<Object>();
  if (object == nullptr) {
    throw Error(ErrorCode::invalidArgument,
                "the arguments are an object with a member for each, not " + describe(arguments), placeOf(def));
  }
  arguments_ = std::move(*object);
  for (const Object::Member& member : arguments_) {
    bool isKnown = false;
    for (const std::string& name : def.argumentNames) isKnown = isKnown || name == member.name;
    if (isKnown || member.value.isUndefined()) continue;
    throw Error(ErrorCode::invalidArgument,
                "there is no argument \"" + member.name + "\" (there are: " + listOf(def.argumentNames) + ")",
                placeOf(def));
  }
}

Value WebArguments::takeNext() {
  Value* value = arguments_.find(def_.argumentNames[next_++]);
  return value != nullptr ? std::move(*value) : Value();
}

void WebArguments::refuse(ValidationFailure failure) const {
  std::string path = def_.argumentNames[next_ - 1];
  if (!failure.path.empty()) path += (failure.path[0] == '[' ? "" : ".") + failure.path;
  failure.path = std::move(path);
  throw Error(ErrorCode::invalidArgument, failure.message(), placeOf(def_));
}

Value WebCommand::describe() const {
  return Object{{"name", def_->name}, {"arguments", describeArguments()}, {"result", ops_.describe()}};
}

}  // namespace hyperdb::detail
