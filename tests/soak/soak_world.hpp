// One database under load and the model of it. Whatever is done to the one is done to the other, and compared.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "soak/naive_table.hpp"
#include "support/late_driver.hpp"

namespace hyperdb::soak {

/// The database did what the model says it must not.
class SoakFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
inline void require(bool holds, const std::string& what) {
  if (!holds) throw SoakFailure(what);
}

/// What was checked, over all databases.
struct SoakCounters {
  std::uint64_t commits = 0;
  std::uint64_t failedActions = 0;
  std::uint64_t checks = 0;
  std::uint64_t callbacks = 0;
};

/// One write command of an action.
struct ScriptStep {
  enum class Kind { insert, upsert, remove, fail } kind = Kind::fail;
  std::size_t table = 0;
  std::vector<Object> rows{};
  std::vector<std::string> ids{};
  bool isCaught = false;
};

class LiveResult;

class SoakWorld {
 public:
  /// `isLate`: over a driver that answers later, in random order.
  SoakWorld(std::uint64_t seed, bool isLate, SoakCounters& counters);
  SoakWorld(const SoakWorld&) = delete;
  SoakWorld& operator=(const SoakWorld&) = delete;
  ~SoakWorld();

  /// Does something random to the database and to the model, and compares. Throws SoakFailure.
  void step();
  /// Releases all live results, kept rows, snapshots and traces, and checks that nothing is alive any more.
  void letGo();
  void removeAllRows();

  std::size_t rowsCount() const;
  /// How many entries each index of each table has: what bounds the number of tree nodes.
  std::vector<std::size_t> entriesCounts() const;

  // For the selectors and actions.
  static SoakWorld& byNumber(int number);
  int number() const noexcept { return number_; }
  const NaiveTable& table(std::size_t number) const { return tables_[number]; }
  const QueryCase& query(int number) const { return queries_.at(number); }
  const std::vector<ScriptStep>& script() const noexcept { return script_; }

  // For live results.
  SubscribableDB& db() noexcept { return *db_; }
  bool isLate() const noexcept { return control_ != nullptr; }
  SoakCounters& counters() noexcept { return counters_; }
  std::string expectedRows(int query) const;
  /// A callback is about to throw, which must be reported.
  void noteThrown() noexcept { ++thrownInCallbacks_; }
  void runLoop() { loop_.runReady(); }
  template <class T>
  T wait(Completion<T> completion) {
    loop_.runReady();
    require(completion.isReady(), "an operation does not end");
    return completion.get();
  }

 private:
  struct KeptState {
    Snapshot snapshot;
    std::vector<NaiveRows> model;
  };
  struct KeptRows {
    Rows<Object> rows;
    std::string text;
  };

  void makeScript();
  /// What the script does to a copy of the model; nothing if it fails.
  std::optional<std::vector<NaiveRows>> applyScript() const;
  static bool applyWrite(const ScriptStep& step, const NaiveTable& table, NaiveRows& rows);
  static bool hookThrows(const ScriptStep& step);
  void commit();
  void dispatchScript();
  void checkQuery();
  void checkSnapshot(const KeptState& kept);
  void onCommit(const CommitEvent& event);
  void checkLiveResults();
  void useSnapshot();
  void useKeptRows();
  void toggle();
  void passTime();
  int addQuery();

  int number_;
  SoakCounters& counters_;
  TestRandom random_;
  ManualClock clock_;
  RunLoop loop_;
  TraceStore traces_{50};
  std::shared_ptr<test::LateControl> control_;
  std::vector<NaiveTable> tables_;
  std::vector<NaiveRows> model_;
  std::vector<NaiveRows> told_;  // what a subscriber to commits has put together
  std::map<int, QueryCase> queries_;
  std::vector<ScriptStep> script_;
  std::size_t idsCount_;
  double lastPayload_ = 0;
  int lastQuery_ = 0;
  std::int64_t lastRevision_ = 0;
  std::uint64_t thrownInCallbacks_ = 0;
  std::uint64_t reportedErrors_ = 0;
  std::exception_ptr unexpected_;  // the first error of a callback that was not meant to throw
  std::optional<SubscribableDB> db_;
  Subscription watch_;
  Subscription thrower_;
  Subscription hook_;
  std::vector<std::unique_ptr<LiveResult>> live_;
  std::deque<KeptState> snapshots_;
  std::deque<KeptRows> keptRows_;
};

}  // namespace hyperdb::soak
