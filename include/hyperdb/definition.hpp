// selector(...) and action(...): a name, the names of the parameters, a handler. SelectorDef and ActionDef: their
// results, the types that a header names when a source file has the definition.
//
// Thread safety: definitions are immutable and may be used by any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <hyperdb/command.hpp>

namespace hyperdb {

namespace detail {

/// The names of the parameters, copied when the definition is made.
struct NameList {
  const char* const* names;
  std::size_t count;
};

/// Checks the description and returns it, shared. Throws Error(invalidDefinition): an empty name, or an empty or
/// repeated name of a parameter.
std::shared_ptr<const CommandDef> makeCommandDef(std::string name, NameList argumentNames, CommandKind kind,
                                                 SelectorOptions options);

/// Stands for the number of parameters of a handler that is refused for another reason.
inline constexpr std::size_t anyCount = static_cast<std::size_t>(-1);

/// The type of the braces in `action("book", {"id", "amount"}, ...)`: `Count` names.
template <std::size_t Count>
class ArgumentNames {
 public:
  template <class... Names>
    requires(std::is_convertible_v<Names, const char*> && ...)
  ArgumentNames(Names... names) {  // NOLINT: braces are names
    constexpr bool eachParameterHasOneName = sizeof...(Names) == Count || Count == anyCount;
    static_assert(eachParameterHasOneName, "hyperdb: a command has exactly one name for each parameter of its handler");
    std::size_t position = 0;
    if constexpr (sizeof...(Names) == Count) ((names_[position++] = names), ...);
  }
  NameList list() const noexcept { return {names_, Count}; }

 private:
  const char* names_[Count == 0 || Count == anyCount ? 1 : Count] = {};
};

template <class>
struct HandlerTraits;
template <class Coroutine, class Handler, class... Args>
struct HandlerTraits<Coroutine (Handler::*)(Args...) const> {
  using Result = Coroutine;
  template <template <class, class...> class DefinitionType>
  using DefinitionOf = DefinitionType<typename Coroutine::Result, std::remove_cv_t<Args>...>;
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

/// The common part of SelectorDef and ActionDef.
template <template <class, class...> class CallType, class T, class... Args>
class Definition {
 public:
  using Call = CallType<T, Args...>;

  Definition(std::shared_ptr<const CommandDef> def, typename Call::Handler handler)
      : def_(std::move(def)), handler_(handler) {}

  /// Returns a call with these arguments. Nothing runs.
  Call operator()(Args... args) const { return Call(def_, handler_, std::move(args)...); }
  const std::string& name() const noexcept { return def_->name; }
  /// Returns the description: the name, the names of the parameters, the options.
  const std::shared_ptr<const CommandDef>& sharedDef() const noexcept { return def_; }

 private:
  std::shared_ptr<const CommandDef> def_;
  typename Call::Handler handler_;
};

template <class Handler>
concept HasOneCallOperator = requires { &Handler::operator(); };

template <class Handler>
constexpr std::size_t parametersCount() {
  if constexpr (HasOneCallOperator<Handler>) {
    return HandlerTraits<decltype(&Handler::operator())>::parametersCount;
  } else {
    return anyCount;
  }
}

template <class Handler>
constexpr void checkHandler() {
  constexpr bool capturesNothing = std::is_empty_v<Handler>;
  static_assert(capturesNothing,
                "hyperdb: a handler can't capture; pass what it needs as arguments (it is run again later)");
  constexpr bool takesValues = HandlerTraits<decltype(&Handler::operator())>::takesValues;
  static_assert(takesValues, "hyperdb: a handler takes its parameters by value (they must outlive every suspension)");
  constexpr bool takesStorables = HandlerTraits<decltype(&Handler::operator())>::takesStorables;
  static_assert(takesStorables,
                "hyperdb: a handler's parameters are of storable types (they make cache keys and traces); use a "
                "storable type or specialise hyperdb::Codec for it");
}

}  // namespace detail

/// Defines a selector: returns a SelectorDef<T, Args...>. `handler` is a lambda without captures, `(Args...) ->
/// Selector<T>`, that takes its parameters by value; its parameters are storable types (they make the cache key),
/// each with one name. Throws Error(invalidDefinition): an empty name, an empty or repeated name of a parameter, a
/// negative gcTimeMs. Calls share the definition and keep it alive. Two definitions are different selectors, even if
/// their names are equal.
template <class Handler>
auto selector(std::string name, detail::ArgumentNames<detail::parametersCount<Handler>()> argumentNames,
              Handler handler, SelectorOptions options = {}) {
  static_assert(detail::HasOneCallOperator<Handler>, "hyperdb: a selector's handler is a lambda with named types");
  detail::checkHandler<Handler>();
  using Signature = detail::HandlerTraits<decltype(&Handler::operator())>;
  constexpr bool returnsSelector = detail::isSelectorType<typename Signature::Result>;
  static_assert(returnsSelector, "hyperdb: a selector's handler returns Selector<T>");
  return typename Signature::template DefinitionOf<SelectorDef>(
      detail::makeCommandDef(std::move(name), argumentNames.list(), CommandKind::selector, options), handler);
}

/// Defines an action: as `selector`, with a handler that returns Action<T>; returns an ActionDef<T, Args...>.
template <class Handler>
auto action(std::string name, detail::ArgumentNames<detail::parametersCount<Handler>()> argumentNames, Handler handler,
            ActionOptions options = {}) {
  static_assert(detail::HasOneCallOperator<Handler>, "hyperdb: an action's handler is a lambda with named types");
  detail::checkHandler<Handler>();
  using Signature = detail::HandlerTraits<decltype(&Handler::operator())>;
  constexpr bool returnsAction = detail::isActionType<typename Signature::Result>;
  static_assert(returnsAction, "hyperdb: an action's handler returns Action<T>");
  return typename Signature::template DefinitionOf<ActionDef>(
      detail::makeCommandDef(std::move(name), argumentNames.list(), CommandKind::action,
                             SelectorOptions{0, {}, options.traced}),
      handler);
}

}  // namespace hyperdb
