// ChangeLog: what each commit changed, in a table of the file, for other processes that have it open.
//
//   hyperdb_changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, writer INTEGER, changes TEXT)
//
// `changes` is an array of [table, type, old row, new row] in the order of the writes, or null when there was too much
// to say. Commits that are older than the last `changeLogCommitsMax` are forgotten.
//
// Thread safety: that of its session.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <hyperdb/driver.hpp>

#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// What others have committed.
struct ExternalCommits {
  std::vector<Ops> commits;
  /// Something else was changed, before, between or after them, and nobody knows what.
  bool isUnknown = false;

  bool empty() const noexcept { return commits.empty() && !isUnknown; }
};

class ChangeLog {
 public:
  /// REQUIRES: both outlive this.
  ChangeLog(Session& session, const SharedFileOptions& options);

  /// Creates the table if it is missing, and takes everything until now as seen. In a write transaction.
  void create();
  bool isCreated() const noexcept { return static_cast<bool>(select_); }
  /// Notes these ops as part of the open write transaction. REQUIRES: `readNew` was called in it.
  void append(const Ops& ops);
  /// What was appended is committed.
  void confirm() noexcept { lastSeen_ = std::max(lastSeen_, lastAppended_); }
  /// What others have committed since the last call. In a transaction that writes or just reads, or in none.
  ExternalCommits readNew();

 private:
  bool hasOthersCommitted();
  Ops parse(std::string_view changes, ExternalCommits& found);

  Session& session_;
  std::int64_t commitsMax_;
  std::int64_t writer_;  ///< who we are: a random number
  std::int64_t lastSeen_ = 0;
  std::int64_t lastAppended_ = 0;
  std::int64_t dataVersion_ = 0;
  Statement readDataVersion_;
  Statement insert_;
  Statement forget_;
  Statement select_;
};

}  // namespace hyperdb::detail::sqlite
