#include "hooks.hpp"

#include <span>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "row_template.hpp"
#include "subscribers.hpp"
#include "values.hpp"

namespace hyperdb::conformance {

struct Hooks::Hook {
  Object step;
  Array calls;
  std::vector<Subscription> subscriptions;
};

namespace {

using HookPtr = std::shared_ptr<Hooks::Hook>;

/// An operation of any kind of hook.
struct HookOp {
  OpType type;
  RowPtr<Object> oldRow;
  RowPtr<Object> newRow;
};

HookOp hookOp(const InsertOp<Object>& op) { return {OpType::insert, {}, op.row}; }
HookOp hookOp(const UpsertOp<Object>& op) { return {OpType::upsert, op.old, op.row}; }
HookOp hookOp(const DeleteOp<Object>& op) { return {OpType::delete_, op.old, {}}; }
HookOp hookOp(const Op& op) { return {op.type, RowPtr<Object>(op.oldRow), RowPtr<Object>(op.newRow)}; }

template <class AnyOp>
std::vector<HookOp> hookOps(std::span<const AnyOp> ops) {
  std::vector<HookOp> all;
  all.reserve(ops.size());
  for (const AnyOp& op : ops) all.push_back(hookOp(op));
  return all;
}

bool isLimitedTo(const Object& hook, const std::string& table) { return textOr(hook, "table", table) == table; }

/// Whether the operation meets the hook's `if`.
bool meetsCondition(const Object& hook, const HookOp& op) {
  const Value* written = hook.find("if");
  if (written == nullptr) return true;
  const Object& condition = asDescription(*written);
  const RowPtr<Object>& row = neededText(condition, "side") == "new" ? op.newRow : op.oldRow;
  const Value* column = row ? row->find(neededText(condition, "col")) : nullptr;
  return column != nullptr && *column == neededMember(condition, "equals");
}

WriteCommand filledWrite(const Object& command, const TemplateSource& source) {
  Object write = command;
  if (neededText(command, "do") == "delete") {
    write.set("ids", Array{fillIn(neededMember(command, "id"), source)});
  } else {
    write.set("rows", Array{fillIn(neededMember(command, "row"), source)});
  }
  return writeOf(write);
}

/// The hook's `each`, for one operation or row.
Action<> runCommands(HookPtr hook, TemplateSource source) {
  const Value* commands = hook->step.find("each");
  if (commands == nullptr) co_return;
  for (const Value& each : asList(*commands)) {
    const Object& command = asDescription(each);
    if (neededText(command, "do") == "throw") throw ThrownOnPurpose();
    co_await filledWrite(command, source);
  }
}

Action<> runWriteHook(HookPtr hook, std::string table, std::vector<HookOp> ops) {
  Array described;
  for (const HookOp& op : ops) described.emplace_back(describedOp(op.type, op.oldRow, op.newRow));
  hook->calls.emplace_back(Object{{"table", table}, {"ops", std::move(described)}});
  for (const HookOp& op : ops) {
    if (!meetsCondition(hook->step, op)) continue;
    co_await runCommands(hook, TemplateSource{op.oldRow, op.newRow, {}, opTypeName(op.type)});
  }
}

Action<> runScanHook(HookPtr hook, std::string table, std::string index, Rows<Object> rows) {
  Array ids;
  for (const Object& row : rows) ids.push_back(row.at("id"));
  hook->calls.emplace_back(Object{{"table", table}, {"index", index}, {"ids", std::move(ids)}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    co_await runCommands(hook, TemplateSource{{}, {}, rows.ptr(i), "scan"});
  }
}

Action<> doNothing() { co_return; }

template <class AnyOp>
auto writeHook(const HookPtr& hook, std::string table) {
  return [hook, table = std::move(table)](HookContext&, std::span<const AnyOp> ops) {
    return runWriteHook(hook, table, hookOps(ops));
  };
}

Subscription subscribeChange(const SubscribableDB& db, const HookPtr& hook) {
  return db.afterChange([hook](HookContext&, const AnyTable& table, std::span<const Op> ops) {
    return isLimitedTo(hook->step, table.name()) ? runWriteHook(hook, table.name(), hookOps(ops)) : doNothing();
  });
}

Subscription subscribeScan(const SubscribableDB& db, const HookPtr& hook) {
  return db.afterScan([hook](HookContext&, const ScanEvent& scan) {
    if (!isLimitedTo(hook->step, scan.table.name())) return doNothing();
    return runScanHook(hook, scan.table.name(), scan.query.indexName, Rows<Object>(scan.rows));
  });
}

Subscription subscribeWrites(const SubscribableDB& db, const std::string& on, const DynamicTable& table,
                             const HookPtr& hook) {
  if (on == "insert") return db.afterInsert(table, writeHook<InsertOp<Object>>(hook, table.name()));
  if (on == "upsert") return db.afterUpsert(table, writeHook<UpsertOp<Object>>(hook, table.name()));
  if (on == "delete") return db.afterDelete(table, writeHook<DeleteOp<Object>>(hook, table.name()));
  throw BadScenario("\"" + on + "\" is not a kind of hook");
}

}  // namespace

std::vector<Subscription> Hooks::subscribe(const HookPtr& hook) const {
  const std::string on = neededText(hook->step, "on");
  std::vector<Subscription> subscriptions;
  if (on == "change") {
    subscriptions.push_back(subscribeChange(db_, hook));
  } else if (on == "scan") {
    subscriptions.push_back(subscribeScan(db_, hook));
  } else if (const Value* table = hook->step.find("table")) {
    subscriptions.push_back(subscribeWrites(db_, on, tables_.find(asText(*table)), hook));
  } else {
    for (const AnyTable& each : tables_.all()) {
      subscriptions.push_back(subscribeWrites(db_, on, tables_.find(each.name()), hook));
    }
  }
  return subscriptions;
}

Hooks::Hook& Hooks::find(const Object& step) const {
  const std::string name = neededText(step, "name");
  const auto known = hooks_.find(name);
  if (known == hooks_.end()) throw BadScenario("there is no hook \"" + name + "\"");
  return *known->second;
}

void Hooks::add(const Object& step) {
  auto hook = std::make_shared<Hook>(Hook{step, {}, {}});
  hook->subscriptions = subscribe(hook);
  hooks_.insert_or_assign(neededText(step, "name"), std::move(hook));
}

Object Hooks::look(const Object& step) { return Object{{"calls", std::exchange(find(step).calls, {})}}; }

void Hooks::end(const Object& step) { find(step).subscriptions.clear(); }

}  // namespace hyperdb::conformance
