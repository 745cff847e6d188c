// What is alive, and how much work was done. Values that DB::stats and DB::counters return; tests assert differences.
#pragma once

#include <cstdint>

namespace hyperdb {

/// Work since the database was made. Monotonic; compare two copies to learn what an operation cost.
struct Counters {
  std::uint64_t commits = 0;
  std::uint64_t scans = 0;         ///< queries answered by the storage
  std::uint64_t rowsExamined = 0;  ///< rows the storage read; windows cost none, small results are copied
  std::uint64_t rowsWritten = 0;
  std::uint64_t nodesVisited = 0;        ///< tree nodes entered (memory)
  std::uint64_t nodesCopied = 0;         ///< tree nodes copied on write (memory)
  std::uint64_t selectorsRun = 0;        ///< first runs and re-runs of cached selectors
  std::uint64_t selectorsRerun = 0;      ///< re-runs of invalidated selectors
  std::uint64_t selectorsLeftAlone = 0;  ///< live selectors that a commit did not invalidate, summed over commits
  std::uint64_t rangesCompared = 0;      ///< recorded ranges that commits compared with their writes
  std::uint64_t notifications = 0;       ///< callbacks of cached selectors
};

/// What is alive. All but `revision` are zero once the program has released everything (`entries` after their
/// gcTimeMs).
struct Stats {
  std::int64_t revision = 0;
  std::int64_t entries = 0;            ///< cached selectors
  std::int64_t subscriptions = 0;      ///< to cached selectors, to commits, and hooks
  std::int64_t ranges = 0;             ///< recorded index ranges
  std::int64_t operationsRunning = 0;  ///< asynchronous operations not finished yet
  std::int64_t coroutineFrames = 0;    ///< in the whole process
  std::int64_t rows = 0;               ///< in the whole process
  std::int64_t treeNodes = 0;          ///< in the whole process
};

}  // namespace hyperdb
