#include "report.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "storage.hpp"

namespace packages {

namespace {

std::int64_t asCount(std::size_t count) { return static_cast<std::int64_t>(count); }

void printLine(const std::string& line) { std::printf("%s\n", line.c_str()); }

/// The key that was written and the range that the selector had read; on one line where it fits.
std::string reasonText(const WakeReason& reason) {
  constexpr std::size_t widthMax = 100;
  const std::string indent(8, ' ');
  const std::string wrote = indent + "wrote " + reason.table + "/" + reason.index + reason.key;
  const std::string inside = "inside " + reason.range;
  return wrote.size() + 1 + inside.size() <= widthMax ? wrote + " " + inside
                                                      : wrote + "\n" + indent + inside;
}

/// Names one of each selector that woke, and counts the others.
void printWoken(const CommitReport& report) {
  struct Group {
    std::string first;
    std::string reason;
    std::int64_t count = 0;
  };
  std::map<std::string, Group> groups;
  for (const auto& woken : report.woken) {
    Group& group = groups[woken.selector];
    const std::string call = woken.call();
    if (group.count++ == 0 || call < group.first) {
      group.first = call;
      group.reason = reasonText(woken.reason);
    }
  }
  for (const auto& [name, group] : groups) {
    const std::string others =
        group.count == 1 ? "" : "  and " + counted(group.count - 1, "other", "others");
    printLine("    " + group.first + others);
    printLine(group.reason);
  }
}

std::string toldText(const CommitReport& report, const Told& told) {
  const std::size_t sameCount =
      report.woken.size() - std::min(report.woken.size(), told.callbacksCount);
  std::string text = grouped(asCount(told.callbacksCount)) + " told";
  if (sameCount > 0) text += ", " + grouped(asCount(sameCount)) + " had the same result";
  return text + " (rows: " + grouped(asCount(told.rowsAdded)) + " in, " +
         grouped(asCount(told.rowsRemoved)) + " out, " + grouped(asCount(told.rowsUpdated)) +
         " changed)";
}

std::string rate(std::size_t count, double seconds) {
  return grouped(static_cast<std::int64_t>(static_cast<double>(count) / seconds)) + " rows/s";
}

void printDifferences(const char* table, const Differences& differences) {
  printLine("  since then" + right(grouped(asCount(differences.added)), 8) + " new, " +
            grouped(asCount(differences.changed)) + " changed, " +
            grouped(asCount(differences.gone)) + " gone in " + table);
}

}  // namespace

void printLoaded(const PackageFile& file, double readSeconds) {
  printLine("Loaded " + file.path);
  printLine("  read     " + right(grouped(asCount(file.entries.size())), 9) + " packages from " +
            bytes(asCount(file.bytesCount)) + " in " + duration(readSeconds));
  if (file.olderVersionsCount > 0) {
    printLine("  left out " + right(grouped(asCount(file.olderVersionsCount)), 9) +
              " older of several versions");
  }
}

void printDatabase(const Options& options, double openSeconds, const StoredRows& stored,
                   double readSeconds) {
  const std::string what =
      options.driver == DriverKind::memory ? "a database in memory" : options.file;
  printLine("Opened " + what + " (driver " + driverName(options.driver) + ") in " +
            duration(openSeconds));
  if (stored.size() == 0) return;
  printLine("  there    " + right(grouped(asCount(stored.packages.size())), 9) +
            " rows in packages and " + grouped(asCount(stored.dependencies.size())) +
            " in dependencies, read in " + duration(readSeconds) + ", " +
            rate(stored.size(), readSeconds));
}

void printStored(const LoadedCounts& counts, double seconds) {
  const auto& [packages, dependencies] = counts;
  if (packages.same + packages.changed + packages.gone == 0) {
    printLine("  stored   " + right(grouped(asCount(packages.added)), 9) +
              " rows in packages and " + grouped(asCount(dependencies.added)) +
              " in dependencies, in one transaction of " + duration(seconds) + ", " +
              rate(packages.added + dependencies.added, seconds));
    return;
  }
  printDifferences("packages", packages);
  printDifferences("dependencies", dependencies);
  printLine("  compared " +
            right(grouped(asCount(packages.same + dependencies.same + packages.written() +
                                  dependencies.written())),
                  9) +
            " rows and wrote " + grouped(asCount(packages.written() + dependencies.written())) +
            ", in one transaction of " + duration(seconds));
}

void printFlushed(double seconds) { printLine("  flushed to the file in " + duration(seconds)); }

void printKept(const Options& options, double seconds) {
  if (options.file.empty()) return;
  std::error_code ignored;
  const auto size = std::filesystem::file_size(options.file, ignored);
  printLine("\nClosed in " + duration(seconds) + ". The next run starts from " + options.file +
            " (" + bytes(static_cast<std::int64_t>(size)) + ");\n--fresh would start anew.");
}

void printOpened(const LiveSelectors& live, const Stats& stats, double seconds) {
  const auto count = static_cast<double>(std::max<std::size_t>(live.size(), 1));
  printLine("\nOpened " + counted(asCount(live.size()), "live selector", "live selectors") +
            " in " + duration(seconds) + " (" + duration(seconds / count) + " each), which read " +
            counted(stats.ranges, "range", "ranges"));
}

void printCommit(const CommitReport& report, const Told& told, double seconds, bool quiet) {
  const auto left = static_cast<std::int64_t>(report.leftAloneCount);
  printLine("  commit " + grouped(report.revision) + ": " + grouped(asCount(report.woken.size())) +
            " woke, " + grouped(left) + " left alone; " +
            counted(static_cast<std::int64_t>(report.rangesCompared), "range", "ranges") +
            " compared");
  printLine("  " + toldText(report, told) + "; " + duration(seconds) +
            (told.callbacksCount > 0 ? " to the last callback" : ""));
  if (!quiet) printWoken(report);
}

void printRolledBack(const std::string& why, const Told& told, double seconds) {
  printLine("  rolled back: " + why);
  printLine("  " + grouped(asCount(told.callbacksCount)) + " told; " + duration(seconds));
}

void printStats(const std::vector<StatsColumn>& columns) {
  const std::pair<const char*, std::int64_t Stats::*> lines[] = {
      {"live selectors", &Stats::entries},
      {"subscriptions", &Stats::subscriptions},
      {"ranges", &Stats::ranges},
      {"coroutine frames", &Stats::coroutineFrames},
      {"rows", &Stats::rows},
      {"tree nodes", &Stats::treeNodes}};
  std::string header = "\n" + left("What is alive", 18);
  for (const StatsColumn& each : columns) header += right(each.title, 16);
  printLine(header);
  for (const auto& [title, member] : lines) {
    std::string line = left("  " + std::string(title), 18);
    for (const StatsColumn& each : columns) line += right(grouped(each.stats.*member), 16);
    printLine(line);
  }
}

ProgressLine::ProgressLine(std::string step, bool isShown)
    : step_(std::move(step)), isShown_(isShown || isatty(STDERR_FILENO) == 1), startedAt_(now()) {}

ProgressLine::~ProgressLine() {
  if (percent_ >= 0) std::fputs("\r\x1b[K", stderr);
}

void ProgressLine::show(double fraction) {
  constexpr double quietSeconds = 0.5;
  const int percent = static_cast<int>(fraction * 100);
  if (!isShown_ || percent == percent_ || now() - startedAt_ < quietSeconds) return;
  percent_ = percent;
  std::fprintf(stderr, "\r%s %3d %%", step_.c_str(), percent);
}

}  // namespace packages
