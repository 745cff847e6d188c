// Commands of a web module, type-erased: called with an object of named arguments, with a result that can be written.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <hyperdb/cached_selector.hpp>
#include <hyperdb/definition.hpp>
#include <hyperdb/detail/web_result.hpp>
#include <hyperdb/execute.hpp>

namespace hyperdb::detail {

/// Takes the arguments of a call out of an object, in the order of the parameters.
class WebArguments {
 public:
  /// Throws Error(invalidArgument) for a name that is no parameter of the command.
  WebArguments(const CommandDef& def, Value&& arguments);

  /// Returns the next argument. Throws Error(invalidArgument), naming the command, the parameter and what was
  /// expected.
  template <class T>
  T take() {
    Value value = takeNext();
    ValidationFailure failure;
    std::optional<T> content = fromValue<T>(std::move(value), failure);
    if (!content) refuse(std::move(failure));
    return *std::move(content);
  }

 private:
  Value takeNext();
  [[noreturn]] void refuse(ValidationFailure failure) const;

  const CommandDef& def_;
  Object arguments_;
  std::size_t next_ = 0;
};

/// Receives the end of an asynchronous call: a result, or the exception.
using WebSettle = std::function<void(ResultBoxPtr result, std::exception_ptr error)>;

/// What selectors and actions have in common.
class WebCommand {
 public:
  WebCommand(std::shared_ptr<const CommandDef> def, const WebResultOps& ops) noexcept
      : def_(std::move(def)), ops_(ops) {}
  virtual ~WebCommand() = default;

  /// Runs the command now. Throws what it throws, Error(notSynchronous) if it would have to wait, and as WebArguments.
  virtual ResultBoxPtr run(const DB& db, Value arguments) const = 0;
  /// Starts the command; `settle` is called on the executor, later. Throws only for bad arguments.
  virtual void start(const DB& db, Value arguments, WebSettle settle) const = 0;
  /// Returns one {name, type} for each parameter.
  virtual Array describeArguments() const = 0;

  const CommandDef& def() const noexcept { return *def_; }
  const WebResultOps& ops() const noexcept { return ops_; }
  /// Returns {name, arguments, result}.
  Value describe() const;

 private:
  std::shared_ptr<const CommandDef> def_;
  const WebResultOps& ops_;
};

class WebSelector : public WebCommand {
 public:
  using WebCommand::WebCommand;
  /// Returns the cached result of the call. Runs nothing.
  virtual EntryHandle open(const SubscribableDB& db, Value arguments) const = 0;
};
using WebAction = WebCommand;

/// The result of an action that returns nothing.
template <class T>
using WebStored = std::conditional_t<std::is_void_v<T>, Undefined, T>;
template <>
struct WebResult<Undefined> {
  static void write(WebWriter& out, const Undefined&) { out.value(Value()); }
  static Value describe() { return describeWebPart("void", Value()); }
};

template <class... Args>
struct WebParameters {
  template <class Call, class Definition>
  static Call call(const Definition& definition, const CommandDef& def, Value arguments) {
    [[maybe_unused]] WebArguments in(def, std::move(arguments));
    std::tuple<Args...> all{in.take<Args>()...};  // braces: from the left to the right
    return std::apply([&](Args&... each) { return definition(std::move(each)...); }, all);
  }
  static Array describe(const CommandDef& def) {
    Array all;
    [[maybe_unused]] std::size_t position = 0;
    (all.push_back(Object{{"name", def.argumentNames[position++]}, {"type", describeWebType(validatorOf<Args>())}}),
     ...);
    return all;
  }
};

template <class T>
void startWebCall(const DB& db, Completion<T> completion, WebSettle settle) {
  std::move(completion).then(db.executor(), [settle = std::move(settle)](Completion<T> done) {
    ResultBoxPtr box;
    try {
      if constexpr (std::is_void_v<T>) {
        done.get();
        box = makeResultBox<Undefined>({});
      } else {
        box = makeResultBox<T>(done.get());
      }
    } catch (...) {
      return settle(nullptr, std::current_exception());
    }
    settle(std::move(box), nullptr);
  });
}

template <class T, class... Args>
class TypedWebSelector final : public WebSelector {
 public:
  explicit TypedWebSelector(SelectorDef<T, Args...> definition)
      : WebSelector(definition.sharedDef(), WebResultFunctions<T>::ops), definition_(std::move(definition)) {}

  ResultBoxPtr run(const DB& db, Value arguments) const override {
    return makeResultBox<T>(select(db, call(std::move(arguments))));
  }
  void start(const DB& db, Value arguments, WebSettle settle) const override {
    startWebCall<T>(db, selectAsync(db, call(std::move(arguments))), std::move(settle));
  }
  EntryHandle open(const SubscribableDB& db, Value arguments) const override {
    return makeEntryHandle(db, call(std::move(arguments)));
  }
  Array describeArguments() const override { return WebParameters<Args...>::describe(def()); }

 private:
  SelectorCall<T, Args...> call(Value arguments) const {
    return WebParameters<Args...>::template call<SelectorCall<T, Args...>>(definition_, def(), std::move(arguments));
  }

  SelectorDef<T, Args...> definition_;
};

template <class T, class... Args>
class TypedWebAction final : public WebAction {
 public:
  explicit TypedWebAction(ActionDef<T, Args...> definition)
      : WebAction(definition.sharedDef(), WebResultFunctions<WebStored<T>>::ops), definition_(std::move(definition)) {}

  ResultBoxPtr run(const DB& db, Value arguments) const override {
    if constexpr (std::is_void_v<T>) {
      syncDispatch(db, call(std::move(arguments)));
      return makeResultBox<Undefined>({});
    } else {
      return makeResultBox<T>(syncDispatch(db, call(std::move(arguments))));
    }
  }
  void start(const DB& db, Value arguments, WebSettle settle) const override {
    startWebCall<T>(db, asyncDispatch(db, call(std::move(arguments))), std::move(settle));
  }
  Array describeArguments() const override { return WebParameters<Args...>::describe(def()); }

 private:
  ActionCall<T, Args...> call(Value arguments) const {
    return WebParameters<Args...>::template call<ActionCall<T, Args...>>(definition_, def(), std::move(arguments));
  }

  ActionDef<T, Args...> definition_;
};

}  // namespace hyperdb::detail
