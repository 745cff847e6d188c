#include <hyperdb/db.hpp>

#include <string>
#include <utility>

#include <hyperdb/error.hpp>
#include <hyperdb/snapshot.hpp>

#include "runtime/database_core.hpp"

namespace hyperdb {

namespace {

/// Owned by the handles together. A database that owns its run loop closes with the last handle: without a handle the
/// loop can't be run, and pending work would keep the database alive for ever.
class HandleOwner {
 public:
  explicit HandleOwner(std::shared_ptr<detail::DatabaseCore> core) noexcept : core_(std::move(core)) {}
  HandleOwner(const HandleOwner&) = delete;
  HandleOwner& operator=(const HandleOwner&) = delete;
  ~HandleOwner() {
    if (core_->ownsExecutor()) core_->close();
  }

 private:
  std::shared_ptr<detail::DatabaseCore> core_;
};

std::shared_ptr<detail::DatabaseCore> asHandle(std::shared_ptr<detail::DatabaseCore> core) {
  detail::DatabaseCore* const pointer = core.get();
  return {std::make_shared<HandleOwner>(std::move(core)), pointer};
}

}  // namespace

DB::DB(std::unique_ptr<Driver> driver, DBOptions options)
    : core_(asHandle(std::make_shared<detail::DatabaseCore>(std::move(driver), std::move(options)))) {}

DB::DB(std::shared_ptr<detail::DatabaseCore> core, Traits traits) noexcept
    : core_(std::move(core)), traits_(std::move(traits)) {}

LoadTables::LoadTables(std::shared_ptr<detail::DatabaseCore> core, std::vector<std::shared_ptr<const TableDef>> tables)
    : core_(std::move(core)), tables_(std::move(tables)) {}

LoadTables DB::loadTables(std::vector<AnyTable> tables) const {
  std::vector<std::shared_ptr<const TableDef>> definitions;
  definitions.reserve(tables.size());
  for (const AnyTable& table : tables) definitions.push_back(table.sharedDef());
  return LoadTables(core_, std::move(definitions));
}

DB DB::withTraits(Traits traits) const {
  Traits all = traits_;
  all.insert(all.end(), traits.begin(), traits.end());
  return DB(core_, std::move(all));
}

Snapshot DB::snapshot() const {
  if (core_->isClosed()) throw Error(ErrorCode::closed, "snapshot: the database is closed");
  std::shared_ptr<const DriverSnapshot> body = core_->driver().snapshot();
  if (!body) {
    throw Error(ErrorCode::invalidArgument,
                "the storage \"" + std::string(core_->driver().name()) + "\" has no snapshots");
  }
  return Snapshot(std::move(body));
}

Executor& DB::executor() const noexcept { return core_->executor(); }
Driver& DB::driver() const noexcept { return core_->driver(); }
void DB::throwOtherDriver() const {
  throw Error(ErrorCode::invalidArgument,
              "driverAs: the database has another driver, \"" + std::string(core_->driver().name()) + "\"");
}
std::int64_t DB::revision() const {
  core_->checkThread("revision");
  return core_->revision();
}
Stats DB::stats() const {
  core_->checkThread("stats");
  return core_->stats().stats;
}
Counters DB::counters() const {
  core_->checkThread("counters");
  return core_->stats().counters;
}
void DB::setTracer(Tracer* tracer) const {
  core_->checkThread("setTracer");
  core_->setTracer(tracer);
}
void DB::close() const {
  core_->checkThread("close");
  core_->close();
}
bool DB::isClosed() const noexcept { return core_->isClosed(); }

void LoadTables::checkBelongsTo(const DB& db) const {
  if (core_ != db.sharedCore()) {
    throw Error(ErrorCode::invalidArgument, "loadTables: the tables are to be loaded into another database");
  }
}

}  // namespace hyperdb
