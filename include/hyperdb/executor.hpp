// Executor: where a database runs. RunLoop: our own, for tests, command line tools and servers without one.
#pragma once

#include <functional>
#include <memory>

namespace hyperdb {

/// Runs posted functions one at a time, in the order in which they were posted, never inside `post`.
class Executor {
 public:
  virtual ~Executor() = default;
  /// May be called from any thread. A function that throws ends the program (std::terminate): the engine posts none.
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

  /// Makes the calling thread the home thread.
  void adoptThread() noexcept;
  /// Runs what is there, and what that posts, without waiting. Returns how many functions ran.
  std::size_t runReady();
  /// Runs one function if there is one. Returns whether there was.
  bool runOne();
  /// Runs and waits until `done()` is true. Returns false when `stop` was called first.
  bool runUntil(const std::function<bool()>& done);
  /// Ends a runUntil from any thread.
  void stop();

 private:
  struct State;
  static bool runOne(State& state);

  std::shared_ptr<State> state_;
};

}  // namespace hyperdb
