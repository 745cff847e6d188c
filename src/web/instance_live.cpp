// Live results: what the page is told of them.
#include <utility>

#include <hyperdb/error.hpp>

#include "web/host.hpp"
#include "web/instance.hpp"

namespace hyperdb::detail {

namespace {
/// What follows the state of a live result. bindings/web/src/live.ts has the same list.
enum class DataKind : unsigned char { none, same, value, changes };
}  // namespace

std::uint32_t Instance::openLive(std::uint32_t database, std::uint32_t selector, Value arguments, WebLiveMode mode) {
  Database& owner = databaseOf(database);
  const WebSelector& command = selectorAt(selector);
  EntryHandle entry = command.open(owner.db, std::move(arguments));
  const std::uint32_t handle = ++lastHandle_;
  auto live = std::make_unique<Live>(database, std::move(entry), command.ops(), mode);
  handles_.emplace(keyOf(HandleKind::live, handle), std::move(live));
  ++owner.livesCount;
  return handle;
}

void Instance::closeLive(std::uint32_t live) {
  Handle* const found = find(HandleKind::live, live);
  if (found == nullptr) return;  // its database may be closed
  --databaseOf(static_cast<Live*>(found)->database).livesCount;
  handles_.erase(keyOf(HandleKind::live, live));
}

void Instance::subscribe(std::uint32_t live, bool isSubscribed) {
  Live& each = liveOf(live);
  if (!isSubscribed) {
    each.subscription = Subscription();
  } else {
    each.subscription = each.handle.subscribe([live](const EntryEvent&) { hyperdbWebChanged(live); }, false);
  }
}

void Instance::refetch(std::uint32_t live) { liveOf(live).handle.refetch(); }

void Instance::writeState(const Live& live, bool failed) {
  const SelectorStatus status = failed ? SelectorStatus::failed : live.handle.status();
  out_.byte(static_cast<unsigned char>(status));
  out_.byte(live.handle.isRunning() ? 1 : 0);
  out_.varint(static_cast<std::uint64_t>(live.handle.revision() + 1));
  out_.varint(live.handle.runsCount());
}

void Instance::readLive(std::uint32_t live, bool runsNow, bool isFromScratch) {
  Live& each = liveOf(live);
  ResultBoxPtr data;
  std::exception_ptr error;
  if (runsNow) {
    try {
      data = each.handle.read();
    } catch (...) {
      error = std::current_exception();
    }
  } else {
    each.handle.ensureStarted();
    error = each.handle.error();
  }
  if (!data) data = each.handle.data();
  writeState(each, error != nullptr);
  if (error) writeError(error);
  writeData(each, std::move(data), isFromScratch);
}

void Instance::writeData(Live& live, ResultBoxPtr data, bool isFromScratch) {
  const auto kind = [&](DataKind written) { out_.byte(static_cast<unsigned char>(written)); };
  const ResultBoxPtr before = isFromScratch ? nullptr : std::move(live.sent);
  live.sent = data;
  if (!data) return kind(DataKind::none);
  if (before && (before == data || before->same(*data))) return kind(DataKind::same);
  const RowSequence* rows = live.ops.rows(*data);
  if (rows != nullptr && live.mode == WebLiveMode::lazy) {
    kind(DataKind::changes);
    return rows_.changes(before ? *live.ops.rows(*before) : RowSequence(), *rows, false);
  }
  if (rows != nullptr && before) {
    kind(DataKind::changes);
    return rows_.changes(*live.ops.rows(*before), *rows, true);
  }
  kind(DataKind::value);
  live.ops.write(rows_, *data);
}

void Instance::readRows(std::uint32_t live, std::size_t first, std::size_t count) {
  const Live& each = liveOf(live);
  const RowSequence* rows = each.sent ? each.ops.rows(*each.sent) : nullptr;
  const std::size_t size = rows != nullptr ? rows->size() : 0;
  if (first > size || count > size - first) {
    throw Error(ErrorCode::invalidArgument, "the result has " + std::to_string(size) + " rows, not " +
                                                std::to_string(first) + " and " + std::to_string(count) + " more");
  }
  rows_.rowsFrom(*rows, first, count);
}

}  // namespace hyperdb::detail
