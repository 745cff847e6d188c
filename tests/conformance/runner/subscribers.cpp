#include "subscribers.hpp"

#include <utility>

#include "values.hpp"

namespace hyperdb::conformance {

namespace {

std::string nameOf(const Object& step) { return textOr(step, "name", "sub"); }

Object describedCommit(const CommitEvent& commit) {
  Array ops;
  for (const Op& op : commit.ops) {
    ops.emplace_back(describedOp(op.type, RowPtr<Object>(op.oldRow), RowPtr<Object>(op.newRow)));
    ops.back().get<Object>()->set("table", op.table->name());
  }
  return Object{{"ops", std::move(ops)}, {"revision", static_cast<double>(commit.revision)}};
}

}  // namespace

const char* opTypeName(OpType type) noexcept {
  switch (type) {
    case OpType::insert: return "insert";
    case OpType::upsert: return "upsert";
    case OpType::delete_: break;
  }
  return "delete";
}

Object describedOp(OpType type, const RowPtr<Object>& oldRow, const RowPtr<Object>& newRow) {
  Object described{{"type", opTypeName(type)}};
  if (oldRow) described.set("old", *oldRow);
  if (newRow) described.set("new", *newRow);
  return described;
}

Subscribers::Subscriber& Subscribers::find(const Object& step) const {
  const auto known = subscribers_.find(nameOf(step));
  if (known == subscribers_.end()) throw BadScenario("there is no subscriber \"" + nameOf(step) + "\"");
  return *known->second;
}

void Subscribers::add(const Object& step) {
  auto subscriber = std::make_unique<Subscriber>();
  subscriber->isThrowing = flagOf(step, "throws");
  subscriber->lastHeard = Object{{"none", true}};
  subscriber->subscription = db_.subscribe([&heard = *subscriber](const CommitEvent& commit) {
    heard.lastHeard = describedCommit(commit);
    if (heard.isThrowing) throw ThrownOnPurpose();
  });
  subscribers_.insert_or_assign(nameOf(step), std::move(subscriber));
}

Object Subscribers::look(const Object& step) const { return find(step).lastHeard; }

void Subscribers::end(const Object& step) { find(step).subscription.cancel(); }

}  // namespace hyperdb::conformance
