// Instance: everything that one copy of a web module has: its list of definitions, open databases, live results, and
// asynchronous calls that have ended. Handles are numbers that are never used twice.
#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <utility>

#include <hyperdb/subscribable_db.hpp>
#include <hyperdb/web.hpp>

#include "web/host_executor.hpp"
#include "web/row_slots.hpp"
#include "web/row_writer.hpp"
#include "web/value_bytes.hpp"

namespace hyperdb::detail {

/// How the page keeps a live result.
enum class WebLiveMode : unsigned char {
  whole,  ///< as a value; a list of rows as an array that is patched
  lazy    ///< a list of rows as its size and the positions that have changed
};

class Instance {
 public:
  Instance();
  /// Returns the one of this module; makes it, and calls defineWebModule, at the first call.
  static Instance& get();

  ByteWriter& out() noexcept { return out_; }
  void describe();

  std::uint32_t open(const Value& options);
  void close(std::uint32_t database);
  void runSelector(std::uint32_t database, std::uint32_t selector, Value arguments);
  void runAction(std::uint32_t database, std::uint32_t action, Value arguments);
  void startSelector(std::uint32_t database, std::uint32_t selector, Value arguments, std::uint32_t ticket);
  void startAction(std::uint32_t database, std::uint32_t action, Value arguments, std::uint32_t ticket);
  /// Writes the result of an asynchronous call that has ended, or throws its exception.
  void take(std::uint32_t ticket);

  std::uint32_t openLive(std::uint32_t database, std::uint32_t selector, Value arguments, WebLiveMode mode);
  void closeLive(std::uint32_t live);
  void subscribe(std::uint32_t live, bool isSubscribed);
  void refetch(std::uint32_t live);
  /// Writes state and result. `runsNow`: runs the selector first if it has to. `isFromScratch`: the page has no
  /// earlier result.
  void readLive(std::uint32_t live, bool runsNow, bool isFromScratch);
  /// Writes rows of a lazy live result, as the page knows it.
  void readRows(std::uint32_t live, std::size_t first, std::size_t count);

  void writeStats(std::uint32_t database, bool releasesAll);
  void setReports(std::uint32_t database, bool enabled);
  void writeReport(std::uint32_t database);
  void writeError(const std::exception_ptr& error);
  void run() { executor_.run(); }
  /// Ends a call: tells the page which slots are free.
  void sweep(bool all);

 private:
  /// What a handle of the page stands for. One table holds all of them: each more would make the module larger.
  enum class HandleKind : std::uint32_t { database, live, ended };
  struct Handle {
    virtual ~Handle() = default;
  };
  struct Database final : Handle {
    explicit Database(SubscribableDB opened) : db(std::move(opened)) {}
    SubscribableDB db;
    Subscription commits;
    std::uint32_t livesCount = 0;
  };
  struct Live final : Handle {
    Live(std::uint32_t owner, EntryHandle entry, const WebResultOps& functions, WebLiveMode how)
        : database(owner), handle(std::move(entry)), ops(functions), mode(how) {}
    std::uint32_t database;
    EntryHandle handle;
    const WebResultOps& ops;
    WebLiveMode mode;
    ResultBoxPtr sent;  ///< what the page has
    Subscription subscription;
  };
  /// An asynchronous call that has ended.
  struct Ended final : Handle {
    ResultBoxPtr result;
    std::exception_ptr error;
    const WebResultOps* ops = nullptr;
  };

  static std::uint64_t keyOf(HandleKind kind, std::uint32_t number) noexcept {
    return (static_cast<std::uint64_t>(kind) << 32) | number;
  }
  /// Returns what the handle stands for; null if there is nothing any more.
  Handle* find(HandleKind kind, std::uint32_t number);
  Database& databaseOf(std::uint32_t handle);
  Live& liveOf(std::uint32_t handle);
  const WebSelector& selectorAt(std::uint32_t number) const;
  const WebAction& actionAt(std::uint32_t number) const;
  WebSettle settleOf(std::uint32_t ticket, const WebCommand& command);
  void writeState(const Live& live, bool failed);
  void writeData(Live& live, ResultBoxPtr data, bool isFromScratch);

  WebModule module_;
  ByteWriter out_;
  ValueWriter values_{out_};
  RowSlots slots_;
  RowWriter rows_{out_, values_, slots_};
  HostExecutor executor_;
  std::map<std::uint64_t, std::unique_ptr<Handle>> handles_;
  std::uint32_t lastHandle_ = 0;
};

}  // namespace hyperdb::detail
