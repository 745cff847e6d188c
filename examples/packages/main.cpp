// The machine's package database as a live database: loads it, opens 1,000 selectors, edits, shows what re-ran. The
// rows are kept in a file; the next run starts from it.
//
//   schema.hpp          the two tables           control_file, package_file, version_order   Debian's formats
//   queries.hpp         the selectors            load                                        rows into tables
//   actions.hpp         the edits                overview, live_selectors, edits             what to watch and change
//   storage             the drivers              options, report, text                       in and out
//   main.cpp            the order of things
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "edits.hpp"
#include "live_selectors.hpp"
#include "load.hpp"
#include "options.hpp"
#include "report.hpp"
#include "storage.hpp"
#include "text.hpp"

namespace packages {

namespace {

PackageFile readPackages(const Options& options) {
  const double startedAt = now();
  PackageFile file;
  {
    ProgressLine line("reading " + options.from, options.progress);
    file = readPackageFile(options.from, [&line](double fraction) { line.show(fraction); });
  }
  printLoaded(file, now() - startedAt);
  return file;
}

/// Opens the database and reads what the last run has left in it.
SubscribableDB openAndRead(const Options& options, StoredRows& stored) {
  double startedAt = now();
  SubscribableDB db = openDatabase(options);
  const double openSeconds = now() - startedAt;
  if (options.fresh) clear(db);
  startedAt = now();
  readIntoMemory(db, options);
  stored = readStored(db);
  printDatabase(options, openSeconds, stored, now() - startedAt);
  return db;
}

/// Over hybrid, commits are in memory first; a program that never runs its executor asks for the flush.
void flush(const SubscribableDB& db, const Options& options) {
  if (options.driver != DriverKind::hybrid) return;
  const double startedAt = now();
  waitUntilStored(db, options);
  printFlushed(now() - startedAt);
}

/// Makes the database equal to the package list.
void update(const SubscribableDB& db, const StoredRows& stored, PackageFile file,
            const Options& options) {
  const double startedAt = now();
  LoadedCounts counts;
  {
    ProgressLine line("storing", options.progress);
    counts = load(db, stored, std::move(file), [&line](double fraction) { line.show(fraction); });
  }
  printStored(counts, now() - startedAt);
  flush(db, options);
}

/// Applies one edit and shows what came of it.
void applyEdit(const SubscribableDB& db, LiveSelectors& live, const Edit& edit,
               const Options& options) {
  const double startedAt = now();
  try {
    edit.apply(db);
  } catch (const std::exception& error) {
    // The action's transaction is gone; revision, rows and live results are what they were.
    printRolledBack(error.what(), live.takeTold(), now() - startedAt);
    return;
  }
  const double endedAt = now();
  const Told told = live.takeTold();
  const double seconds = (told.callbacksCount > 0 ? told.lastAt : endedAt) - startedAt;
  printCommit(db.lastCommitReport(), told, seconds, options.quiet);
}

bool isNothingLeft(const Stats& stats) {
  return stats.entries == 0 && stats.subscriptions == 0 && stats.ranges == 0 &&
         stats.coroutineFrames == 0 && stats.rows == 0 && stats.treeNodes == 0;
}

int run(const Options& options) {
  PackageFile file = readPackages(options);
  StoredRows stored;
  const SubscribableDB db = openAndRead(options, stored);
  update(db, stored, std::move(file), options);
  stored = {};

  const Overview overview = makeOverview(db);
  std::vector<StatsColumn> columns;
  {
    const double startedAt = now();
    LiveSelectors live(db, overview, options.selectorsCount);
    printOpened(live, db.stats(), now() - startedAt);

    db.setCommitReports(true);
    for (std::size_t i = 0; i < options.editsCount; ++i) {
      const Edit edit = makeEdit(db, overview, i);
      std::printf("\nEdit %zu: %s\n", i + 1, edit.title.c_str());
      applyEdit(db, live, edit, options);
    }
    if (options.editsCount > 0) flush(db, options);
    columns.push_back({"now", db.stats()});
  }  // all subscriptions end here
  columns.push_back({"unsubscribed", db.stats()});
  const double startedAt = now();
  db.close();
  const double closeSeconds = now() - startedAt;
  columns.push_back({"closed", db.stats()});
  printStats(columns);
  printKept(options, closeSeconds);
  if (isNothingLeft(db.stats())) return 0;
  std::fputs("packages: something was left behind\n", stderr);
  return 1;
}

}  // namespace

}  // namespace packages

int main(int argc, char** argv) {
  try {
    const packages::Options options = packages::parseOptions(argc, argv);
    if (!options.help) return packages::run(options);
    std::fputs(packages::usage, stdout);
    return 0;
  } catch (const packages::UsageError& error) {
    std::fprintf(stderr, "packages: %s\nTry packages --help.\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "packages: %s\n", error.what());
    return 1;
  }
}
