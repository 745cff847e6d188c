// The functions that a page calls. Each returns 0, or 1 for an error; what it has written is then at `hdb_result`:
// the address and the size of the bytes, valid until the next call. No exception leaves the module.
#include <cstddef>
#include <exception>
#include <string>
#include <utility>

#include "web/instance.hpp"

#ifdef __EMSCRIPTEN__
#define HYPERDB_WEB_EXPORT(name) extern "C" __attribute__((used, export_name(#name))) std::uint32_t name
#else
#define HYPERDB_WEB_EXPORT(name) extern "C" std::uint32_t name
#endif

namespace hyperdb::detail {
namespace {

/// Both sides of the boundary have it: a page refuses a module that was built for another one.
constexpr std::uint32_t boundaryVersion = 1;

std::string argumentBytes;  // written by the page before the call that reads them
struct ResultArea {
  const char* data = nullptr;
  std::size_t size = 0;
} resultArea;

/// The numbers that a page calls with.
struct Numbers {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::uint32_t third = 0;
};
using Work = void (*)(Instance& module, const Numbers& numbers);

/// Does the work; no exception leaves it. One function for all exports: a module's size counts.
std::uint32_t guarded(Work work, const Numbers& numbers = {}) noexcept {
  Instance& module = Instance::get();  // a wrong list of definitions ends the module here
  std::uint32_t code = 0;
  module.out().clear();
  try {
    work(module, numbers);
  } catch (...) {
    code = 1;
    module.out().clear();
    module.writeError(std::current_exception());
  }
  module.sweep(false);
  resultArea = {module.out().data().data(), module.out().data().size()};
  return code;
}

Value takeArguments() {
  ByteReader in(argumentBytes);
  Value value = readValue(in);
  if (!in.isAtEnd()) throwTorn();
  return value;
}

}  // namespace
}  // namespace hyperdb::detail

using namespace hyperdb::detail;  // NOLINT: the exports are the file

HYPERDB_WEB_EXPORT(hdb_version)() { return boundaryVersion; }
/// Returns the address of `size` bytes for the arguments of the next call; 0 when there is no memory.
HYPERDB_WEB_EXPORT(hdb_arguments)(std::uint32_t size) {
  try {
    argumentBytes.resize(size);
  } catch (...) {
    return 0;
  }
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(argumentBytes.data()));
}
HYPERDB_WEB_EXPORT(hdb_result)() { return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&resultArea)); }

HYPERDB_WEB_EXPORT(hdb_describe)() {
  return guarded([](Instance& module, const Numbers&) { module.describe(); });
}
HYPERDB_WEB_EXPORT(hdb_open)() {
  return guarded([](Instance& module, const Numbers&) { module.out().varint(module.open(takeArguments())); });
}
HYPERDB_WEB_EXPORT(hdb_close)(std::uint32_t database) {
  return guarded([](Instance& module, const Numbers& in) { module.close(in.first); }, {database});
}
HYPERDB_WEB_EXPORT(hdb_select)(std::uint32_t database, std::uint32_t selector) {
  return guarded([](Instance& module, const Numbers& in) { module.runSelector(in.first, in.second, takeArguments()); },
                 {database, selector});
}
HYPERDB_WEB_EXPORT(hdb_dispatch)(std::uint32_t database, std::uint32_t action) {
  return guarded([](Instance& module, const Numbers& in) { module.runAction(in.first, in.second, takeArguments()); },
                 {database, action});
}
HYPERDB_WEB_EXPORT(hdb_select_async)(std::uint32_t database, std::uint32_t selector, std::uint32_t ticket) {
  return guarded(
      [](Instance& module, const Numbers& in) { module.startSelector(in.first, in.second, takeArguments(), in.third); },
      {database, selector, ticket});
}
HYPERDB_WEB_EXPORT(hdb_dispatch_async)(std::uint32_t database, std::uint32_t action, std::uint32_t ticket) {
  return guarded(
      [](Instance& module, const Numbers& in) { module.startAction(in.first, in.second, takeArguments(), in.third); },
      {database, action, ticket});
}
HYPERDB_WEB_EXPORT(hdb_take)(std::uint32_t ticket) {
  return guarded([](Instance& module, const Numbers& in) { module.take(in.first); }, {ticket});
}
HYPERDB_WEB_EXPORT(hdb_live)(std::uint32_t database, std::uint32_t selector, std::uint32_t isLazy) {
  return guarded(
      [](Instance& module, const Numbers& in) {
        const WebLiveMode mode = in.third != 0 ? WebLiveMode::lazy : WebLiveMode::whole;
        module.out().varint(module.openLive(in.first, in.second, takeArguments(), mode));
      },
      {database, selector, isLazy});
}
HYPERDB_WEB_EXPORT(hdb_live_close)(std::uint32_t live) {
  return guarded([](Instance& module, const Numbers& in) { module.closeLive(in.first); }, {live});
}
HYPERDB_WEB_EXPORT(hdb_live_subscribe)(std::uint32_t live, std::uint32_t isSubscribed) {
  return guarded([](Instance& module, const Numbers& in) { module.subscribe(in.first, in.second != 0); },
                 {live, isSubscribed});
}
HYPERDB_WEB_EXPORT(hdb_live_refetch)(std::uint32_t live) {
  return guarded([](Instance& module, const Numbers& in) { module.refetch(in.first); }, {live});
}
HYPERDB_WEB_EXPORT(hdb_live_read)(std::uint32_t live, std::uint32_t runsNow, std::uint32_t isFromScratch) {
  return guarded([](Instance& module, const Numbers& in) { module.readLive(in.first, in.second != 0, in.third != 0); },
                 {live, runsNow, isFromScratch});
}
HYPERDB_WEB_EXPORT(hdb_live_rows)(std::uint32_t live, std::uint32_t first, std::uint32_t count) {
  return guarded([](Instance& module, const Numbers& in) { module.readRows(in.first, in.second, in.third); },
                 {live, first, count});
}
HYPERDB_WEB_EXPORT(hdb_stats)(std::uint32_t database, std::uint32_t releasesAll) {
  return guarded([](Instance& module, const Numbers& in) { module.writeStats(in.first, in.second != 0); },
                 {database, releasesAll});
}
HYPERDB_WEB_EXPORT(hdb_reports)(std::uint32_t database, std::uint32_t enabled) {
  return guarded([](Instance& module, const Numbers& in) { module.setReports(in.first, in.second != 0); },
                 {database, enabled});
}
HYPERDB_WEB_EXPORT(hdb_report)(std::uint32_t database) {
  return guarded([](Instance& module, const Numbers& in) { module.writeReport(in.first); }, {database});
}
HYPERDB_WEB_EXPORT(hdb_run)() {
  return guarded([](Instance& module, const Numbers&) { module.run(); });
}
