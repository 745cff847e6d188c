#include "live_selectors.hpp"

#include <string>
#include <unordered_set>

namespace packages {

LiveSelectors::LiveSelectors(const SubscribableDB& db, const Overview& overview, std::size_t count)
    : db_(db), count_(count) {
  subscriptions_.reserve(count);
  openForSections(overview);
  openForPackages(overview);
  openLongerLists(overview);
  takeTold();
}

void LiveSelectors::openForSections(const Overview& overview) {
  open(sectionNames());
  open(firstByName(10));
  for (const Priority each : {Priority::required, Priority::important, Priority::standard,
                              Priority::optional, Priority::extra, Priority::unknown}) {
    open(ofPriority(each));
  }
  for (const std::string& section : overview.sections) {
    open(totalOf(section));
    open(largestOf(section, 5));
    open(reportOf(section));
  }
}

void LiveSelectors::openForPackages(const Overview& overview) {
  std::unordered_set<std::string>
      names;  // equal calls share one result, and a name may have several architectures
  for (const std::string& id : overview.ids) {
    if (isFull()) return;
    open(packageById(id));
    const std::string name = id.substr(0, id.find(':'));
    if (!names.insert(name).second) continue;
    open(dependentsOf(name));
    open(neededBy(name));
  }
}

void LiveSelectors::openLongerLists(const Overview& overview) {
  for (std::int32_t count = 6; !isFull(); ++count) {
    for (const std::string& section : overview.sections) open(largestOf(section, count));
  }
}

}  // namespace packages
