// The steps `hook`, `expectHook` and `unhook`: coroutines that run inside transactions.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <hyperdb/subscribable_db.hpp>

#include "tables.hpp"

namespace hyperdb::conformance {

class Hooks {
 public:
  Hooks(const SubscribableDB& db, const TableBook& tables) noexcept : db_(db), tables_(tables) {}

  void add(const Object& step);
  /// The calls since it was added or looked at.
  Object look(const Object& step);
  void end(const Object& step);

  struct Hook;

 private:
  std::vector<Subscription> subscribe(const std::shared_ptr<Hook>& hook) const;
  Hook& find(const Object& step) const;

  const SubscribableDB& db_;
  const TableBook& tables_;
  std::map<std::string, std::shared_ptr<Hook>> hooks_;
};

}  // namespace hyperdb::conformance
