// Session: one connection to the file, and everything a driver does with it.
//
// Thread safety: one thread at a time; `interrupt` by any.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <hyperdb/engine/driver.hpp>

#include "driver/sqlite/connection.hpp"
#include "driver/sqlite/file_identity.hpp"
#include "driver/sqlite/row_cache.hpp"
#include "driver/sqlite/schema.hpp"
#include "driver/sqlite/table_store.hpp"

namespace hyperdb::detail::sqlite {

/// What all connections of a driver share. Immutable, except the identity and the cache, which lock themselves.
struct FileAccess {
  std::string path;  ///< as the program names it
  SqlOptions options;
  std::string memoryUri;  ///< the URI of ":memory:" for this driver; empty for files
  std::string name;       ///< what SQLite opens: the absolute path, independent of the current folder; or memoryUri
  FileIdentity identity;
  RowCache cache;

  FileAccess(std::string pathOfFile, SqlOptions its);
  /// Throws Error(driverFailure) if the file was opened read-only.
  void checkWritable() const;
  /// Throws Error(driverFailure) if the file is not the one that was opened any more.
  void checkInPlace(std::string_view doing);
  bool isInMemory() const noexcept { return !memoryUri.empty(); }
  /// Returns whether readers keep their snapshot while other connections commit.
  bool keepsOldStates() const noexcept { return !isInMemory() && options.journalMode == JournalMode::wal; }
};

/// Every function throws Error(driverFailure) when the file fails. The transaction functions do not handle a
/// transaction that is open already: that is the driver's task.
class Session {
 public:
  /// What a connection does besides reading.
  enum class Kind : unsigned char { reads, writes };

  /// Opens a connection and sets it up. At most one writes. REQUIRES: access outlives this.
  Session(FileAccess& access, Kind kind);

  FileAccess& access() noexcept { return access_; }
  Connection& connection() noexcept { return connection_; }
  /// Sets the tables of all following statements. Must be called before rows are read or written.
  void useSchema(SchemaPtr schema);
  const SchemaPtr& schema() const noexcept { return schema_; }

  /// Begins to read: the snapshot is chosen when the first row is read, or now.
  void beginRead();
  void beginReadNow();
  /// Chooses the snapshot of the open transaction, unless it has read something already.
  void chooseState();
  /// Returns the number of the current or last read transaction.
  std::uint64_t readNumber() const noexcept { return readsCount_; }
  void endRead() noexcept;
  bool isInTransaction() const noexcept { return connection_.isInTransaction(); }

  /// Makes this session the writer and the other one a reader: see Kind. REQUIRES: no transaction is open here.
  void becomeWriter(Session& other) noexcept { epoch_.continueFrom(other.epoch_, connection_); }
  /// Begins a write transaction: takes the write lock.
  void beginWrite();
  void commit();
  void rollback() noexcept;

  ScanResult scan(const ScanPlan& plan, DriverCounters& work);
  IndexKeys scanKeys(const TableDef& table, std::size_t indexNumber);
  // Writes. REQUIRES: beginWrite.
  Ops insert(const TableDef& table, std::span<const RowRef> rows) { return storeOf(table).insert(table, rows); }
  Ops upsert(const TableDef& table, std::span<const RowRef> rows) { return storeOf(table).upsert(table, rows); }
  Ops deleteRows(const TableDef& table, std::span<const std::string> ids) {
    return storeOf(table).deleteRows(table, ids);
  }

  void interrupt() noexcept { connection_.interrupt(); }
  TableStore& storeOf(const TableDef& table);

 private:
  void setUp(Kind kind);
  void chooseJournalMode(Kind kind);
  void checkIdentity(Kind kind);
  std::string changeJournalMode(const std::string& wanted);

  FileAccess& access_;
  Connection connection_;
  Statement begin_;
  Statement beginImmediate_;
  Statement chooseSnapshot_;
  Statement commit_;
  SchemaPtr schema_;
  Epoch epoch_;
  std::uint64_t readsCount_ = 0;
  std::vector<std::unique_ptr<TableStore>> stores_;  ///< by slot; made when first needed
};

}  // namespace hyperdb::detail::sqlite
