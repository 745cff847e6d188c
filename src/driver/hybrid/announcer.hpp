// Announcer: tells the database what was committed elsewhere.
#pragma once

#include <deque>

#include <hyperdb/driver.hpp>

#include "driver/hybrid/driver_status.hpp"
#include "driver/hybrid/scheduler.hpp"

namespace hyperdb::detail::hybrid {

/// Commits of other writers wait here from when memory has them until the host may be called. Home thread.
class Announcer {
 public:
  Announcer(Scheduler& scheduler, DriverStatus& status) noexcept : scheduler_(scheduler), status_(status) {}
  Announcer(const Announcer&) = delete;
  Announcer& operator=(const Announcer&) = delete;

  void attach(DriverHost& host) noexcept { host_ = &host; }
  /// A database that closes is not told anything any more.
  void close() noexcept { isClosing_ = true; }
  void detach() noexcept { host_ = nullptr; }

  /// As long as there is one the host is not called: a read of the primary is on the stack.
  class Hold {
   public:
    explicit Hold(Announcer& announcer) noexcept : announcer_(announcer) { announcer_.isHeld_ = true; }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { announcer_.isHeld_ = false; }

   private:
    Announcer& announcer_;
  };

  /// Adds a commit of another writer; a change of which nothing is known.
  void add(Ops ops) { commits_.push_back(std::move(ops)); }
  void addUnknown() noexcept { hasUnknown_ = true; }
  /// Tells the host what was added, now or, if it is held, later.
  void announce() noexcept;
  /// The same, but not from inside of a selector that reads: live results are run again, and callbacks called.
  void announceLater() noexcept;

  /// Tells the host, before it is told of the commit that has just taken effect, of ops that it must know first. In a
  /// call of `commit` the host holds them until it has ended.
  void announceOvertaken(Ops ops, bool isInCommitCall) noexcept;
  /// The same for a merge that has taken effect, in a call of `commit`. `mayMissRows`: a live result may show rows that
  /// the merge did not know.
  void announceMerged(Ops overtaken, bool mayMissRows) noexcept;

 private:
  bool mayTell() const noexcept { return host_ != nullptr && !isClosing_; }

  Scheduler& scheduler_;
  DriverStatus& status_;
  DriverHost* host_ = nullptr;
  std::deque<Ops> commits_;
  bool hasUnknown_ = false;  ///< before or after the commits
  bool isHeld_ = false;
  bool isClosing_ = false;
};

}  // namespace hyperdb::detail::hybrid
