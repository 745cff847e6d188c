// hyperdb-kill: kill -9, again and again, of a program that commits, while another one reads. After each kill
// everything that was acknowledged must be there, nothing more than what was on its way (one commit, or what the writer
// had not waited for), none in part, and nothing damaged.
//
//   hyperdb-kill [--kills N] [--seed N]
//
// Without --kills it is HYPERDB_KILLS, or a number for some seconds.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "crash/kill/child_process.hpp"
#include "crash/kill/roles.hpp"
#include "support/temp_folder.hpp"
#include "support/test_random.hpp"

namespace hyperdb::crash {
namespace {

using std::chrono::milliseconds;
using test::Release;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

struct Totals {
  long kills = 0;
  long killsBeforeCommits = 0;  ///< while the file was opened
  long commits = 0;
  long unheardCommits = 0;  ///< that were there, but not acknowledged
  long readerKills = 0;
  long recoveries = 0;  ///< by a process that had the file alone
  long readings = 0;
};

/// One file, and the programs that use it.
class Victim {
 public:
  Victim(const std::string& useName, test::TestRandom& random, Totals& totals)
      : use_(FileUse::named(useName)), random_(random), totals_(totals) {}

  void kill(int times) {
    for (int i = 0; i < times; ++i) {
      if (random_.chance(12)) changeRelease();
      if (!reader_ && random_.chance(3)) reader_ = child("--reader");
      killWriter();
      if (random_.chance(4)) killReader();  // the next process to open the file is alone, and has to recover it
      check();
    }
    killReader();
  }

 private:
  std::unique_ptr<ChildProcess> child(const char* role) {
    return std::make_unique<ChildProcess>(
        std::vector<std::string>{role, folder_.file(), use_.name, release_ == Release::first ? "first" : "second"});
  }

  /// The next program has an index more, or one less.
  void changeRelease() {
    killReader();
    release_ = release_ == Release::first ? Release::second : Release::first;
  }

