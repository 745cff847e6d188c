#include "driver/sqlite/change_log.hpp"

#include <random>
#include <string>
#include <utility>

#include <hyperdb/json.hpp>

namespace hyperdb::detail::sqlite {

namespace {

// A commit that changed more is only said to have changed something: who reads it would take longer than running its
// selectors again.
constexpr std::size_t opsMax = 1000;
constexpr std::size_t textSizeMax = 1 << 20;

std::int64_t randomNumber() {
  std::random_device device;
  return static_cast<std::int64_t>((std::uint64_t{device()} << 32 | device()) >> 1);
}

const char* typeName(OpType type) noexcept {
  return type == OpType::insert ? "insert" : type == OpType::upsert ? "upsert" : "delete";
}

OpType typeOf(const std::string& name) {
  if (name == "insert") return OpType::insert;
  if (name == "upsert") return OpType::upsert;
  if (name == "delete") return OpType::remove;
  throw Error(ErrorCode::invalidJson, "there is no kind of change \"" + name + "\"");
}

void appendRow(std::string& text, const RowRef& row) {
  if (row) {
    row->type().appendJson(*row, text);
  } else {
    text += "null";
  }
}

/// Empty when it is too much.
std::string describeOps(const Ops& ops) {
  std::string text = "[";
  if (ops.size() > opsMax) return {};
  for (const Op& op : ops) {
    if (op.oldRow == op.newRow) continue;
    if (text.size() > 1) text += ',';
    text += "[\"" + op.table->name() + "\",\"" + typeName(op.type) + "\",";
    appendRow(text, op.oldRow);
    text += ',';
    appendRow(text, op.newRow);
    text += ']';
    if (text.size() > textSizeMax) return {};
  }
  return text + "]";
}

RowRef rowOf(const TableDef& table, const Value& value) {
  if (value.isNull()) return {};
  ValidationFailure failure;
  RowRef row = table.rowType().fromObject(value.asObject(), Strictness::shape, failure);
  if (!row) throw Error(ErrorCode::invalidRow, failure.message());
  return row;
}

}  // namespace

void announce(DriverHost* const& host, ExternalCommits external) noexcept {
  for (Ops& ops : external.commits) {
    if (host != nullptr) host->onExternalCommit(std::move(ops));
  }
  if (external.isUnknown && host != nullptr) host->onUnknownChange();
}

ChangeLog::ChangeLog(Session& session, const SharedFileOptions& options)
    : session_(session), commitsMax_(options.changeLogCommitsMax), writer_(randomNumber()) {
  if (commitsMax_ < 1 || options.pollIntervalMs < 0) {
    throw Error(ErrorCode::invalidArgument,
                "SharedFileOptions: changeLogCommitsMax must be at least 1, pollIntervalMs at least 0");
  }
}

void ChangeLog::create() {
  Connection& connection = session_.connection();
  connection.execute(
      "CREATE TABLE IF NOT EXISTS hyperdb_changes "
      "(seq INTEGER PRIMARY KEY AUTOINCREMENT, writer INTEGER NOT NULL, changes TEXT)");
  if (select_) return;
  readDataVersion_ = Statement(connection, "PRAGMA data_version");
  insert_ = Statement(connection, "INSERT INTO hyperdb_changes (writer, changes) VALUES (?1, ?2)");
  forget_ = Statement(connection, "DELETE FROM hyperdb_changes WHERE seq <= ?1");
  select_ = Statement(connection, "SELECT seq, writer, changes FROM hyperdb_changes WHERE seq > ?1 ORDER BY seq");
  lastSeen_ = connection.readInteger("SELECT coalesce(max(seq), 0) FROM hyperdb_changes");
  hasOthersCommitted();
}

void ChangeLog::append(const Ops& ops) {
  const std::string text = describeOps(ops);
  if (text == "[]") return;
  const StatementUse use(insert_);
  insert_.bindInteger(1, writer_);
  if (text.empty()) {
    insert_.bindNull(2);
  } else {
    insert_.bindText(2, text);
  }
  insert_.run("writing hyperdb_changes");
  lastAppended_ = session_.connection().lastRowNumber();
  forget_.bindInteger(1, lastAppended_ - commitsMax_).run("writing hyperdb_changes");
}

bool ChangeLog::hasOthersCommitted() {
  const StatementUse use(readDataVersion_);
  readDataVersion_.step();
  const std::int64_t version = readDataVersion_.integer(0);
  return std::exchange(dataVersion_, version) != version;
}

ExternalCommits ChangeLog::readNew() {
  ExternalCommits found;
  if (!select_ || !hasOthersCommitted()) return found;
  const StatementUse use(select_);
  select_.bindInteger(1, lastSeen_);
  bool hasForeign = false;
  while (select_.step("reading hyperdb_changes")) {
    const std::int64_t seq = select_.integer(0);
    if (seq != lastSeen_ + 1) found.isUnknown = true;  // some were forgotten before we saw them
    lastSeen_ = seq;
    if (select_.integer(1) == writer_) continue;
    hasForeign = true;
    if (select_.isNull(2)) {
      found.isUnknown = true;
    } else if (Ops ops = parse(select_.text(2), found); !ops.empty()) {
      found.commits.push_back(std::move(ops));
    }
  }
  // The file has changed, and not by anybody who keeps the log.
  if (!hasForeign) found.isUnknown = true;
  return found;
}

Ops ChangeLog::parse(std::string_view changes, ExternalCommits& found) {
  Ops ops;
  try {
    const memory::Catalog& catalog = session_.schema()->catalog;
    const Value list = parseJson(changes);
    for (const Value& each : list.asArray()) {
      const Array& change = each.asArray();
      if (change.size() != 4) throw Error(ErrorCode::invalidJson, "a change has four parts");
      const TableDef* table = catalog.findByName(change[0].asString());
      if (table == nullptr) continue;  // not loaded here
      ops.push_back({typeOf(change[1].asString()), table, rowOf(*table, change[2]), rowOf(*table, change[3])});
    }
  } catch (const Error&) {
    found.isUnknown = true;
  }
  return ops;
}

}  // namespace hyperdb::detail::sqlite
