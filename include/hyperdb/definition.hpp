// selector(...) and action(...): a name, the names of the arguments, a handler.
//
// Thread safety: definitions are immutable and may be used by any thread.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/command.hpp>

namespace hyperdb {

namespace detail {

/// Checks and shares the description. Throws Error(invalidDefinition): an empty name, or not exactly one name for each
/// parameter.
std::shared_ptr<const CommandDef> makeCommandDef(std::string name, std::vector<std::string> argumentNames,
                                                 CommandKind kind, SelectorOptions options,
                                                 std::size_t parametersCount);

template <class>
struct HandlerTraits;
template <class Coroutine, class Handler, class... Args>
struct HandlerTraits<Coroutine (Handler::*)(Args...) const> {
  using Result = Coroutine;
  template <template <class, class...> class CallType, class T>
  using CallOf = CallType<T, std::remove_cv_t<Args>...>;
  static constexpr bool takesValues = (!std::is_reference_v<Args> && ...);
  static constexpr bool takesStorables = (isStorable<std::remove_cvref_t<Args>>() && ...);
  static constexpr std::size_t parametersCount = sizeof...(Args);
};

template <class>
inline constexpr bool isSelectorType = false;
template <class T>
inline constexpr bool isSelectorType<Selector<T>> = true;
template <class>
inline constexpr bool isActionType = false;
template <class T>
inline constexpr bool isActionType<Action<T>> = true;

template <class CallType>
class Definition;
template <template <class, class...> class CallType, class T, class... Args>
class Definition<CallType<T, Args...>> {
 public:
  using Call = CallType<T, Args...>;

  Definition(std::shared_ptr<const CommandDef> def, typename Call::Handler handler)
      : def_(std::move(def)), handler_(handler) {}

  /// Describes a call with these arguments. Nothing runs.
  Call operator()(Args... args) const { return Call(def_, handler_, std::move(args)...); }
  const std::string& name() const noexcept { return def_->name; }

 private:
  std::shared_ptr<const CommandDef> def_;
  typename Call::Handler handler_;
};

template <class Handler>
concept HasOneCallOperator = requires { &Handler::operator(); };

template <class Handler>
constexpr void checkHandler() {
  static_assert(std::is_empty_v<Handler>,
                "hyperdb: a handler can't capture; pass what it needs as arguments (it is run again later)");
  static_assert(HandlerTraits<decltype(&Handler::operator())>::takesValues,
                "hyperdb: a handler takes its parameters by value (they must outlive every suspension)");
  static_assert(HandlerTraits<decltype(&Handler::operator())>::takesStorables,
                "hyperdb: a handler's parameters are of storable types (they make cache keys and traces); use a "
                "storable type or specialise hyperdb::Codec for it");
}

}  // namespace detail

/// Defines a selector. `handler` is a lambda without captures, `(Args...) -> Selector<T>`, that takes its parameters by
/// value; its parameters are storable types (they make the cache key). Throws Error(invalidDefinition): an empty name,
/// not one name for each parameter, an empty or repeated one, a negative gcTimeMs. Keep the definition as long as you
/// like; calls share it. Two definitions are different selectors, also if their names are equal.
template <class Handler>
auto selector(std::string name, std::vector<std::string> argumentNames, Handler handler,
              SelectorOptions options = {}) {
  static_assert(detail::HasOneCallOperator<Handler>, "hyperdb: a selector's handler is a lambda with named types");
  detail::checkHandler<Handler>();
  using Signature = detail::HandlerTraits<decltype(&Handler::operator())>;
  static_assert(detail::isSelectorType<typename Signature::Result>,
                "hyperdb: a selector's handler returns Selector<T>");
  using Call = typename Signature::template CallOf<SelectorCall, typename Signature::Result::Result>;
  return detail::Definition<Call>(detail::makeCommandDef(std::move(name), std::move(argumentNames),
                                                         CommandKind::selector, options, Signature::parametersCount),
                                  handler);
}

/// Defines an action: as `selector`, with a handler that returns Action<T>.
template <class Handler>
auto action(std::string name, std::vector<std::string> argumentNames, Handler handler, ActionOptions options = {}) {
  static_assert(detail::HasOneCallOperator<Handler>, "hyperdb: an action's handler is a lambda with named types");
  detail::checkHandler<Handler>();
  using Signature = detail::HandlerTraits<decltype(&Handler::operator())>;
  static_assert(detail::isActionType<typename Signature::Result>, "hyperdb: an action's handler returns Action<T>");
  using Call = typename Signature::template CallOf<ActionCall, typename Signature::Result::Result>;
  return detail::Definition<Call>(
      detail::makeCommandDef(std::move(name), std::move(argumentNames), CommandKind::action,
                             SelectorOptions{0, {}, options.traced}, Signature::parametersCount),
      handler);
}

}  // namespace hyperdb
