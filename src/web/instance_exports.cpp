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

template <class Work>
std::uint32_t guarded(Work work) noexcept {
  Instance* instance = nullptr;
  std::uint32_t code = 0;
  try {
    instance = &Instance::get();
    instance->out().clear();
    work(*instance);
  } catch (...) {
    if (instance == nullptr) std::terminate();  // the module's own list is wrong; nothing can be done with it
    code = 1;
    instance->out().clear();
    instance->writeError(std::current_exception());
  }
  instance->sweep(false);
  resultArea = {instance->out().data().data(), instance->out().data().size()};
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
  return guarded([](Instance& module) { module.describe(); });
}
HYPERDB_WEB_EXPORT(hdb_open)() {
  return guarded([](Instance& module) { module.out().varint(module.open(takeArguments())); });
}
HYPERDB_WEB_EXPORT(hdb_close)(std::uint32_t database) {
  return guarded([=](Instance& module) { module.close(database); });
}
HYPERDB_WEB_EXPORT(hdb_select)(std::uint32_t database, std::uint32_t selector) {
  return guarded([=](Instance& module) { module.runSelector(database, selector, takeArguments()); });
}
HYPERDB_WEB_EXPORT(hdb_dispatch)(std::uint32_t database, std::uint32_t action) {
  return guarded([=](Instance& module) { module.runAction(database, action, takeArguments()); });
}
HYPERDB_WEB_EXPORT(hdb_select_async)(std::uint32_t database, std::uint32_t selector, std::uint32_t ticket) {
  return guarded([=](Instance& module) { module.startSelector(database, selector, takeArguments(), ticket); });
}
HYPERDB_WEB_EXPORT(hdb_dispatch_async)(std::uint32_t database, std::uint32_t action, std::uint32_t ticket) {
  return guarded([=](Instance& module) { module.startAction(database, action, takeArguments(), ticket); });
}
HYPERDB_WEB_EXPORT(hdb_take)(std::uint32_t ticket) {
  return guarded([=](Instance& module) { module.take(ticket); });
}
HYPERDB_WEB_EXPORT(hdb_live)(std::uint32_t database, std::uint32_t selector, std::uint32_t isLazy) {
  return guarded([=](Instance& module) {
    const WebLiveMode mode = isLazy != 0 ? WebLiveMode::lazy : WebLiveMode::whole;
    module.out().varint(module.openLive(database, selector, takeArguments(), mode));
  });
}
HYPERDB_WEB_EXPORT(hdb_live_close)(std::uint32_t live) {
  return guarded([=](Instance& module) { module.closeLive(live); });
}
HYPERDB_WEB_EXPORT(hdb_live_subscribe)(std::uint32_t live, std::uint32_t isSubscribed) {
  return guarded([=](Instance& module) { module.subscribe(live, isSubscribed != 0); });
}
HYPERDB_WEB_EXPORT(hdb_live_refetch)(std::uint32_t live) {
  return guarded([=](Instance& module) { module.refetch(live); });
}
HYPERDB_WEB_EXPORT(hdb_live_read)(std::uint32_t live, std::uint32_t runsNow, std::uint32_t isFromScratch) {
  return guarded([=](Instance& module) { module.readLive(live, runsNow != 0, isFromScratch != 0); });
}
HYPERDB_WEB_EXPORT(hdb_live_rows)(std::uint32_t live, std::uint32_t first, std::uint32_t count) {
  return guarded([=](Instance& module) { module.readRows(live, first, count); });
}
HYPERDB_WEB_EXPORT(hdb_stats)(std::uint32_t database, std::uint32_t releasesAll) {
  return guarded([=](Instance& module) { module.writeStats(database, releasesAll != 0); });
}
HYPERDB_WEB_EXPORT(hdb_reports)(std::uint32_t database, std::uint32_t enabled) {
  return guarded([=](Instance& module) { module.setReports(database, enabled != 0); });
}
HYPERDB_WEB_EXPORT(hdb_report)(std::uint32_t database) {
  return guarded([=](Instance& module) { module.writeReport(database); });
}
HYPERDB_WEB_EXPORT(hdb_run)() {
  return guarded([](Instance& module) { module.run(); });
}
