// Executor: where a database runs. RunLoop: our own, for tests, command line tools and servers without one.
//
// Thread safety: `post`, `isHomeThread` and RunLoop::stop may be called by any thread, the rest by the home thread.
#pragma once

#include <functional>
#include <memory>

namespace hyperdb {

/// Runs posted functions one at a time, in the order in which they were posted, never inside `post`. Must outlive the
/// databases that use it. A database lives on after its last handle while an asynchronous command is on its way: close
/// it before an executor of your own goes. A RunLoop does that itself.
class Executor {
 public:
  virtual ~Executor() = default;
  /// May be called from any thread. The engine posts no function that throws; what happens to another one is the
  /// executor's business.
  virtual void post(std::function<void()> function) = 0;
  /// Whether the calling thread is the one that runs the posted functions.
  virtual bool isHomeThread() const noexcept = 0;
};

namespace detail {

/// A database on a run loop.
class LoopUser {
 public:
  /// The loop is being destroyed.
  virtual void onLoopGone() noexcept = 0;

 protected:
  ~LoopUser() = default;
};

}  // namespace detail

/// An executor whose owner says when to run. Its home thread is the one that made it, until another one
/// adopts it. What it runs may destroy it.
class RunLoop final : public Executor {
 public:
  RunLoop();
  /// Closes the databases that still use it (see DB::close), then drops what was posted and has not run. Home thread.
  /// Not from inside a command or a callback of such a database.
  ~RunLoop() override;
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

  // For databases.
  void addUser(detail::LoopUser& user);
  void removeUser(detail::LoopUser& user) noexcept;

 private:
  struct State;
  static bool runOne(State& state);

  std::shared_ptr<State> state_;
};

}  // namespace hyperdb
