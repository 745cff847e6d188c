// The steps `subscribe`, `expectOps` and `unsubscribe`: the subscribers of commits.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <hyperdb/subscribable_db.hpp>

namespace hyperdb::conformance {

/// "insert", "upsert" or "delete".
const char* opTypeName(OpType type) noexcept;
/// An operation as results show it. Rows that are not there are null.
Object describedOp(OpType type, const RowPtr<Object>& oldRow, const RowPtr<Object>& newRow);

class Subscribers {
 public:
  explicit Subscribers(const SubscribableDB& db) noexcept : db_(db) {}

  void add(const Object& step);
  Object look(const Object& step) const;
  void end(const Object& step);

 private:
  struct Subscriber {
    bool isThrowing = false;
    Object lastHeard;
    Subscription subscription;
  };
  Subscriber& find(const Object& step) const;

  const SubscribableDB& db_;
  std::map<std::string, std::unique_ptr<Subscriber>> subscribers_;
};

}  // namespace hyperdb::conformance
