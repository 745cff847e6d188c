// Does this compiler translate the coroutines that our users write? CMake runs it for every GCC, the suite for every
// compiler. Ends with 0 only when every pattern is right that some GCC gets wrong (12 and 16.2 do), and prints those
// that are not, one a line. Each pattern suspends and counts its objects: a double destruction, a leak or a body that
// never ran shows as a wrong number.
#include <coroutine>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace {

int failureCount = 0;
int liveCount = 0;
int strangersCount = 0;  // destroyed, but never made

const char* current = "";  // the pattern that runs

void expect(bool condition) {
  if (condition) return;
  ++failureCount;
  std::fprintf(stderr, "miscompiled: %s\n", current);
}

/// A destructor that runs where nothing was made usually ends the program.
void onCrash(int) {
  std::fprintf(stderr, "miscompiled: %s\n", current);
  std::_Exit(1);
}

/// Counts how many of it live, and notices when one is destroyed where none was made.
struct Tracked {
  std::string text;
  const Tracked* self = this;
  explicit Tracked(std::string value = "a text too long for the small buffer") : text(std::move(value)) { ++liveCount; }
  Tracked(const Tracked& other) : text(other.text) { ++liveCount; }
  Tracked(Tracked&& other) noexcept : text(std::move(other.text)) { ++liveCount; }
  Tracked& operator=(const Tracked& other) {
    text = other.text;
    return *this;
  }
  Tracked& operator=(Tracked&& other) noexcept {
    text = std::move(other.text);
    return *this;
  }
  ~Tracked() {
    if (self == this) {
      --liveCount;
    } else {
      ++strangersCount;
    }
    self = nullptr;
  }
};

struct Row {
  Tracked id{};
  Tracked title{};
  int priority = 0;
};

/// A coroutine that suspends once and is resumed by run().
template <class T>
class Task {
 public:
  struct promise_type {
    T value{};
    std::coroutine_handle<> continuation;
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        if (self.promise().continuation) self.promise().continuation.resume();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_value(T result) { value = std::move(result); }
    void unhandled_exception() { std::terminate(); }
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() {
    handle_.resume();
    return handle_.done();
  }
  void await_suspend(std::coroutine_handle<> parent) { handle_.promise().continuation = parent; }
  T await_resume() { return std::move(handle_.promise().value); }
  std::coroutine_handle<promise_type> handle() const { return handle_; }

 private:
  std::coroutine_handle<promise_type> handle_;
};

std::coroutine_handle<> parked;

struct Park {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { parked = handle; }
  void await_resume() {}
};

Task<int> insertByValue(Row row) {
  co_await Park{};
  co_return static_cast<int>(row.id.text.size()) + row.priority;
}
Task<int> insertByReference(const Row& row) {
  co_await Park{};
  co_return static_cast<int>(row.id.text.size()) + row.priority;
}
Task<bool> yes() {
  co_await Park{};
  co_return true;
}
template <class Function>
Task<int> call(Function function) {
  co_await Park{};
  auto task = function();
  co_return co_await task;
}

Task<int> aggregateByValue() { co_return co_await insertByValue({.id = Tracked("four"), .priority = 1}); }
Task<int> aggregateByReference() { co_return co_await insertByReference(Row{.id = Tracked("four"), .priority = 1}); }

int bodyRunCount = 0;
Task<int> ifWithoutLocal() {
  if (co_await yes()) ++bodyRunCount;
  co_return 0;
}
Task<int> whileWithoutLocal() {
  while (co_await yes()) {
    if (++bodyRunCount >= 2) co_return 0;
  }
  co_return 0;
}
Task<int> switchWithoutLocal() {
  switch (co_await insertByValue(Row{})) {
    default: ++bodyRunCount;
  }
  co_return 0;
}

Task<int> capturesByValue() {
  Tracked captured("four");
  co_return co_await call([captured]() -> Task<int> {
    co_await Park{};
    co_return static_cast<int>(captured.text.size());
  });
}

Task<int> conditionalOperator() {
  const bool first = co_await yes();
  Tracked chosen = first ? Tracked("four") : Tracked("five5");
  co_return static_cast<int>(chosen.text.size());
}

Tracked makeTracked(const char* text) { return Tracked(text); }

Task<int> aggregateBesideAwait() {
  Row row{.id = makeTracked("four"), .title = Tracked("five5"), .priority = co_await insertByValue(Row{})};
  co_return static_cast<int>(row.id.text.size() + row.title.text.size()) + (row.priority > 0 ? 1 : 0);
}

struct Pair {
  Tracked first;
  int second = 0;
};
Task<int> aggregateOfTemporaryAndAwait() {
  Pair pair{Tracked{}, co_await insertByValue(Row{})};
  co_return pair.second;
}

// Clang before 19 leaks what stands before a co_await in braces when the frame is destroyed there. That costs memory
// when such a command is cancelled at that place; nothing is destroyed twice.
#if defined(__clang__) && __clang_major__ < 19
constexpr bool mayLeak = true;
#else
constexpr bool mayLeak = false;
#endif

/// Destroys a task where it has suspended first: what lived in its frame must be destroyed once.
template <class Function>
void checkAbandoned(const char* pattern, Function make) {
  current = pattern;
  const int liveBefore = liveCount;
  {
    auto task = make();
    task.handle().resume();
    expect(!task.handle().done());
  }
  parked = {};
  expect(strangersCount == 0 && (liveCount == liveBefore || (mayLeak && liveCount > liveBefore)));
  strangersCount = 0;
}

/// Runs a task, resuming whatever is parked, and gives its value.
template <class Function>
int run(Function make) {
  auto task = make();
  task.handle().resume();
  while (!task.handle().done()) std::exchange(parked, {}).resume();
  return task.await_resume();
}

template <class Function>
void check(const char* pattern, int expected, Function make) {
  current = pattern;
  const int liveBefore = liveCount;
  bodyRunCount = 0;
  const int result = run(make);
  expect(result == expected && liveCount == liveBefore && strangersCount == 0);
  strangersCount = 0;
}

}  // namespace

int main() {
  std::signal(SIGABRT, onCrash);
  std::signal(SIGSEGV, onCrash);
  check("if (co_await ...) without a local variable", 0, ifWithoutLocal);
  expect(bodyRunCount == 1);
  check("while (co_await ...) without a local variable", 0, whileWithoutLocal);
  expect(bodyRunCount == 2);
  check("switch (co_await ...) without a local variable", 0, switchWithoutLocal);
  expect(bodyRunCount == 1);
  check("an aggregate temporary passed by value to an awaited call", 5, aggregateByValue);
  check("an aggregate temporary passed by reference to an awaited call", 5, aggregateByReference);
  check("by-value captures of an awaited lambda", 4, capturesByValue);
  check("?: with class operands in a coroutine", 4, conditionalOperator);
  check("temporaries before a co_await in an aggregate initializer", 10, aggregateBesideAwait);
  checkAbandoned("temporaries before a co_await in an aggregate initializer, destroyed there", aggregateBesideAwait);
  checkAbandoned("a temporary and a co_await in braces, destroyed there", aggregateOfTemporaryAndAwait);
  checkAbandoned("an aggregate temporary passed to an awaited call, destroyed there", aggregateByReference);
  return failureCount == 0 ? 0 : 1;
}
