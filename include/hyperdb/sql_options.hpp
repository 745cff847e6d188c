// SqlOptions: how a database file is opened. Values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hyperdb {

/// How SQLite keeps a transaction apart from the file until it is committed. `wal` lets readers continue beside a
/// writer; `truncate` is for file systems without shared memory.
enum class JournalMode : unsigned char { wal, truncate };

/// When SQLite waits for the disk. `off`: never; a crash of the machine may damage the file. `normal`: at
/// checkpoints; after a power failure the last commits may be gone, each of them as a whole, but nothing is damaged.
/// `full`: at each commit; every commit survives. With JournalMode::truncate `normal` would not be safe, so it means
/// `full` there. A crash of the program alone loses nothing at any level.
enum class SynchronousLevel : unsigned char { off, normal, full };

/// The progress of filling a new index.
struct LoadProgress {
  std::string_view table;  ///< table and index live as long as the call
  std::string_view index;
  std::int64_t rowsDone = 0;
  std::int64_t rowsTotal = 0;
};

/// Options of a shared database file: several processes that notify each other of their commits. All of them must
/// switch it on: the commits of a process without it are noticed, but not what they changed.
struct SharedFileOptions {
  bool enabled = false;
  std::int64_t pollIntervalMs = 100;        ///< between checks for commits; 0: only in `lookForCommits` and commits
  // The file keeps a log of the last commits, up to these limits. A process that falls behind by more must re-run all
  // its live queries: raise the limits if processes write much between two checks.
  std::int64_t changeLogCommitsMax = 1000;
  std::int64_t changeLogBytesMax = 8 << 20;  ///< of JSON: the changed rows before and after
};

/// Options of SqlDriver and AsyncSqlDriver.
struct SqlOptions {
  JournalMode journalMode = JournalMode::wal;
  SynchronousLevel synchronous = SynchronousLevel::normal;
  std::int64_t busyTimeoutMs = 5000;  ///< milliseconds to wait for another process's lock
  bool readOnly = false;              ///< open an existing file; writes are refused
  bool createIfMissing = true;
  std::int64_t pageCacheBytes = 32 << 20;  ///< SQLite's page cache, per connection
  /// Maximum number of rows kept in memory as objects, so that reading them again does not decode them. 0: none;
  /// otherwise rounded up to a power of two, at least 1,024. Raise it if the working set is larger and memory allows.
  std::size_t rowCacheRows = 100'000;
  SharedFileOptions sharedFile = {};
  /// Called now and then while `loadTables` fills a new index, on the thread that does it. Returning false stops the
  /// loading: it fails with Error(cancelled), and the file is unchanged.
  std::function<bool(const LoadProgress&)> onLoadProgress = {};
  std::string vfs = {};  ///< the name of a registered sqlite3_vfs; empty: the system's
};

}  // namespace hyperdb
