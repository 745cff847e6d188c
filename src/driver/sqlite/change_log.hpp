// ChangeLog: what each commit changed, in a table of the file, for other processes that have it open.
//
//   hyperdb_changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, writer INTEGER, bytes_end INTEGER, changes TEXT)
//
// `changes` is an array of [table, type, old row, new row] in the order of the writes, or null when there was too much
// to say. `bytes_end` is how long all of them have been until then. The oldest commits are forgotten when there are
// more than `changeLogCommitsMax`, or `changeLogBytesMax` of text.
//
// Invariant: who keeps the log writes one entry in each transaction that writes. So the number of commits that the file
// has had and the number of the last entry grow together; when they do not, somebody else has written.
//
// Thread safety: that of its session.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <hyperdb/driver.hpp>

#include "driver/sqlite/commit_counter.hpp"
#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// What others have committed.
struct ExternalCommits {
  std::vector<Ops> commits;
  /// Something else was changed, before, between or after them, and nobody knows what.
  bool isUnknown = false;

  bool empty() const noexcept { return commits.empty() && !isUnknown; }
};

/// Tells the host, if there is one. It may be gone after each thing that it was told: then the pointer is null.
void announce(DriverHost* const& host, ExternalCommits external) noexcept;

class ChangeLog {
 public:
  /// REQUIRES: both outlive this.
  ChangeLog(Session& session, const SharedFileOptions& options);

  /// Takes everything until now as seen. False: the file has no log yet. Outside of transactions.
  bool open();
  bool isOpen() const noexcept { return static_cast<bool>(select_); }
  /// Creates the table if it is missing, and notes that something unknown was changed. In a write transaction.
  void create();
  /// Notes these ops, or that there are none, as part of the open write transaction. REQUIRES: `readNew` was called in
  /// it.
  void append(const Ops& ops);
  /// What was appended is committed.
  void confirm() noexcept { lastSeen_ = std::max(lastSeen_, lastAppended_); }
  /// What others have committed since the last call. In a transaction that writes, or in none. O(1) when there is
  /// nothing, without reading the file.
  ExternalCommits readNew();
  /// The same, and begins to read: the session stays in a transaction that sees exactly the commits until then.
  ExternalCommits readNewAndBegin();
  /// Goes on with another session of the same file.
  void moveTo(Session& session);

 private:
  class StableState;

  void prepare(Session& session);
  ExternalCommits readUntil(const StableState& state);
  void readEntries(ExternalCommits& found);
  Ops parse(std::string_view changes, ExternalCommits& found);

  Session* session_;
  const SharedFileOptions options_;
  std::int64_t writer_;  ///< who we are: a random number
  std::int64_t lastSeen_ = 0;
  std::int64_t lastAppended_ = 0;
  std::uint32_t commitsCount_ = 0;  ///< when was last looked
  std::uint32_t unlogged_ = 0;      ///< how many more commits there were than entries
  CommitCounter counter_;
  Statement insert_;
  Statement forget_;
  Statement select_;
};

}  // namespace hyperdb::detail::sqlite
