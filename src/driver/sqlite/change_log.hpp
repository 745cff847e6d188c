// ChangeLog: the changes of each commit, in a table of the file, for other processes that have it open.
//
//   hyperdb_changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, writer INTEGER, bytes_end INTEGER, changes TEXT)
//
// `changes` is an array of [table, type, old row, new row] in the order of the writes, or null when it would be too
// long. `bytes_end` is the total length of all `changes` until then. The oldest commits are deleted when there are
// more than `changeLogCommitsMax`, or `changeLogBytesMax` of text.
//
// Invariant: every process with a change log writes one entry in each write transaction. So the number of commits of
// the file and the number of the last entry grow together; if they do not, a process without a change log has
// written.
//
// Thread safety: that of its session.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <hyperdb/engine/driver.hpp>

#include "driver/sqlite/commit_counter.hpp"
#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// The commits of other processes.
struct ExternalCommits {
  std::vector<Ops> commits;
  /// There were other changes, before, between or after these commits, of unknown content.
  bool isUnknown = false;

  bool empty() const noexcept { return commits.empty() && !isUnknown; }
};

/// Notifies the host. Any notification may detach it (the pointer becomes null), so it is re-read before each one.
void notifyHost(DriverHost* const& host, ExternalCommits external) noexcept;

class ChangeLog {
 public:
  /// REQUIRES: both outlive this.
  ChangeLog(Session& session, const SharedFileOptions& options);

  /// Marks everything until now as seen. Returns false if the file has no log yet. Outside of transactions.
  bool open();
  bool isOpen() const noexcept { return static_cast<bool>(select_); }
  /// Creates the table if it is missing, and records an unknown change. In a write transaction.
  void create();
  /// Appends these ops, or an entry without ops, as part of the open write transaction. REQUIRES: `readNew` was
  /// called in it.
  void append(const Ops& ops);
  /// Marks what was appended since the last `readNew` as committed.
  void confirm() noexcept;
  /// Returns the external commits since the last call. In a write transaction, or in none. O(1) when there are none,
  /// without reading the file.
  ExternalCommits readNew();
  /// Returns the external commits as `readNew` does, and begins to read: the session stays in a transaction whose
  /// snapshot has exactly the commits until then.
  ExternalCommits readNewAndBegin();
  /// Moves to another session of the same file.
  void moveTo(Session& session);
  /// Returns the external commits, outside of transactions. When the file was deleted, renamed or replaced, or is
  /// back, that is an unknown change: a command that re-runs then meets the error. One `stat` when nothing has
  /// happened.
  ExternalCommits poll();

 private:
  class StableState;

  void prepare(Session& session);
  ExternalCommits readUntil(const StableState& state);
  void markAllSeen();
  void readEntries(ExternalCommits& found);
  Ops parse(std::string_view changes, ExternalCommits& found);

  Session* session_;
  const SharedFileOptions options_;
  std::int64_t writer_;  ///< identifies this log's entries: a random number
  std::int64_t lastSeen_ = 0;
  std::optional<std::int64_t> appended_;  ///< the entry of the transaction that is being committed
  bool wasInPlace_ = true;                ///< the file, at the last `poll`
  bool mustRestart_ = false;              ///< the numbers of the entries leave no room for greater ones
  std::uint32_t commitsCount_ = 0;        ///< at the last poll
  std::uint32_t unlogged_ = 0;            ///< by how much the commits outnumber the entries
  CommitCounter counter_;
  Statement insert_;
  Statement deleteOld_;
  Statement select_;
};

}  // namespace hyperdb::detail::sqlite
