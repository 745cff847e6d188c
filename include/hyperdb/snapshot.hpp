// Snapshot: the state of a database at one moment, for other threads.
#pragma once

#include <memory>
#include <utility>

#include <hyperdb/driver.hpp>
#include <hyperdb/query.hpp>

namespace hyperdb {

/// What `db.snapshot()` gives. Keeps the rows and trees of its moment alive.
///
///     std::thread reader([snapshot = db.snapshot()] {
///       Rows<Task> tasks = snapshot.read(selectFrom(tasksTable, byProjectOrder));
///     });
///
/// Thread safety: immutable; may be copied, read and dropped by any thread while writers go on.
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const DriverSnapshot> body) noexcept : body_(std::move(body)) {}

  /// Answers a query from the frozen state. Throws what the query would throw in a command. O(log n) for one range.
  template <QueryLike Query>
  typename Query::Result read(const Query& query) const {
    return query.finish(scan(query.spec()));
  }

 private:
  RowSequence scan(const QuerySpec& query) const;

  std::shared_ptr<const DriverSnapshot> body_;
};

}  // namespace hyperdb
