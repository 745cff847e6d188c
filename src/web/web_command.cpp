#include <hyperdb/detail/web_command.hpp>

#include <string>
#include <vector>

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

/// Throws for a name that is no parameter of the command.
void checkNames(const CommandDef& def, const Object& arguments) {
  for (const Object::Member& member : arguments) {
    bool isKnown = member.value.isUndefined();
    for (const std::string& name : def.argumentNames) isKnown = isKnown || name == member.name;
    if (isKnown) continue;
    throw Error(ErrorCode::invalidArgument,
                "there is no argument \"" + member.name + "\" (there are: " + listOf(def.argumentNames) + ")",
                placeOf(def));
  }
}

/// An asynchronous call; its end goes to the page.
class WebJob final : public AsyncJob {
 public:
  WebJob(const CommandDef& def, std::unique_ptr<WebRun> run, WebSettle settle) noexcept
      : def_(def), run_(std::move(run)), settle_(std::move(settle)) {}

  TopLevelCommand describe() const noexcept override { return {def_.kind, &def_, run_->arguments(), true}; }
  Frame makeFrame() override { return run_->makeCoroutine().frame(); }
  void finish() noexcept override {
    ResultBoxPtr result;
    std::exception_ptr error;
    try {
      result = run_->takeResult();
    } catch (...) {
      error = std::current_exception();
    }
    settle_(std::move(result), std::move(error));
  }
  void fail(std::exception_ptr error) noexcept override { settle_(nullptr, std::move(error)); }
  void onCancel(std::function<void()>) override {}
  bool isCancelRequested() const noexcept override { return false; }

 private:
  const CommandDef& def_;  // of the module: never destroyed
  std::unique_ptr<WebRun> run_;
  WebSettle settle_;
};

}  // namespace

ResultBoxPtr WebCommand::run(const DB& db, Value arguments) const {
  const std::unique_ptr<WebRun> run = makeRun(std::move(arguments));
  const CoroutineMaker maker{run.get(),
                             [](void* owner) { return static_cast<WebRun*>(owner)->makeCoroutine().frame(); }};
  runSync(db, {def().kind, &def(), run->arguments(), false, maker}, run->makeCoroutine());
  return run->takeResult();
}

void WebCommand::start(const DB& db, Value arguments, WebSettle settle) const {
  startAsync(db, std::make_shared<WebJob>(def(), makeRun(std::move(arguments)), std::move(settle)));
}

void WebCommand::read(Value&& arguments, void* const* out) const {
  Object given;
  if (Object* object = arguments.get<Object>()) {
    given = std::move(*object);
  } else if (!arguments.isUndefined()) {
    throw Error(ErrorCode::invalidArgument,
                "the arguments are an object with a member for each, not " + hyperdb::describe(arguments),
                placeOf(def()));
  }
  checkNames(def(), given);
  for (std::size_t i = 0; i < parameters_.count; ++i) {
    const std::string& name = def().argumentNames[i];
    Value* found = given.find(name);
    Value value = found != nullptr ? std::move(*found) : Value();
    ValidationFailure failure;
    if (parameters_.ops[i]->fromValue(out[i], value, Strictness::full, failure)) continue;
    failIn(failure, name);
    throw Error(ErrorCode::invalidArgument, failure.message(), placeOf(def()));
  }
}

Value WebCommand::describe() const {
  Array arguments;
  for (std::size_t i = 0; i < parameters_.count; ++i) {
    arguments.push_back(
        Object{{"name", def().argumentNames[i]}, {"type", describeWebType(parameters_.ops[i]->validator())}});
  }
  return Object{{"name", def().name}, {"arguments", std::move(arguments)}, {"result", ops_.describe()}};
}

EntryHandle WebSelector::open(const SubscribableDB& db, Value arguments) const {
  return EntryHandle(db, makeSource(std::move(arguments)));
}

}  // namespace hyperdb::detail
