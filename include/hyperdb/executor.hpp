// Executor: runs a database's work. RunLoop: an executor for tests, command line tools and servers without an event
// loop.
//
// Thread safety: `post`, `isHomeThread` and RunLoop::stop may be called by any thread, the rest by the home thread.
#pragma once

#include <functional>
#include <memory>

namespace hyperdb {

/// Runs posted functions one at a time, in the order in which they were posted, never inside `post`. Must outlive the
/// databases that use it. A database with a running asynchronous command outlives its last handle: close it before
/// you destroy an executor of your own. A RunLoop closes its databases itself.
class Executor {
 public:
  virtual ~Executor() = default;
  /// Queues the function. Any thread. The engine posts no function that throws; how to treat one is the executor's
  /// choice.
  virtual void post(std::function<void()> function) = 0;
  /// Returns whether the calling thread is the one that runs the posted functions.
  virtual bool isHomeThread() const noexcept = 0;
};

namespace detail {

/// A database on a run loop.
class LoopUser {
 public:
  /// Called when the loop is being destroyed.
  virtual void onLoopDestroyed() noexcept = 0;

 protected:
  ~LoopUser() = default;
};

}  // namespace detail

/// An executor that runs functions only when its owner calls it. Its home thread is the one that made it, until
/// another one adopts it. A function that it runs may destroy it.
class RunLoop final : public Executor {
 public:
  RunLoop();
  /// Closes the databases that still use the loop (see DB::close), then drops posted functions that have not run.
  /// Home thread. Not from inside a command or a callback of such a database.
  ~RunLoop() override;
  RunLoop(const RunLoop&) = delete;
  RunLoop& operator=(const RunLoop&) = delete;

  void post(std::function<void()> function) override;
  bool isHomeThread() const noexcept override;

  /// Makes the calling thread the home thread. The previous home thread must run no function of the loop any more.
  void adoptThread() noexcept;
  /// Runs the posted functions, and those that they post, without waiting. Returns how many functions ran.
  std::size_t runReady();
  /// Runs one function if there is one. Returns whether there was.
  bool runOne();
  /// Runs functions, and waits for more, until `done()` is true, which is evaluated before each function. Returns
  /// false when `stop` was called and nothing is left to run.
  bool runUntil(const std::function<bool()>& done);
  /// Ends the waiting runUntil, or else the next one that would wait. Any thread.
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
