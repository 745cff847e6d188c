// What the program prints.
#pragma once

#include <cstddef>
#include <string>

#include <hyperdb/subscribable_db.hpp>

#include "live_selectors.hpp"
#include "load.hpp"
#include "options.hpp"

namespace packages {

void printLoaded(const PackageFile& file, double readSeconds);
/// `readSeconds`: how long it took to read what was there.
void printDatabase(const Options& options, double openSeconds, const StoredRows& stored,
                   double readSeconds);
void printStored(const LoadedCounts& counts, double seconds);
void printFlushed(double seconds);
/// `seconds`: how long it took to close the database.
void printKept(const Options& options, double seconds);
void printOpened(const LiveSelectors& live, const Stats& stats, double seconds);

/// What one commit did, and how long it took from the dispatch to the last callback.
void printCommit(const CommitReport& report, const Told& told, double seconds, bool quiet);
void printRolledBack(const std::string& why, const Told& told, double seconds);

struct StatsColumn {
  std::string title;
  Stats stats;
};
void printStats(const std::vector<StatsColumn>& columns);

/// A line on standard error that says how far a long step is; shows itself after half a second. The end of its life
/// takes it away.
class ProgressLine {
 public:
  ProgressLine(std::string step, bool isShown);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(double fraction);

 private:
  std::string step_;
  bool isShown_;
  double startedAt_;
  int percent_ = -1;  // of the last line that was written
};

}  // namespace packages
