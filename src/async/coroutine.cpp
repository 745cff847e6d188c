#include <hyperdb/detail/coroutine.hpp>

namespace hyperdb::detail {

namespace {
thread_local unsigned marksCount = 0;
}

void resumeCoroutine(std::coroutine_handle<> coroutine) { coroutine.resume(); }

OnStackMark::OnStackMark() noexcept { ++marksCount; }
OnStackMark::~OnStackMark() { --marksCount; }
bool OnStackMark::exists() noexcept { return marksCount > 0; }

void resumeMarked(std::coroutine_handle<> coroutine) {
  const OnStackMark mark;
  resumeCoroutine(coroutine);
}

}  // namespace hyperdb::detail
