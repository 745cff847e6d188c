// SelectorCall and ActionCall: a definition and its arguments. Nothing runs until a caller awaits or runs it.
//
// Thread safety: calls are immutable values and may be made, copied and dropped by any thread.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <hyperdb/codec.hpp>
#include <hyperdb/detail/command_scope.hpp>
#include <hyperdb/fwd.hpp>

namespace hyperdb {

namespace detail {

/// Whether a == b compiles. Needed because the == of containers and tuples is not constrained by their elements.
template <class T>
struct IsComparable {
  static constexpr bool value() {
    if constexpr (!requires(const T& a) {
                    { a == a } -> std::convertible_to<bool>;
                  }) {
      return false;
    } else if constexpr (requires { typename T::mapped_type; }) {
      return IsComparable<typename T::key_type>::value() && IsComparable<typename T::mapped_type>::value();
    } else if constexpr (requires(const T& a) {
                           typename T::value_type;
                           a.begin();
                           a.size();
                         }) {
      return IsComparable<typename T::value_type>::value();
    } else {
      return true;
    }
  }
};
template <class Row>
struct IsComparable<Rows<Row>> {  // by sameRows, whether or not Row has an ==
  static constexpr bool value() { return true; }
};
template <class... Ts>
struct IsComparable<std::tuple<Ts...>> {
  static constexpr bool value() { return (IsComparable<Ts>::value() && ...); }
};
template <class A, class B>
struct IsComparable<std::pair<A, B>> {
  static constexpr bool value() { return IsComparable<A>::value() && IsComparable<B>::value(); }
};
template <class T>
struct IsComparable<std::optional<T>> {
  static constexpr bool value() { return IsComparable<T>::value(); }
};
template <class... Ts>
struct IsComparable<std::variant<Ts...>> {
  static constexpr bool value() { return (IsComparable<Ts>::value() && ...); }
};

/// Returns whether two results are the same, so that subscribers need not be notified. Types without == are never the
/// same.
template <class T>
bool sameResult(const T& a, const T& b) {
  if constexpr (IsComparable<T>::value()) {
    return a == b;
  } else {
    return false;
  }
}

template <class T>
class TypedResultBox final : public ResultBox {
 public:
  explicit TypedResultBox(T content) : value(std::move(content)) {}
  bool same(const ResultBox& other) const override {
    return sameResult(value, static_cast<const TypedResultBox&>(other).value);
  }

  const T value;
};

template <class T>
ResultBoxPtr makeResultBox(T value) {
  return std::make_shared<TypedResultBox<T>>(std::move(value));
}

template <std::size_t I, class T>
struct ArgumentLeaf {
  T value;
};

/// A tuple of the arguments at a fraction of std::tuple's compile time. Calls with the same parameters share its
/// functions.
template <class Sequence, class... Args>
struct ArgumentPack;
template <std::size_t... I, class... Args>
struct ArgumentPack<std::index_sequence<I...>, Args...> : ArgumentLeaf<I, Args>... {
  template <class Handler>
  auto passTo(Handler handler) const {
    return handler(static_cast<const ArgumentLeaf<I, Args>&>(*this).value...);
  }
  static void list(const void* pack, [[maybe_unused]] ArgumentSlot* out) {
    [[maybe_unused]] const auto& self = *static_cast<const ArgumentPack*>(pack);
    ((out[I] = {&static_cast<const ArgumentLeaf<I, Args>&>(self).value, fieldOps<std::remove_cvref_t<Args>>()}), ...);
  }
};

template <class CoroutineType, CommandKind Kind, class... Args>
class Call {
 public:
  using Coroutine = CoroutineType;
  using Result = typename CoroutineType::Result;
  using Handler = CoroutineType (*)(Args...);
  static constexpr CommandKind kind = Kind;

  Call(std::shared_ptr<const CommandDef> definition, Handler handler, Args&&... args)
      : def_(std::move(definition)), handler_(handler), arguments_{{std::move(args)}...} {}

  const CommandDef& def() const noexcept { return *def_; }
  const std::shared_ptr<const CommandDef>& sharedDef() const noexcept { return def_; }
  /// Returns a new coroutine with copies of the arguments.
  Coroutine make() const { return arguments_.passTo(handler_); }
  /// Returns a view of the arguments; valid as long as this call.
  ArgumentsView arguments() const noexcept { return {&arguments_, sizeof...(Args), &Pack::list}; }

 private:
  using Pack = ArgumentPack<std::index_sequence_for<Args...>, Args...>;

  std::shared_ptr<const CommandDef> def_;
  Handler handler_;
  Pack arguments_;
};

}  // namespace detail

/// The result of `projectTasks("p1")`. Copyable, with copies of the arguments; runs nothing by itself, so the
/// compiler warns when it is neither awaited nor run. Keeps the definition alive.
template <class T, class... Args>
class [[nodiscard]] SelectorCall : public detail::Call<Selector<T>, CommandKind::selector, Args...> {
 public:
  using detail::Call<Selector<T>, CommandKind::selector, Args...>::Call;
};

/// The result of `createTask("t1")`. Otherwise as SelectorCall.
template <class T, class... Args>
class [[nodiscard]] ActionCall : public detail::Call<Action<T>, CommandKind::action, Args...> {
 public:
  using detail::Call<Action<T>, CommandKind::action, Args...>::Call;
};

}  // namespace hyperdb
