// Executor: where a database runs. RunLoop: our own, for tests, command line tools and servers without one.
//
// Thread safety: `post`, `isHomeThread` and RunLoop::stop may be called by any thread, the rest by the home thread.
#pragma once

#include <functional>
#include <memory>

namespace hyperdb {

/// Runs posted functions one at a time, in the order in which they were posted, never inside `post`. Must outlive the
/// databases that use it.
class Executor {
 public:
  virtual ~Executor() = default;
  /// May be called from any thread. The engine posts no function that throws; what happens to another one is the
  /// executor's business.
  virtual void post(std::function<void()> function) = 0;
  /// Whether the calling thread is the one that runs the posted functions.
  virtual bool isHomeThread() const noexcept = 0;
};

/// An executor whose owner says when to run. Its home thread is the one that made it, until another one
/// adopts it. What it runs may destroy it.
class RunLoop final : public Executor {
 public:
  RunLoop();
  ~RunLoop() override;  ///< drops what was posted and has not run
  RunLoop(const RunLoop&) = delete;
  RunLoop& operator=(const RunLoop&) = delete;

  void post(std::function<void()> function) override;
  bool isHomeThread() const noexcept override;

  /// Makes the calling thread the home thread. The one that was it must run nothing of the loop any more.
  void adoptThread() noexcept;
  /// Runs what is there, and what that posts, without waiting. Returns how many functions ran.
  std::size_t runReady();
  /// Runs one function if there is one. Returns whether there was.
  bool runOne();
  /// Runs, and waits for more, until `done()` is true, which is asked before each function. Returns false when `stop`
  /// was called and nothing is left to run.
  bool runUntil(const std::function<bool()>& done);
  /// Ends the runUntil that waits, or else the next one that would have to. Any thread.
  void stop();

 private:
  struct State;
  static bool runOne(State& state);

  std::shared_ptr<State> state_;
};

}  // namespace hyperdb
