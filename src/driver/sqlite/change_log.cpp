#include "driver/sqlite/change_log.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include <hyperdb/json.hpp>

#include "driver/op_type_name.hpp"

namespace hyperdb::detail::sqlite {

namespace {

std::int64_t randomNumber() {
  std::random_device device;
  return static_cast<std::int64_t>((std::uint64_t{device()} << 32 | device()) >> 1);
}

OpType typeOf(const std::string& name) {
  for (const OpType type : {OpType::insert, OpType::upsert, OpType::delete_}) {
    if (name == opTypeName(type)) return type;
  }
  throw Error(ErrorCode::invalidJson, "there is no kind of change \"" + name + "\"");
}

void appendRow(std::string& text, const RowRef& row) {
  if (row) {
    row->type().appendJson(*row, text);
  } else {
    text += "null";
  }
}

/// Returns the ops as text; empty when they are too long or unknown.
std::string describeOps(const Ops& ops, std::int64_t bytesMax) {
  std::string text = "[";
  for (const Op& op : ops) {
    if (!op.row()) return {};
    if (op.oldRow == op.newRow) continue;
    if (text.size() > 1) text += ',';
    text.append("[\"").append(op.table->name()).append("\",\"").append(opTypeName(op.type)).append("\",");
    appendRow(text, op.oldRow);
    text += ',';
    appendRow(text, op.newRow);
    text += ']';
    if (std::cmp_greater(text.size(), bytesMax)) return {};
  }
  return text + "]";
}

/// Returns the size of the longest entry that SQLite can store.
std::int64_t entryBytesMax(const Connection& connection) noexcept {
  constexpr int otherBytesMax = 64;  // of the record
  return sqlite3_limit(connection.handle(), SQLITE_LIMIT_LENGTH, -1) - otherBytesMax;
}

/// Numbers of entries and of bytes above this are near their end: then the log is restarted.
constexpr std::int64_t numbersMax = std::int64_t{1} << 62;

/// Throws unless the change has the rows that its type requires.
void checkRows(const Op& op) {
  const bool isFit = op.type == OpType::delete_  ? op.oldRow && !op.newRow
                     : op.type == OpType::insert ? !op.oldRow && op.newRow
                                                 : static_cast<bool>(op.newRow);
  const auto idOf = [&op](const RowRef& row) { return op.table->rowType().id(*row); };
  const bool hasOneId = !op.oldRow || !op.newRow || idOf(op.oldRow) == idOf(op.newRow);
  if (isFit && hasOneId && !op.rowId().empty()) return;
  throw Error(ErrorCode::invalidRow, "these are not the rows of such a change");
}

RowRef rowOf(const TableDef& table, const Value& value) {
  if (value.isNull()) return {};
  ValidationFailure failure;
  RowRef row = table.rowType().fromStored(value.asObject(), failure);
  if (!row) throw Error(ErrorCode::invalidRow, failure.message());
  return row;
}

}  // namespace

void notifyHost(DriverHost* const& host, ExternalCommits external) noexcept {
  for (Ops& ops : external.commits) {
    if (host != nullptr) host->onExternalCommit(std::move(ops));
  }
  if (external.isUnknown && host != nullptr) host->onUnknownChange();
}

/// A state of the file that does not change while this lives, and the number of commits before it.
class ChangeLog::StableState {
 public:
  StableState(Session& session, CommitCounter& counter)
      : session_(session), isOwn_(!session.isInTransaction()), commitsCount_(counter.read()) {
    if (isOwn_) begin(counter);
  }
  StableState(const StableState&) = delete;
  StableState& operator=(const StableState&) = delete;
  ~StableState() {
    if (isOwn_) session_.endRead();
  }

  std::uint32_t commitsCount() const noexcept { return commitsCount_; }
  /// Keeps the session's transaction open after the end of this.
  void keep() noexcept { isOwn_ = false; }

