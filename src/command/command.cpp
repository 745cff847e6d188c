#include <hyperdb/command.hpp>

namespace hyperdb::detail {

ScanAwaiter::ScanAwaiter(CommandScope* scope, unsigned depth) noexcept : scope_(scope), depth_(depth) {}
ScanAwaiter::~ScanAwaiter() = default;

bool ScanAwaiter::start(const QuerySpec& query) {
  step_ = scope_->runner->scan(*scope_, query);
  step_.frame().start(scope_, depth_);
  return step_.frame().done();
}

void ScanAwaiter::await_suspend(std::coroutine_handle<> parent) const noexcept {
  step_.frame().promise->continuation = parent;
}

RowSequence ScanAwaiter::takeRows() { return step_.take(); }

WriteAwaiter::WriteAwaiter(CommandScope* scope, unsigned depth, WriteCommand command)
    : scope_(scope), depth_(depth), command_(std::move(command)) {}
WriteAwaiter::~WriteAwaiter() = default;

bool WriteAwaiter::await_ready() {
  step_ = scope_->runner->write(*scope_, command_);
  step_.frame().start(scope_, depth_);
  return step_.frame().done();
}

void WriteAwaiter::await_suspend(std::coroutine_handle<> parent) const noexcept {
  step_.frame().promise->continuation = parent;
}

void WriteAwaiter::await_resume() { step_.take(); }

}  // namespace hyperdb::detail
