// ChildProcess: this program once more, in another role, which may be killed at any moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hyperdb::crash {

/// What a child says: numbers, over its standard output.
void tellParent(std::int32_t number);

class ChildProcess {
 public:
  /// Starts it. Throws std::runtime_error.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  /// Kills it.
  ~ChildProcess();

  /// Waits for a number. False: none came in time, or the child has ended.
  bool waitForNumber(std::chrono::milliseconds patience);
  /// SIGKILL. Returns whether it was still running; else it has ended by itself, which no child should.
  bool kill();
  /// All that it has said so far; after `kill` everything.
  const std::vector<std::int32_t>& numbers();

 private:
  bool readSome();

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string bytes_;  ///< of a number that is not whole yet
  std::vector<std::int32_t> numbers_;
};

}  // namespace hyperdb::crash
