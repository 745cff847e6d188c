#include "crash/kill/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace hyperdb::crash {

void tellParent(std::int32_t number) {
  if (write(STDOUT_FILENO, &number, sizeof number) != static_cast<ssize_t>(sizeof number)) _exit(1);
}

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pipe_ = ends[0];
  fcntl(pipe_, F_SETFL, O_NONBLOCK);
  std::vector<char*> argv;
  std::string self = "/proc/self/exe";
  argv.push_back(self.data());
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const int code = posix_spawn(&pid_, self.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (code != 0) throw std::runtime_error(std::string("a child can't be started: ") + std::strerror(code));
}

ChildProcess::~ChildProcess() {
  kill();
  close(pipe_);
}

bool ChildProcess::readSome() {
  char buffer[4096];
  const ssize_t count = read(pipe_, buffer, sizeof buffer);
  if (count <= 0) return false;
  bytes_.append(buffer, static_cast<std::size_t>(count));
  while (bytes_.size() >= sizeof(std::int32_t)) {
    std::int32_t number = 0;
    std::memcpy(&number, bytes_.data(), sizeof number);
    bytes_.erase(0, sizeof number);
    numbers_.push_back(number);
  }
  return true;
}

bool ChildProcess::waitForNumber(std::chrono::milliseconds patience) {
  const std::size_t before = numbers_.size();
  const auto end = std::chrono::steady_clock::now() + patience;
  while (numbers_.size() == before) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waited{pipe_, POLLIN, 0};
    if (poll(&waited, 1, static_cast<int>(left.count())) > 0 && !readSome()) return false;
  }
  return true;
}

bool ChildProcess::kill() {
  if (pid_ < 0) return false;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

const std::vector<std::int32_t>& ChildProcess::numbers() {
  while (readSome()) {
  }
  return numbers_;
}

}  // namespace hyperdb::crash
