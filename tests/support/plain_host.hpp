// PlainHost: what a driver needs to know of a database, for tests of a driver alone. Keeps what it is told.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <hyperdb/engine/driver.hpp>

namespace hyperdb::test {

class PlainHost final : public DriverHost {
 public:
  explicit PlainHost(Executor& executor) : executor_(executor) {}
  Executor& executor() const noexcept override { return executor_; }
  void onExternalCommit(Ops ops) noexcept override { externalCommits.push_back(std::move(ops)); }
  void onUnknownChange() noexcept override { ++unknownChangesCount; }

  std::vector<Ops> externalCommits;
  std::size_t unknownChangesCount = 0;

 private:
  Executor& executor_;
};

}  // namespace hyperdb::test