 private:
  /// Tries again if another process commits just now, be it before the state was chosen or after that.
  void begin(CommitCounter& counter) {
    for (;; commitsCount_ = counter.read()) {
      session_.beginReadNow();
      try {
        if (counter.read() == commitsCount_) return;
      } catch (...) {
        session_.endRead();
        throw;
      }
      session_.endRead();
    }
  }

  Session& session_;
  bool isOwn_;
  std::uint32_t commitsCount_;
};

ChangeLog::ChangeLog(Session& session, const SharedFileOptions& options)
    : session_(&session), options_(options), writer_(randomNumber()) {
  if (options.changeLogCommitsMax < 1 || options.changeLogBytesMax < 1 || options.pollIntervalMs < 0) {
    throw Error(ErrorCode::invalidArgument,
                "SharedFileOptions: changeLogCommitsMax and changeLogBytesMax must be at least 1, pollIntervalMs at "
                "least 0");
  }
}

bool ChangeLog::open() {
  if (isOpen()) return true;
  Connection& connection = session_->connection();
  if (!hasSqlTable(connection, "hyperdb_changes")) return false;
  counter_ = CommitCounter(connection);
  const StableState state(*session_, counter_);
  commitsCount_ = state.commitsCount();
  markAllSeen();
  prepare(*session_);
  return true;
}

void ChangeLog::prepare(Session& session) {
  Connection& connection = session.connection();
  Statement insert(connection,
                   "INSERT INTO hyperdb_changes (writer, bytes_end, changes) VALUES (?1, ?3 + "
                   "max(0, coalesce((SELECT bytes_end FROM hyperdb_changes ORDER BY seq DESC LIMIT 1), 0)), ?2) "
                   "RETURNING seq, bytes_end");
  Statement deleteOld(connection,
                      "DELETE FROM hyperdb_changes WHERE seq <= ?1 OR seq < "
                      "(SELECT seq FROM hyperdb_changes WHERE bytes_end > ?2 ORDER BY seq LIMIT 1)");
  Statement select(connection, "SELECT seq, writer, changes FROM hyperdb_changes WHERE seq > ?1 ORDER BY seq");
  CommitCounter counter(connection);
  counter.continueFrom(counter_);
  counter_ = counter;
  insert_ = std::move(insert);
  deleteOld_ = std::move(deleteOld);
  select_ = std::move(select);
  session_ = &session;
}

void ChangeLog::moveTo(Session& session) {
  if (isOpen()) {
    prepare(session);
  } else {
    session_ = &session;
  }
}

void ChangeLog::markAllSeen() {
  Connection& connection = session_->connection();
  lastSeen_ = connection.readInteger("SELECT coalesce(max(seq), 0) FROM hyperdb_changes");
  unlogged_ = commitsCount_ - static_cast<std::uint32_t>(lastSeen_);
  // Another program may have written any number there.
  const std::int64_t last =
      connection.readInteger("SELECT max(seq) FROM sqlite_sequence WHERE name = 'hyperdb_changes'");
  mustRestart_ = last < 0 || last > numbersMax;
}

void ChangeLog::create() {
  Connection& connection = session_->connection();
  connection.execute(
      "CREATE TABLE IF NOT EXISTS hyperdb_changes "
      "(seq INTEGER PRIMARY KEY AUTOINCREMENT, writer INTEGER NOT NULL, bytes_end INTEGER NOT "
      "NULL, changes TEXT)");
  connection.execute("INSERT INTO hyperdb_changes (writer, bytes_end) SELECT " + std::to_string(writer_) +
                     ", coalesce(max(bytes_end), 0) FROM hyperdb_changes");
}

void ChangeLog::append(const Ops& ops) {
  if (mustRestart_) {
    Connection& connection = session_->connection();
    connection.execute("DELETE FROM hyperdb_changes");
    connection.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'hyperdb_changes'");
  }
  const std::int64_t bytesMax = std::min(options_.changeLogBytesMax, entryBytesMax(session_->connection()));
  const std::string text = describeOps(ops, bytesMax);
  insert_.bindInteger(1, writer_);
  if (text.empty()) {
    insert_.bindNull(2);
  } else {
    insert_.bindText(2, text);
  }
  insert_.bindInteger(3, static_cast<std::int64_t>(text.size()));
  std::int64_t bytesEnd = 0;
  {
    const StatementUse use(insert_);
    while (insert_.step("writing hyperdb_changes")) {
      appended_ = insert_.integer(0);
      bytesEnd = insert_.integer(1);
    }
  }
  if (!appended_) {
    throw Error(ErrorCode::driverFailure, "\"" + session_->connection().path() +
                                              "\": hyperdb_changes takes no entry: a trigger of the file prevents it");
  }
  mustRestart_ = std::max(*appended_, bytesEnd) > numbersMax;
  deleteOld_.bindInteger(1, *appended_ - options_.changeLogCommitsMax);
  deleteOld_.bindInteger(2, bytesEnd - options_.changeLogBytesMax).run("writing hyperdb_changes");
}

void ChangeLog::confirm() noexcept {
  if (appended_) lastSeen_ = *appended_;
}

ExternalCommits ChangeLog::readNew() {
  appended_.reset();
  if (!isOpen() || (counter_.read() == commitsCount_ && !counter_.hasRestarted())) return {};
  return readUntil(StableState(*session_, counter_));
}

ExternalCommits ChangeLog::readNewAndBegin() {
  StableState state(*session_, counter_);
  ExternalCommits found;
  if (state.commitsCount() != commitsCount_ || counter_.hasRestarted()) found = readUntil(state);
  state.keep();
  return found;
}

ExternalCommits ChangeLog::readUntil(const StableState& state) {
  ExternalCommits found;
  commitsCount_ = state.commitsCount();
  readEntries(found);
  if (commitsCount_ - static_cast<std::uint32_t>(lastSeen_) != unlogged_) found.isUnknown = true;
  if (counter_.acknowledgeRestart()) found.isUnknown = true;
  if (found.isUnknown) markAllSeen();
  return found;
}

ExternalCommits ChangeLog::poll() {
  ExternalCommits found;
  const bool isInPlace = session_->access().identity.findFault().empty();
  if (isInPlace) found = readNew();
  found.isUnknown = std::exchange(wasInPlace_, isInPlace) != isInPlace || found.isUnknown;
  return found;
}

void ChangeLog::readEntries(ExternalCommits& found) {
  const StatementUse use(select_);
  select_.bindInteger(1, lastSeen_);
  while (select_.step("reading hyperdb_changes")) {
    const std::int64_t seq = select_.integer(0);
    if (seq != lastSeen_ + 1) found.isUnknown = true;  // some entries were deleted before this process saw them
    lastSeen_ = seq;
    if (select_.integer(1) == writer_) continue;
    if (select_.isNull(2)) {
      found.isUnknown = true;
    } else if (Ops ops = parse(select_.text(2), found); !ops.empty()) {
      found.commits.push_back(std::move(ops));
    }
  }
}

Ops ChangeLog::parse(std::string_view changes, ExternalCommits& found) {
  Ops ops;
  try {
    const Catalog& catalog = session_->schema()->catalog;
    const Value list = parseJson(changes);
    for (const Value& each : list.asArray()) {
      const Array& change = each.asArray();
      if (change.size() != 4) throw Error(ErrorCode::invalidJson, "a change has four parts");
      const TableDef* table = catalog.findByName(change[0].asString());
      if (table == nullptr) continue;  // not loaded here
      ops.push_back({typeOf(change[1].asString()), table, rowOf(*table, change[2]), rowOf(*table, change[3])});
      checkRows(ops.back());
    }
  } catch (const Error&) {
    found.isUnknown = true;
    return {};
  }
  return ops;
}

}  // namespace hyperdb::detail::sqlite
