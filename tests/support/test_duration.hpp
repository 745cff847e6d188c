// How long a test of threads goes on: races show with time, and under ThreadSanitizer a minute is worth it.
#pragma once

#include <chrono>
#include <cstdlib>

namespace hyperdb::test {

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HYPERDB_TEST_UNDER_TSAN 1
#endif
#endif

/// HYPERDB_TEST_SECONDS if it is set, else `seconds`, or `secondsUnderTsan` in a build with ThreadSanitizer.
inline std::chrono::milliseconds testDuration(double seconds, [[maybe_unused]] double secondsUnderTsan) {
#ifdef HYPERDB_TEST_UNDER_TSAN
  seconds = secondsUnderTsan;
#endif
  if (const char* text = std::getenv("HYPERDB_TEST_SECONDS")) seconds = std::atof(text);
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// Says when the time is over. Any thread.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds duration) : end_(std::chrono::steady_clock::now() + duration) {}
  bool isOver() const { return std::chrono::steady_clock::now() >= end_; }

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace hyperdb::test
