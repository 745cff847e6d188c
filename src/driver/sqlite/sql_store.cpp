#include "driver/sqlite/sql_store.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "driver/sqlite/damage.hpp"
#include "driver/sqlite/schema_loader.hpp"
#include "driver/sqlite/sql_transaction.hpp"

namespace hyperdb::detail::sqlite {

SqlStore::SqlStore(std::string path, SqlOptions options)
    : access_(std::move(path), std::move(options)), main_(std::make_unique<Session>(access_, Session::Kind::writes)) {
  if (access_.options.sharedFile.enabled && !access_.isInMemory()) {  // a database in memory has no other processes
    log_ = std::make_unique<ChangeLog>(*main_, access_.options.sharedFile);
  }
}

void SqlStore::attach(DriverHost& host) {
  host_ = &host;
  if (log_ == nullptr || access_.options.sharedFile.pollIntervalMs == 0) return;
  pollTimer_.emplace(host.executor(), access_.options.sharedFile.pollIntervalMs, [weak = weak_from_this()] {
    if (const std::shared_ptr<SqlStore> store = weak.lock()) store->pollForCommits();
  });
}

Session& SqlStore::main() {
  if (main_ == nullptr) throw Error(ErrorCode::closed, "the database file is closed");
  return *main_;
}

void SqlStore::close() noexcept {
  assert(mainReaders_.empty() && !isWriting_);
  pollTimer_.reset();  // it may be posting to the host's executor right now
  host_ = nullptr;
  sides_.clear();
  log_ = nullptr;
  main_ = nullptr;
  access_.cache.clear();
}

void SqlStore::loadTables(std::span<const std::shared_ptr<const TableDef>> tables) {
  Session& session = main();
  if (isWriting_ || !mainReaders_.empty()) {
    throw Error(ErrorCode::driverFailure, "tables can't be loaded while a transaction is open");
  }
  SchemaLoader loader(session, access_.options, schema_);
  schema_ = loader.load(tables, log_.get());
  session.useSchema(schema_);
  for (const auto& side : sides_) side->session->useSchema(schema_);
  ++changeNumber_;
}

WriteTransaction SqlStore::beginWrite() {
  main();
  access_.checkWritable();
  assert(!isWriting_);
  ++changeNumber_;
  if (!mainReaders_.empty()) replaceMain();
  // In memory there is one state only: a selector that reads beside the writer must have begun before it.
  if (access_.isInMemory()) sideForReading();
  WriteTransaction transaction(*main_, log_.get());
  isWriting_ = true;
  return transaction;
}

void SqlStore::commit(WriteTransaction& transaction) {
  main();
  if (!access_.keepsOldStates() && transaction.isOpen()) {  // a reader that reads on loses its snapshot
    for (const auto& side : sides_) {
      if (side->session->isInTransaction()) side->session->endRead();
    }
  }
  ExternalCommits external;
  try {
    transaction.commit(external);
  } catch (...) {
    // With a journal beside the file the last step may have taken effect although it failed: then the commit is
    // durable.
    external.isUnknown = external.isUnknown || access_.options.journalMode == JournalMode::truncate;
    notifyHost(std::move(external));
    throw;
  }
  ++changeNumber_;
  notifyHost(std::move(external));
}

void SqlStore::pollForCommits() {
  if (log_ == nullptr || isWriting_ || !mainReaders_.empty()) return;
  notifyHost(log_->poll());
}

std::vector<std::string> SqlStore::findDamage() {
  Session& session = main();
  if (isWriting_ || !mainReaders_.empty()) {
    throw Error(ErrorCode::driverFailure, "findDamage: a transaction is open");
  }
  if (std::string fault = access_.identity.findFault(); !fault.empty()) return {std::move(fault)};
  return sqlite::findDamage(session);
}

/// Returns a connection without a transaction.
SqlStore::Side& SqlStore::idleSide() {
  Side* idle = nullptr;
  for (const auto& side : sides_) {
    if (side->readersCount == 0) idle = side.get();
  }
  if (idle == nullptr) {
    sides_.push_back(std::make_unique<Side>(access_));
    idle = sides_.back().get();
  }
  if (idle->session->isInTransaction()) idle->session->endRead();
  idle->session->useSchema(schema_);
  return *idle;
}

/// Returns a connection in a read transaction that began after the last commit.
SqlStore::Side& SqlStore::sideForReading() {
  for (const auto& side : sides_) {
    if (side->session->isInTransaction() && side->changeNumber == changeNumber_) return *side;
  }
  Side& side = idleSide();
  side.session->beginReadNow();
  side.changeNumber = changeNumber_;
  return side;
}

/// Leaves the main connection to its readers and makes another one main. Moving the readers instead would lose their
/// snapshots: another process may have committed since they were taken.
void SqlStore::replaceMain() {
  main_->chooseState();
  Side& side = idleSide();
  if (log_ != nullptr) log_->moveTo(*side.session);
  side.session->becomeWriter(*main_);
  side.session.swap(main_);
  side.readersCount = mainReaders_.size();
  side.changeNumber = 0;
  mainReaders_.clear();
}

Session& SqlStore::beginRead(SqlReader& reader) {
  Session& session = main();
  if (!isWriting_) {
    if (mainReaders_.empty()) session.beginRead();
    mainReaders_.push_back(&reader);
    return session;
  }
  Side& side = sideForReading();
  ++side.readersCount;
  return *side.session;
}

Session& SqlStore::beginReportedRead(SqlReader& reader) {
  main();
  // Read transactions on the main connection have begun in this way too.
  if (log_ == nullptr || !log_->isOpen() || !mainReaders_.empty()) return beginRead(reader);
  // From inside an announcement: what it has still to announce is in the file, and so in the new snapshot.
  notifyPending();
  if (isWriting_) {
    Side& side = sideForReading();
    ExternalCommits found = log_->readNew();
    ++side.readersCount;
    notifyHost(std::move(found));
    return *side.session;
  }
  mainReaders_.reserve(1);
  ExternalCommits found = log_->readNewAndBegin();
  mainReaders_.push_back(&reader);
  notifyHost(std::move(found));
  return main();
}

void SqlStore::notifyHost(ExternalCommits found) noexcept {
  try {
    for (Ops& ops : found.commits) pending_.commits.push_back(std::move(ops));
  } catch (...) {
    pending_.isUnknown = true;
  }
  pending_.isUnknown = pending_.isUnknown || found.isUnknown;
  notifyPending();
}

void SqlStore::notifyPending() noexcept {
  while (!pending_.empty() && host_ != nullptr) {
    // Each is moved out before the host is notified: the host may request the others, or close the store.
    if (pending_.commits.empty()) {
      pending_.isUnknown = false;
      host_->onUnknownChange();
      continue;
    }
    Ops ops = std::move(pending_.commits.front());
    pending_.commits.erase(pending_.commits.begin());
    host_->onExternalCommit(std::move(ops));
  }
}

void SqlStore::endRead(SqlReader& reader) noexcept {
  if (main_ == nullptr) return;
  const auto found = std::find(mainReaders_.begin(), mainReaders_.end(), &reader);
  if (found != mainReaders_.end()) {
    mainReaders_.erase(found);
    if (mainReaders_.empty()) main_->endRead();
    return;
  }
  for (const auto& side : sides_) {
    if (side->session.get() != reader.session()) continue;
    --side->readersCount;
    const bool isNeeded = access_.isInMemory() && isWriting_;
    if (side->readersCount == 0 && !isNeeded && side->session->isInTransaction()) side->session->endRead();
  }
}

}  // namespace hyperdb::detail::sqlite
