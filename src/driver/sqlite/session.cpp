#include "driver/sqlite/session.hpp"

#include <atomic>
#include <string_view>
#include <utility>

#include "driver/sqlite/key_scan.hpp"

namespace hyperdb::detail::sqlite {

namespace {

std::string memoryUriOf(const std::string& path) {
  static std::atomic<std::uint64_t> lastNumber{0};
  if (path != ":memory:") return {};
  return "file:/hyperdb-" + std::to_string(++lastNumber) + "?vfs=memdb";
}

const char* synchronousName(const SqlOptions& options) {
  // NORMAL does not protect the journal itself: one that is there in part restores what it should not.
  const bool isJournalSafe = options.journalMode == JournalMode::wal || options.synchronous == SynchronousLevel::off;
  switch (isJournalSafe ? options.synchronous : SynchronousLevel::full) {
    case SynchronousLevel::off:
      return "OFF";
    case SynchronousLevel::normal:
      return "NORMAL";
    case SynchronousLevel::full:
      break;
  }
  return "FULL";
}

}  // namespace

FileAccess::FileAccess(std::string pathOfFile, SqlOptions its)
    : path(std::move(pathOfFile)), options(std::move(its)), memoryUri(memoryUriOf(path)), cache(options.rowCacheRows) {
  if (path.empty()) throw Error(ErrorCode::invalidArgument, "SqlDriver: the path of the file is empty");
  if (options.busyTimeoutMs < 0 || options.pageCacheBytes < 0) {
    throw Error(ErrorCode::invalidArgument, "SqlOptions: busyTimeoutMs and pageCacheBytes must not be negative");
  }
}

void FileAccess::checkWritable() const {
  if (options.readOnly) throw Error(ErrorCode::driverFailure, "\"" + path + "\": the file was opened read-only");
}

Session::Session(FileAccess& access, Kind kind)
    : access_(access), connection_(access.path, access.options, access.memoryUri) {
  setUp(access.options);
  if (kind == Kind::writes && access.options.rowCacheRows > 0) epoch_ = Epoch(connection_);
}

void Session::setUp(const SqlOptions& options) {
  connection_.readInteger("SELECT count(*) FROM sqlite_master");  // SQLite opens lazily: now it has to look
  if (access_.isInMemory()) {
    connection_.readText("PRAGMA journal_mode = MEMORY");
  } else if (!options.readOnly) {
    // A change of the mode has a journal of its own. With EXTRA its removal is safe before anything is committed: it
    // would take that back if it were there again after a loss of power.
    connection_.execute("PRAGMA synchronous = EXTRA");
    const std::string wanted = options.journalMode == JournalMode::wal ? "wal" : "truncate";
    const std::string mode = changeJournalMode(wanted);
    if (mode != wanted) {
      throw Error(ErrorCode::driverFailure,
                  "\"" + access_.path + "\": the journal mode can't be changed; it is " + mode);
    }
  }
  connection_.execute(std::string("PRAGMA synchronous = ") + synchronousName(options));
  connection_.execute("PRAGMA cache_size = -" + std::to_string(options.pageCacheBytes / 1024));
  // A writer that spills its cache into the file locks readers out before it commits.
  if (!access_.keepsOldStates()) connection_.execute("PRAGMA cache_spill = OFF");
  prepareKeyScans(connection_);
  begin_ = Statement(connection_, "BEGIN");
  beginImmediate_ = Statement(connection_, "BEGIN IMMEDIATE");
  commit_ = Statement(connection_, "COMMIT");
  touch_ = Statement(connection_, "SELECT 1 FROM sqlite_master");
}

/// What it is then. Somebody else may be making the same file at this moment: both have read it and want to change it,
/// so SQLite does not let one of them wait for the other.
std::string Session::changeJournalMode(const std::string& wanted) {
  constexpr std::string_view doing = "changing the journal mode";
  Statement change(connection_, "PRAGMA journal_mode = " + wanted);
  if (!change.stepPatiently(doing)) return {};
  std::string mode(change.text(0));
  change.run(doing);  // what it says is what it wants: the file is changed behind that, and this may fail
  return mode;
}

void Session::useSchema(SchemaPtr schema) {
  if (schema_ == schema) return;
  stores_.clear();
  schema_ = std::move(schema);
}

TableStore& Session::storeOf(const TableDef& table) {
  const std::size_t slot = schema_->catalog.slotOf(table);
  if (stores_.size() <= slot) stores_.resize(slot + 1);
  if (stores_[slot] == nullptr) {
    stores_[slot] = std::make_unique<TableStore>(connection_, *schema_->catalog.slot(slot).table, schema_->tables[slot],
                                                 static_cast<std::uint32_t>(slot), access_.cache, epoch_);
  }
  return *stores_[slot];
}

void Session::beginReadNow() {
  beginRead();
  try {
    chooseState();  // BEGIN alone reads nothing
  } catch (...) {
    rollback();
    throw;
  }
}

void Session::chooseState() {
  const StatementUse use(touch_);
  touch_.step("beginning to read");
}

void Session::endRead() noexcept {
  try {
    commit_.run("ending to read");
    epoch_.onCommit();
  } catch (...) {
    rollback();
  }
}

void Session::beginWrite() {
  beginImmediate_.run("beginning to write");
  if (epoch_.exists()) epoch_.current();
}

void Session::commit() {
  try {
    commit_.run("committing");
  } catch (...) {
    rollback();
    throw;
  }
  epoch_.onCommit();
}

void Session::rollback() noexcept {
  connection_.rollback();
  epoch_.onRollback();
}

ScanResult Session::scan(const ScanPlan& plan, DriverCounters& work) {
  const std::uint64_t before = work.rowsExamined;
  ScanResult result;
  result.rows = storeOf(*plan.table).scan(plan, work);
  result.rowsExamined = work.rowsExamined - before;
  return result;
}

IndexKeys Session::scanKeys(const TableDef& table, std::size_t indexNumber) {
  return storeOf(table).scanKeys(indexNumber);
}

}  // namespace hyperdb::detail::sqlite
