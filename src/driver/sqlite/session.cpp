#include "driver/sqlite/session.hpp"

#include <atomic>
#include <string_view>
#include <utility>

#include "driver/sqlite/key_scan.hpp"
#include "driver/sqlite/layout.hpp"

namespace hyperdb::detail::sqlite {

namespace {

std::string memoryUriOf(const std::string& path) {
  static std::atomic<std::uint64_t> lastNumber{0};
  if (path != ":memory:") return {};
  return "file:/hyperdb-" + std::to_string(++lastNumber) + "?vfs=memdb";
}

const char* synchronousName(const SqlOptions& options) {
  // NORMAL does not protect the journal itself: an incomplete one restores wrong content.
  const bool isJournalSafe = options.journalMode == JournalMode::wal || options.synchronous == SynchronousLevel::off;
  switch (isJournalSafe ? options.synchronous : SynchronousLevel::full) {
    case SynchronousLevel::off: return "OFF";
    case SynchronousLevel::normal: return "NORMAL";
    case SynchronousLevel::full: break;
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
  name = isInMemory() ? memoryUri : resolvePath(path, options.vfs);
}

void FileAccess::checkWritable() const {
  if (options.readOnly) throw Error(ErrorCode::driverFailure, "\"" + path + "\": the file was opened read-only");
}

void FileAccess::checkInPlace(std::string_view doing) {
  const std::string fault = identity.findFault();
  if (fault.empty()) return;
  throw Error(ErrorCode::driverFailure, "\"" + path + "\": " + std::string(doing) + ": " + fault);
}

namespace {

/// Returns the options for a connection. Only the first one creates the file: a later one would create an empty file
/// where the first was removed.
SqlOptions optionsFor(FileAccess& access, Session::Kind kind) {
  if (kind == Session::Kind::reads) access.checkInPlace("opening");
  SqlOptions options = access.options;
  options.createIfMissing = options.createIfMissing && (kind == Session::Kind::writes || access.isInMemory());
  return options;
}

}  // namespace

Session::Session(FileAccess& access, Kind kind)
    : access_(access), connection_(access.path, optionsFor(access, kind), access.name) {
  if (kind == Kind::reads) checkIdentity(kind);  // before anything is done to a file that may be another one
  setUp(kind);
  if (kind == Kind::writes) checkIdentity(kind);
  if (kind == Kind::writes && access.options.rowCacheRows > 0) epoch_ = Epoch(connection_);
}

/// Checks the identity of the files. The first connection determines the files of the database; later ones must have
/// opened the same.
void Session::checkIdentity(Kind kind) {
  if (access_.isInMemory() || !connection_.isInPlace()) return;
  if (kind == Kind::writes) {
    connection_.readInteger("SELECT count(*) FROM sqlite_master");  // makes SQLite create -shm
    const bool hasWal = !access_.options.readOnly && connection_.readText("PRAGMA journal_mode") == "wal";
    access_.identity.record(access_.name, hasWal);
  }
  access_.checkInPlace("opening");
  if (*connection_.isInPlace()) return;
  throw Error(ErrorCode::driverFailure, "\"" + access_.path + "\": opening: the file was replaced at this moment");
}

void Session::setUp(Kind kind) {
  connection_.readInteger("SELECT count(*) FROM sqlite_master");  // SQLite opens lazily: this forces the check
  if (kind == Kind::writes) checkFormat(connection_);
  chooseJournalMode(kind);
  const SqlOptions& options = access_.options;
  connection_.execute(std::string("PRAGMA synchronous = ") + synchronousName(options));
  connection_.execute("PRAGMA cache_size = -" + std::to_string(options.pageCacheBytes / 1024));
  // A writer that spills its cache into the file locks readers out before it commits.
  if (!access_.keepsOldStates()) connection_.execute("PRAGMA cache_spill = OFF");
  prepareKeyScans(connection_);
  begin_ = Statement(connection_, "BEGIN");
  beginImmediate_ = Statement(connection_, "BEGIN IMMEDIATE");
  commit_ = Statement(connection_, "COMMIT");
  chooseSnapshot_ = Statement(connection_, "SELECT 1 FROM sqlite_master");
}

/// Sets the journal mode. WAL is a property of the file. Later connections take it as it is: another process may have
/// changed it since. The other modes are properties of a connection, and a reading one may become the writer.
void Session::chooseJournalMode(Kind kind) {
  if (access_.isInMemory()) {
    connection_.readText("PRAGMA journal_mode = MEMORY");
    return;
  }
  if (access_.options.readOnly) return;
  if (kind == Kind::reads && connection_.readText("PRAGMA journal_mode") == "wal") return;
  // A change of the mode has a journal of its own. With EXTRA the journal's removal is durable before anything is
  // committed: if it reappeared after a power failure, it would roll that back.
  connection_.execute("PRAGMA synchronous = EXTRA");
  const std::string wanted = access_.options.journalMode == JournalMode::wal ? "wal" : "truncate";
  const std::string mode = changeJournalMode(wanted);
  if (mode == wanted) return;
  throw Error(ErrorCode::driverFailure, "\"" + access_.path + "\": the journal mode can't be changed; it is " + mode);
}

/// Returns the resulting mode. Another process may be creating the same file at this moment: both have read it and
/// want to change it, so SQLite does not let one of them wait for the other.
std::string Session::changeJournalMode(const std::string& wanted) {
  constexpr std::string_view doing = "changing the journal mode";
  Statement change(connection_, "PRAGMA journal_mode = " + wanted);
  if (!change.stepPatiently(doing)) return {};
  std::string mode(change.text(0));
  change.run(doing);  // its result is the requested mode only: the file is changed after that, and this may fail
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

void Session::beginRead() {
  constexpr std::uint64_t readsPerCheck = 64;  // a check costs about as much as a small read
  const bool isDue = readsCount_ % readsPerCheck == readsPerCheck - 1;
  if (isDue || access_.identity.isLost()) access_.checkInPlace("beginning to read");
  begin_.run("beginning to read");
  ++readsCount_;
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
  const StatementUse use(chooseSnapshot_);
  chooseSnapshot_.step("beginning to read");
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
  ScanResult result = storeOf(*plan.table).scan(plan, work);
  result.rowsExamined = work.rowsExamined - before;
  return result;
}

IndexKeys Session::scanKeys(const TableDef& table, std::size_t indexNumber) {
  return storeOf(table).scanKeys(indexNumber);
}

}  // namespace hyperdb::detail::sqlite
