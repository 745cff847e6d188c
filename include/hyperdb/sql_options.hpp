// SqlOptions: how a database file is opened. Values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

// The targets hyperdb::sqlite and hyperdb::hyperdb define HYPERDB_WITH_SQLITE. Without it a program can include the
// drivers over SQLite, as hyperdb.hpp does, but not use them: it would not link. Clang reports the name of the class,
// GCC, which would also report it inside of the class, the constructor.
#ifdef HYPERDB_WITH_SQLITE
#define HYPERDB_LINK_SQLITE
#else
#define HYPERDB_LINK_SQLITE   \
  __attribute__((unavailable( \
      "hyperdb: link the target hyperdb::sqlite or hyperdb::hyperdb; hyperdb::core alone has no drivers over SQLite")))
#endif
#ifdef __clang__
#define HYPERDB_SQLITE_CLASS HYPERDB_LINK_SQLITE
#define HYPERDB_SQLITE_CONSTRUCTOR
#else
#define HYPERDB_SQLITE_CLASS
#define HYPERDB_SQLITE_CONSTRUCTOR HYPERDB_LINK_SQLITE
#endif

/// A connection, in SQLite's own C API.
struct sqlite3;

namespace hyperdb {

/// How SQLite keeps a transaction apart from the file until it is committed. `wal` lets readers go on beside a writer;
/// `truncate` is for file systems without shared memory.
enum class JournalMode : unsigned char { wal, truncate };

/// When SQLite waits for the disk. `off`: never: a crash of the machine may damage the file. `normal`: at checkpoints:
/// after a loss of power the last commits may be gone, but nothing is damaged and none is there in part. `full`: at
/// each commit: what was committed is there. JournalMode::truncate is not safe with `normal`, which is `full` there. A
/// crash of the program alone loses nothing in any of them.
enum class SynchronousLevel : unsigned char { off, normal, full };

/// How far the filling of a new index has come.
struct LoadProgress {
  std::string_view table;  ///< both live as long as the call
  std::string_view index;
  std::int64_t rowsDone = 0;
  std::int64_t rowsTotal = 0;
};

/// Several processes that have one file open, and want to hear of each other's commits. All of them must switch it on:
/// what others write is noticed, but not what it was.
struct SharedFileOptions {
  bool enabled = false;
  std::int64_t pollIntervalMs = 100;        ///< how often to look; 0: only when asked (`lookForCommits`) and on commits
  // The file keeps a log of the last commits, up to this. Who falls behind by more must run everything again.
  std::int64_t changeLogCommitsMax = 1000;
  std::int64_t changeLogBytesMax = 8 << 20;  ///< of JSON: the changed rows as they were and as they are
};

/// Options of SqlDriver and AsyncSqlDriver.
struct SqlOptions {
  JournalMode journalMode = JournalMode::wal;
  SynchronousLevel synchronous = SynchronousLevel::normal;
  std::int64_t busyTimeoutMs = 5000;  ///< how long to wait for another process's lock
  bool readOnly = false;              ///< the file must be there; writes are refused
  bool createIfMissing = true;
  std::int64_t pageCacheBytes = 32 << 20;  ///< per connection
  /// Rows that are kept in memory as objects, so that reading them again does not decode them. 0: none;
  /// else rounded up to a power of two, 1,024 at least.
  std::size_t rowCacheRows = 100'000;
  SharedFileOptions sharedFile = {};
  /// Called now and then while `loadTables` fills a new index, on the thread that does it. False stops the loading: it
  /// fails with Error(cancelled), and the file is as it was.
  std::function<bool(const LoadProgress&)> onLoadProgress = {};
  std::string vfs = {};  ///< the name of a registered sqlite3_vfs; empty: the system's
  /// Called once for each connection that the driver opens, before any statement runs on it: for `PRAGMA key`,
  /// extensions, functions and collations. A driver opens one connection when it is constructed, and more for reading
  /// when they are first needed.
  ///
  /// An exception makes opening fail with Error(driverFailure) that carries its message (std::bad_alloc stays what it
  /// is). The connection is closed; whatever needs one next opens another, and calls the hook again.
  ///
  /// Thread: the one that opens the connection. That is the home thread for SqlDriver; AsyncSqlDriver also calls it on
  /// the threads of its readers, several at once, and `close` waits for it.
  ///
  /// It must not keep the pointer, call the database, begin a transaction (opening fails if one is left open), change
  /// the journal mode, or set the busy, progress or WAL handler, which are the driver's.
  std::function<void(sqlite3* connection)> onConnect = {};
};

}  // namespace hyperdb
