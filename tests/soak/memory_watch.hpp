// Whether memory stays flat: bytes in use and resident memory after each epoch, against the first epochs.
#pragma once

#include <cstddef>

namespace hyperdb::soak {

/// What the process uses now. Zero where it can't be known (under sanitizers).
struct MemoryUse {
  std::size_t heapBytes = 0;
  std::size_t residentBytes = 0;
};
MemoryUse memoryUseNow();

/// The first epochs warm up what is kept for reuse (coroutine frames, hash tables, the allocator's own lists); the
/// highest of the next ones is what later epochs may not exceed by more than an allowance.
class MemoryWatch {
 public:
  static constexpr int warmUpEpochs = 3;
  static constexpr int baselineEpochs = 3;
  static constexpr std::size_t heapAllowanceBytes = std::size_t{256} << 10;
  static constexpr std::size_t residentAllowanceBytes = std::size_t{16} << 20;

  /// To be told after each epoch, when everything that was made in it is gone. Throws SoakFailure when it grows.
  void afterEpoch(const MemoryUse& use);

 private:
  int epochsCount_ = 0;
  MemoryUse baseline_;
};

}  // namespace hyperdb::soak
