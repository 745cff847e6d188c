// SqlStore: the connections of a synchronous driver, and which transaction uses which.
//
// One connection writes, and also reads while no write transaction is open: its page cache has what it wrote. While a
// write transaction is open, selectors read the last committed state through side connections.
//
// Thread safety: none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "driver/sqlite/change_log.hpp"
#include "driver/sqlite/poll_timer.hpp"
#include "driver/sqlite/session.hpp"
#include "driver/sqlite/write_transaction.hpp"

namespace hyperdb::detail::sqlite {

class SqlReader;

class SqlStore : public std::enable_shared_from_this<SqlStore> {
 public:
  SqlStore(std::string path, SqlOptions options);

  void loadTables(std::span<const std::shared_ptr<const TableDef>> tables);
  DriverCounters& work() noexcept { return work_; }
  bool isShared() const noexcept { return log_ != nullptr; }
  FileAccess& access() noexcept { return access_; }
  /// Sets the host. Also begins to poll for other processes' commits, if the options say so.
  void attach(DriverHost& host);
  /// Closes all connections. REQUIRES: no transaction is open. After that everything throws Error(closed).
  void close() noexcept;
  /// Returns the main session. Throws Error(closed).
  Session& main();

  // The write transaction.

  /// Begins it on the main connection. Read transactions there keep that connection, and another one becomes main.
  WriteTransaction beginWrite();
  /// Commits, and announces the commits of other processes that precede it.
  void commit(WriteTransaction& transaction);
  void endWrite() noexcept { isWriting_ = false; }

  // Read transactions.

  /// Returns the connection for a read transaction that begins now; its own transaction sees the last committed
  /// state.
  Session& beginRead(SqlReader& reader);
  /// Returns the connection after the host was notified of the external commits in its snapshot.
  Session& beginReportedRead(SqlReader& reader);
  void endRead(SqlReader& reader) noexcept;

  void pollForCommits();
  std::vector<std::string> findDamage();

 private:
  struct Side {
    explicit Side(FileAccess& access) : session(std::make_unique<Session>(access, Session::Kind::reads)) {}
    std::unique_ptr<Session> session;  ///< never null
    std::size_t readersCount = 0;
    std::uint64_t changeNumber = 0;  ///< the store's, when its read transaction began; 0: older
  };

  void notifyHost(ExternalCommits found) noexcept;
  void notifyPending() noexcept;
  Side& idleSide();
  Side& sideForReading();
  void replaceMain();

  FileAccess access_;
  SchemaPtr schema_;
  std::unique_ptr<Session> main_;
  std::unique_ptr<ChangeLog> log_;  ///< null unless the file is shared
  std::vector<std::unique_ptr<Side>> sides_;
  std::vector<SqlReader*> mainReaders_;
  std::uint64_t changeNumber_ = 0;  ///< raised by everything that may change the file
  bool isWriting_ = false;
  DriverCounters work_;
  DriverHost* host_ = nullptr;
  ExternalCommits pending_;  ///< of which the host is still to be notified
  std::optional<PollTimer> pollTimer_;
};

}  // namespace hyperdb::detail::sqlite
