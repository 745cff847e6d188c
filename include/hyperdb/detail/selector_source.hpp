// The type-erased side of a selector call: what the cache needs to re-run it. For the engine.
//
// Thread safety: a SelectorSource is immutable; a SelectorRun belongs to the home thread.
#pragma once

#include <memory>
#include <utility>

#include <hyperdb/command.hpp>

namespace hyperdb::detail {

/// One run of a selector: owns its coroutine.
class SelectorRun {
 public:
  virtual ~SelectorRun() = default;
  virtual const Frame& frame() const noexcept = 0;
  /// Returns the result or throws the exception. REQUIRES: the coroutine has finished. Once.
  virtual ResultBoxPtr takeResult() = 0;
};

/// A selector call with arguments of any type. Immutable.
class SelectorSource {
 public:
  virtual ~SelectorSource() = default;
  virtual const std::shared_ptr<const CommandDef>& def() const noexcept = 0;
  virtual ArgumentsView arguments() const noexcept = 0;
  virtual std::unique_ptr<SelectorRun> start() const = 0;
};

template <class T>
class TypedSelectorRun final : public SelectorRun {
 public:
  explicit TypedSelectorRun(Selector<T> coroutine) noexcept : coroutine_(std::move(coroutine)) {}
  const Frame& frame() const noexcept override { return coroutine_.frame(); }
  ResultBoxPtr takeResult() override { return makeResultBox<T>(coroutine_.take()); }

 private:
  Selector<T> coroutine_;
};

template <class T, class... Args>
class TypedSelectorSource final : public SelectorSource {
 public:
  explicit TypedSelectorSource(SelectorCall<T, Args...> call) : call_(std::move(call)) {}
  const std::shared_ptr<const CommandDef>& def() const noexcept override { return call_.sharedDef(); }
  ArgumentsView arguments() const noexcept override { return call_.arguments(); }
  std::unique_ptr<SelectorRun> start() const override { return std::make_unique<TypedSelectorRun<T>>(call_.make()); }

 private:
  SelectorCall<T, Args...> call_;
};

}  // namespace hyperdb::detail
