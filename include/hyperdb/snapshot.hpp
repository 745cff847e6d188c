// Snapshot: an immutable (MVCC) snapshot of a database, for other threads.
#pragma once

#include <memory>
#include <utility>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/query.hpp>

namespace hyperdb {

/// The result of `db.snapshot()`: all tables as of one commit. Keeps its rows and trees alive.
///
///     std::thread reader([snapshot = db.snapshot()] {
///       Rows<Task> tasks = snapshot.read(selectFrom(tasksTable, byProjectOrder));
///     });
///
/// Thread safety: immutable; any thread may copy, read and drop it while writers continue.
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const DriverSnapshot> body) noexcept : body_(std::move(body)) {}

  /// Runs a query on the snapshot. Throws what the query would throw in a command. O(log n) for one range.
  template <QueryLike Query>
  typename Query::Result read(const Query& query) const {
    return query.finish(scan(query.spec()));
  }

 private:
  RowSequence scan(const QuerySpec& query) const;

  std::shared_ptr<const DriverSnapshot> body_;
};

}  // namespace hyperdb
