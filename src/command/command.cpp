#include <hyperdb/command.hpp>

namespace hyperdb::detail {

ScanAwaiter::ScanAwaiter(const PromiseBase& parent) noexcept : CoroutineAwaiter(parent) {}
ScanAwaiter::~ScanAwaiter() = default;

bool ScanAwaiter::startScan(const QuerySpec& query) {
  step_ = scope()->runner->scan(*scope(), query);
  return start(step_.frame(), scope());
}

RowSequence ScanAwaiter::takeRows() { return step_.take(); }

WriteAwaiter::WriteAwaiter(const PromiseBase& parent, WriteCommand command)
    : CoroutineAwaiter(parent), command_(std::move(command)) {}
WriteAwaiter::~WriteAwaiter() = default;

bool WriteAwaiter::await_ready() {
  step_ = scope()->runner->write(*scope(), command_);
  return start(step_.frame(), scope());
}

void WriteAwaiter::await_resume() { step_.take(); }

}  // namespace hyperdb::detail
