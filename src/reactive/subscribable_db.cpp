#include <hyperdb/subscribable_db.hpp>

#include "reactive/reactive_core.hpp"

namespace hyperdb {

std::string WakeReason::toString() const {
  return "commit " + std::to_string(revision) + " wrote " + table + "/" + index + key + " inside " + range;
}

SubscribableDB::SubscribableDB(DB db) : DB(std::move(db)) {
  core().checkThread("SubscribableDB");
  // Two wrappers of one database share its cache. A ReactiveCore is the only kind of observer.
  reactive_ = std::static_pointer_cast<detail::ReactiveCore>(core().observer());
  if (reactive_) return;
  reactive_ = std::make_shared<detail::ReactiveCore>(core());
  core().setObserver(reactive_);
}

SubscribableDB::SubscribableDB(const SubscribableDB& other, Traits traits)
    : DB(other.DB::withTraits(std::move(traits))), reactive_(other.reactive_) {}

SubscribableDB SubscribableDB::withTraits(Traits traits) const { return SubscribableDB(*this, std::move(traits)); }

Subscription SubscribableDB::subscribe(std::function<void(const CommitEvent&)> callback) const {
  core().checkUsable("subscribe");
  return core().subscribe(std::move(callback));
}

Subscription SubscribableDB::addHook(std::optional<OpType> type, std::shared_ptr<const TableDef> table,
                                     detail::WriteHook hook) const {
  core().checkUsable("a hook");
  auto registered = std::make_shared<detail::RegisteredHook>();
  registered->anyType = !type.has_value();
  registered->type = type.value_or(OpType::insert);
  registered->table = std::move(table);
  registered->onWrite = std::move(hook);
  return core().hooks().add(std::move(registered));
}

Subscription SubscribableDB::afterChange(
    std::function<Action<void>(HookContext&, const AnyTable&, std::span<const Op>)> hook) const {
  core().checkUsable("afterChange");
  auto registered = std::make_shared<detail::RegisteredHook>();
  registered->anyType = true;
  registered->onWrite = [hook = std::move(hook)](HookContext& context, std::span<const Op> ops) {
    return hook(context, context.table, ops);
  };
  return core().hooks().add(std::move(registered));
}

Subscription SubscribableDB::afterScan(std::function<Action<void>(HookContext&, const ScanEvent&)> hook) const {
  core().checkUsable("afterScan");
  auto registered = std::make_shared<detail::RegisteredHook>();
  registered->onScan = std::move(hook);
  return core().hooks().add(std::move(registered));
}

void SubscribableDB::onCallbackError(std::function<void(std::exception_ptr)> handler) const {
  core().checkThread("onCallbackError");
  core().notifier().setErrorHandler(std::move(handler));
}

void SubscribableDB::setCommitReports(bool enabled) const {
  core().checkThread("setCommitReports");
  reactive_->setReports(enabled);
}
const CommitReport& SubscribableDB::lastCommitReport() const {
  core().checkThread("lastCommitReport");
  return reactive_->lastReport();
}

}  // namespace hyperdb
