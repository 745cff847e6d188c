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
#define HYPERDB_LINK_SQLITE                                                                                           \
  __attribute__((                                                                                                     \
      unavailable("hyperdb: link the target hyperdb::sqlite or hyperdb::hyperdb; hyperdb::core alone has no drivers " \
                  "over SQLite")))
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
  /// Off by default: the log costs a write for each commit. Switch it on in every process that has the file open.
  bool enabled = false;
  /// Milliseconds between two checks for commits; 0: only in `pollForCommits` and commits. A check without a new commit
  /// reads one number. Lower it if live results must follow sooner.
  std::int64_t pollIntervalMs = 100;
  /// Maximum number of commits in the file's change log. A process that falls behind by more must re-run all its live
  /// results: raise both limits if processes write more than this between two checks.
  std::int64_t changeLogCommitsMax = 1000;
  /// Maximum size of the change log, in bytes of JSON: the changed rows before and after.
  std::int64_t changeLogBytesMax = 8 << 20;
};

/// Options of SqlDriver and AsyncSqlDriver.
struct SqlOptions {
  /// `wal`, the default, lets selectors read while an action writes. Use `truncate` on network file systems.
  JournalMode journalMode = JournalMode::wal;
  /// `normal`, the default, makes commits quick. Use `full` if a commit must survive a power failure.
  SynchronousLevel synchronous = SynchronousLevel::normal;
  /// Milliseconds to wait for another process's lock before the operation fails. Raise it if other processes have long
  /// actions; lower it if the home thread must not wait.
  std::int64_t busyTimeoutMs = 5000;
  /// Opens an existing file; writes are refused.
  bool readOnly = false;
  /// Creates a missing file, but not its folder. Switch it off if a missing file is an error of the user.
  bool createIfMissing = true;
  /// Size of SQLite's page cache, in bytes, per connection. Raise it if the program reads more of the file repeatedly.
  std::int64_t pageCacheBytes = 32 << 20;
  /// Maximum number of rows kept in memory as objects, so that reading them again does not decode them. 0: none;
  /// otherwise rounded up to a power of two, at least 1,024. Raise it if the working set is larger and memory allows.
  std::size_t rowCacheRows = 100'000;
  /// Notifies several processes of each other's commits.
  SharedFileOptions sharedFile = {};
  /// Called now and then while `loadTables` fills a new index, on the thread that does it. Returning false stops the
  /// loading: it fails with Error(cancelled), and the file is unchanged.
  std::function<bool(const LoadProgress&)> onLoadProgress = {};
  /// The name of a registered sqlite3_vfs; empty: the system's.
  std::string vfs = {};
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
