#include <hyperdb/clock.hpp>

#include <chrono>

namespace hyperdb {

Clock& steadyClock() {
  class SteadyClock final : public Clock {
   public:
    std::int64_t nowMs() const override {
      const auto now = std::chrono::steady_clock::now().time_since_epoch();
      return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    }
  };
  static SteadyClock clock;
  return clock;
}

}  // namespace hyperdb
