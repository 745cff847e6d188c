#include "watches.hpp"

#include <stdexcept>
#include <utility>

#include "values.hpp"

namespace hyperdb::conformance {

Watches::Watch& Watches::find(const Object& step) const {
  const std::string name = neededText(step, "name");
  const auto known = watches_.find(name);
  // The step that should have watched it may have failed: no fault of the file.
  if (known == watches_.end()) throw std::runtime_error("nothing is watched under the name \"" + name + "\"");
  return *known->second;
}

WatchCall Watches::callOf(const Object& step) const {
  if (const Value* other = step.find("sameAs")) return find(Object{{"name", *other}}).call;
  const Value* queries = step.find("queries");
  return watchCall(neededText(step, "name"), queries != nullptr ? asList(*queries) : Array{step});
}

void Watches::add(const Object& step) {
  WatchCall call = callOf(step);
  auto live = session_.watch(call);
  auto watch = std::make_unique<Watch>(Watch{std::move(call), std::move(live), 0, {}});
  watch->subscription = watch->live->subscribe([&count = watch->notifiedCount] { ++count; });
  watches_.insert_or_assign(neededText(step, "name"), std::move(watch));
}

Object Watches::look(const Object& step) {
  Watch& watch = find(step);
  const Rows<Object> rows = watch.live->rows();
  return Object{{"runs", static_cast<double>(watch.live->runsCount())},
                {"notified", watch.notifiedCount},
                {"rows", rowValues(rows)}};
}

void Watches::end(const Object& step) { find(step).subscription.cancel(); }

}  // namespace hyperdb::conformance
