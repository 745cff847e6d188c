#include "soak/memory_watch.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/block_cache.hpp"
#include "soak/soak_world.hpp"

namespace hyperdb::soak {

namespace {

// Sanitizers have an allocator of their own, which keeps freed memory for a while.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool isKnown = false;
#else
constexpr bool isKnown = true;
#endif
#else
constexpr bool isKnown = true;
#endif

std::size_t residentBytesNow() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  unsigned long total = 0;
  unsigned long resident = 0;
  const int fieldsCount = std::fscanf(file, "%lu %lu", &total, &resident);
  std::fclose(file);
  return fieldsCount == 2 ? resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

void requireBelow(const char* what, std::size_t bytes, std::size_t baseline, std::size_t allowance) {
  require(bytes <= baseline + allowance, std::string(what) + " grew from " + std::to_string(baseline) + " to " +
                                             std::to_string(bytes) + " bytes although everything was let go of");
}

}  // namespace

MemoryUse memoryUseNow() {
  if (!isKnown) return {};
  detail::freeSpareBlocks();  // free lists are not what the databases hold
  const struct mallinfo2 info = mallinfo2();
  return {info.uordblks + info.hblkhd, residentBytesNow()};
}

void MemoryWatch::afterEpoch(const MemoryUse& use) {
  ++epochsCount_;
  if (epochsCount_ <= warmUpEpochs) return;
  if (epochsCount_ <= warmUpEpochs + baselineEpochs) {
    baseline_.heapBytes = std::max(baseline_.heapBytes, use.heapBytes);
    baseline_.residentBytes = std::max(baseline_.residentBytes, use.residentBytes);
    return;
  }
  requireBelow("the heap", use.heapBytes, baseline_.heapBytes, heapAllowanceBytes);
  requireBelow("resident memory", use.residentBytes, baseline_.residentBytes, residentAllowanceBytes);
}

}  // namespace hyperdb::soak
