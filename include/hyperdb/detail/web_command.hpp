// Commands of a web module, type-erased: called with an object of named arguments, with a result that can be written.
// Templates only make the call and take its result: a module has many commands, and its size counts.
#pragma once

#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include <hyperdb/cached_selector.hpp>
#include <hyperdb/definition.hpp>
#include <hyperdb/detail/web_result.hpp>
#include <hyperdb/execute.hpp>

namespace hyperdb::detail {

/// One call with its arguments, and the coroutine last made of it.
class WebRun {
 public:
  virtual ~WebRun() = default;
  virtual ArgumentsView arguments() const noexcept = 0;
  /// Makes the coroutine, in the place of the previous one.
  virtual FrameOwner& makeCoroutine() = 0;
  /// Returns the result, or throws the exception, of the finished coroutine. Once.
  virtual ResultBoxPtr takeResult() = 0;
};

/// The parameters of a command.
struct WebParameterList {
  const FieldOps* const* ops;  ///< one for each
  std::size_t count;
};

/// Receives the end of an asynchronous call: a result, or the exception.
using WebSettle = std::function<void(ResultBoxPtr result, std::exception_ptr error)>;

/// A command under its name.
class WebCommand {
 public:
  WebCommand(std::shared_ptr<const CommandDef> def, WebParameterList parameters, const WebResultOps& ops) noexcept
      : def_(std::move(def)), parameters_(parameters), ops_(ops) {}
  virtual ~WebCommand() = default;

  /// Runs the command now. Throws what it throws, Error(notSynchronous) if it would have to wait, and
  /// Error(invalidArgument), naming the command, the parameter and what was expected, for other arguments than its.
  ResultBoxPtr run(const DB& db, Value arguments) const;
  /// Starts the command; `settle` is called when it has ended, possibly from inside this call. Throws as `run` for bad
  /// arguments only.
  void start(const DB& db, Value arguments, WebSettle settle) const;

  const CommandDef& def() const noexcept { return *def_; }
  const WebResultOps& ops() const noexcept { return ops_; }
  /// Returns {name, arguments, result}.
  Value describe() const;

 protected:
  /// Moves the arguments into variables of the parameters' types.
  void read(Value&& arguments, void* const* out) const;
  virtual std::unique_ptr<WebRun> makeRun(Value arguments) const = 0;

 private:
  std::shared_ptr<const CommandDef> def_;
  WebParameterList parameters_;
  const WebResultOps& ops_;
};

class WebSelector : public WebCommand {
 public:
  using WebCommand::WebCommand;
  /// Returns the cached result of the call. Runs nothing. Throws as `run` for bad arguments.
  EntryHandle open(const SubscribableDB& db, Value arguments) const;

 protected:
  virtual std::shared_ptr<const SelectorSource> makeSource(Value arguments) const = 0;
};
using WebAction = WebCommand;

/// The result of an action that returns nothing.
template <>
struct WebResult<Undefined> {
  static void write(WebWriter& out, const Undefined&) { out.value(Value()); }
  static Value describe() { return describeWebPart("void", Value()); }
};
template <class T>
using WebStored = std::conditional_t<std::is_void_v<T>, Undefined, T>;

template <class Call>
class TypedWebRun final : public WebRun {
 public:
  explicit TypedWebRun(Call call) : call_(std::move(call)) {}
  ArgumentsView arguments() const noexcept override { return call_.arguments(); }
  FrameOwner& makeCoroutine() override { return coroutine_ = call_.make(); }
  ResultBoxPtr takeResult() override {
    if constexpr (std::is_void_v<typename Call::Result>) {
      coroutine_.take();
      return makeResultBox<Undefined>({});
    } else {
      return makeResultBox<typename Call::Result>(coroutine_.take());
    }
  }

 private:
  Call call_;
  typename Call::Coroutine coroutine_;
};

template <class... Args>
struct WebParameters {
  using Values = std::tuple<Args...>;
  static WebParameterList list() noexcept {
    static const FieldOps* const all[] = {fieldOps<Args>()..., nullptr};
    return {all, sizeof...(Args)};
  }
};

template <class T, class... Args>
class TypedWebSelector final : public WebSelector {
 public:
  explicit TypedWebSelector(SelectorDef<T, Args...> definition)
      : WebSelector(definition.sharedDef(), WebParameters<Args...>::list(), WebResultFunctions<T>::ops),
        definition_(std::move(definition)) {}

 protected:
  std::unique_ptr<WebRun> makeRun(Value arguments) const override {
    return std::make_unique<TypedWebRun<SelectorCall<T, Args...>>>(call(std::move(arguments)));
  }
  std::shared_ptr<const SelectorSource> makeSource(Value arguments) const override {
    return std::make_shared<TypedSelectorSource<T, Args...>>(call(std::move(arguments)));
  }

 private:
  SelectorCall<T, Args...> call(Value&& arguments) const {
    return std::apply(
        [&](auto... values) {
          void* const out[] = {&values..., nullptr};
          read(std::move(arguments), out);
          return definition_(std::move(values)...);
        },
        typename WebParameters<Args...>::Values());
  }

  SelectorDef<T, Args...> definition_;
};

template <class T, class... Args>
class TypedWebAction final : public WebAction {
 public:
  explicit TypedWebAction(ActionDef<T, Args...> definition)
      : WebAction(definition.sharedDef(), WebParameters<Args...>::list(), WebResultFunctions<WebStored<T>>::ops),
        definition_(std::move(definition)) {}

 protected:
  std::unique_ptr<WebRun> makeRun(Value arguments) const override {
    return std::apply(
        [&](auto... values) -> std::unique_ptr<WebRun> {
          void* const out[] = {&values..., nullptr};
          read(std::move(arguments), out);
          return std::make_unique<TypedWebRun<ActionCall<T, Args...>>>(definition_(std::move(values)...));
        },
        typename WebParameters<Args...>::Values());
  }

 private:
  ActionDef<T, Args...> definition_;
};

}  // namespace hyperdb::detail