  void killWriter() {
    const auto writer = child("--writer");
    // Often in the middle of commits, sometimes in the middle of opening the file.
    if (!random_.chance(5) && !writer->waitForNumber(milliseconds(60'000))) fail("the writer does not commit");
    std::this_thread::sleep_for(std::chrono::microseconds(random_.below(25'000)));
    if (!writer->kill()) fail("the writer has ended by itself");
    const auto& numbers = writer->numbers();
    ++totals_.kills;
    if (numbers.empty()) {
      ++totals_.killsBeforeCommits;
    } else {
      totals_.commits += numbers.back() - acknowledged_;
      acknowledged_ = numbers.back();
    }
  }

  void killReader() {
    if (!reader_) return;
    if (!reader_->kill()) fail("the reader has ended by itself");
    totals_.readings += static_cast<long>(reader_->numbers().size());
    ++totals_.readerKills;
    reader_.reset();
  }

  /// Looks at the file as the next program would.
  void check() {
    totals_.recoveries += reader_ ? 0 : 1;
    const test::Storage storage = random_.chance(2) ? use_.storage : test::Storage::sql;
    SubscribableDB db = test::openLedger(folder_.file(), use_.options, release_, storage);
    const test::Ledger ledger = test::readLedger(db, release_);
    const int last = test::Turn::lastOf(ledger);
    if (last < acknowledged_) {
      fail("commit " + std::to_string(acknowledged_) + " was acknowledged, the last one there is " +
           std::to_string(last));
    }
    if (last > acknowledged_ + use_.unheardMax) {
      fail("commit " + std::to_string(last) + " is there, " + std::to_string(acknowledged_) + " was the last");
    }
    totals_.unheardCommits += last - acknowledged_;
    acknowledged_ = last;
    while (modelled_ < last) test::Turn{++modelled_}.apply(model_);
    if (!(ledger == model_)) fail("the ledger is not what it should be after turn " + std::to_string(last));
    if (const std::string imbalance = ledger.findImbalance(); !imbalance.empty()) fail(imbalance);
    for (const std::string& fault : test::damageOf(db)) fail(fault);
  }

  FileUse use_;
  test::TestRandom& random_;
  Totals& totals_;
  test::TempFolder folder_;
  Release release_ = Release::first;
  std::unique_ptr<ChildProcess> reader_;
  int acknowledged_ = 0;  ///< the last turn that is known to be committed
  test::Ledger model_;
  int modelled_ = 0;  ///< the last turn in the model
};

void run(int kills, std::uint64_t seed) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<std::string> uses{"walNormal",    "truncateNormal", "walFull",   "walOff",           "asyncNormal",
                                      "sharedNormal", "hybridNormal",   "asyncFull", "asyncHybridNormal"};
  test::TestRandom random(seed);
  Totals totals;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const int share = (kills + static_cast<int>(uses.size() - i) - 1) / static_cast<int>(uses.size() - i);
    kills -= share;
    try {
      Victim(uses[i], random, totals).kill(share);
    } catch (const std::exception& error) {
      fail(uses[i] + ", seed " + std::to_string(seed) + ", kill " + std::to_string(totals.kills) + ": " + error.what());
    }
  }
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - start;
  std::printf(
      "%ld kills in %.0f s, %ld of them before the first commit; %ld commits acknowledged, %ld more were "
      "there; %ld readings, %ld readers killed; %ld times nobody had the file open any more\n",
      totals.kills, duration.count(), totals.killsBeforeCommits, totals.commits, totals.unheardCommits, totals.readings,
      totals.readerKills, totals.recoveries);
  if (totals.commits < totals.kills || totals.readings < totals.kills) fail("hardly anything happens between kills");
}

/// A child's: its role, the file, the use, the release.
[[noreturn]] void runRole(char** arguments) {
  const FileUse use = FileUse::named(arguments[2]);
  const Release release = std::string_view(arguments[3]) == "first" ? Release::first : Release::second;
  if (std::string_view(arguments[0]) == "--writer") writeForever(arguments[1], use, release);
  readForever(arguments[1], use, release);
}

constexpr const char* usage =
    "Usage: hyperdb-kill [--kills N] [--seed N]\n\n"
    "Kills programs that commit to a file, N times (default: $HYPERDB_KILLS, or 120), and looks for what is missing.\n"
    "Ends with 1 when something is, with 2 when an option is wrong.\n";

struct Options {
  int kills = 120;
  std::uint64_t seed = test::testSeed();

  /// False: an option is wrong.
  bool read(const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
      const bool hasValue = i + 1 < arguments.size() && !arguments[i + 1].empty();
      if (!hasValue || arguments[i + 1].find_first_not_of("0123456789") != std::string::npos) return false;
      if (arguments[i] == "--kills") {
        kills = std::atoi(arguments[i + 1].c_str());
      } else if (arguments[i] == "--seed") {
        seed = std::strtoull(arguments[i + 1].c_str(), nullptr, 10);
      } else {
        return false;
      }
    }
    return kills > 0;
  }
};

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (argc == 5 && (arguments[0] == "--writer" || arguments[0] == "--reader")) runRole(argv + 1);
  Options options;
  if (const char* text = std::getenv("HYPERDB_KILLS")) options.kills = std::atoi(text);
  if (arguments == std::vector<std::string>{"--help"}) {
    std::fputs(usage, stdout);
    return 0;
  }
  if (!options.read(arguments)) {
    std::fputs(usage, stderr);
    return 2;
  }
  run(options.kills, options.seed);
  return 0;
}

}  // namespace
}  // namespace hyperdb::crash

int main(int argc, char** argv) try { return hyperdb::crash::main(argc, argv); } catch (const std::exception& error) {
  std::fprintf(stderr, "hyperdb-kill: %s\n", error.what());
  return 1;
}
