// hyperdb-soak: databases under random load for minutes or hours, compared with naive models all the time, while memory
// must stay flat. `make soak` runs it; `hyperdb-soak --help` lists the options.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "soak/memory_watch.hpp"
#include "soak/soak_world.hpp"

namespace hyperdb::soak {
namespace {

struct Options {
  std::uint64_t seed = test::testSeed();
  double seconds = 5;
  int steps = 400;  ///< of each epoch
  int firstEpoch = 0;
  int epochs = 0;  ///< 0: until the time is over
};

constexpr const char* usage =
    "hyperdb-soak [options]\n"
    "  --seconds S      how long it goes on (5); the epoch that runs then is finished\n"
    "  --seed N         where the random numbers start (HYPERDB_TEST_SEED, or always the same)\n"
    "  --steps N        steps of each epoch (400)\n"
    "  --first-epoch N  starts there, to see a failure again\n"
    "  --epochs N       ends after so many epochs, whatever the time\n";

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (i + 1 >= argc) return false;
    const char* const value = argv[++i];
    if (name == "--seconds") {
      options.seconds = std::atof(value);
    } else if (name == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else if (name == "--steps") {
      options.steps = std::atoi(value);
    } else if (name == "--first-epoch") {
      options.firstEpoch = std::atoi(value);
    } else if (name == "--epochs") {
      options.epochs = std::atoi(value);
    } else {
      return false;
    }
  }
  return options.steps > 0;
}

/// The epochs after one another. One database lives through several of them, the others through one.
class Soak {
 public:
  static constexpr int oldWorldEpochs = 20;

  explicit Soak(const Options& options) : options_(options) {}

  /// The epoch in which the database that is open now was opened: where a failure can be seen again from.
  static int oldWorldStart(int epoch) { return epoch - epoch % oldWorldEpochs; }

  void runEpoch(int epoch) {
    TestRandom random(options_.seed * 1'000'003 + static_cast<std::uint64_t>(epoch));
    if (epoch % oldWorldEpochs == 0 || !old_) {
      old_.reset();
      old_ = std::make_unique<SoakWorld>(random.bits(), random.chance(3), counters_);
    }
    std::vector<std::unique_ptr<SoakWorld>> young;
    for (std::size_t i = 1 + random.below(2); i > 0; --i) {
      young.push_back(std::make_unique<SoakWorld>(random.bits(), random.chance(3), counters_));
    }
    for (int step = 0; step < options_.steps; ++step) {
      const std::size_t which = random.below(young.size() + 1);
      SoakWorld& world = which == young.size() ? *old_ : *young[which];
      world.step();
      if (random.chance(200)) {  // closed with everything in use, and another one opened
        young.back().reset();
        young.back() = std::make_unique<SoakWorld>(random.bits(), random.chance(3), counters_);
      }
    }
    old_->letGo();
    for (const auto& world : young) world->letGo();
    checkAlive(young);
    young.clear();
    old_->removeAllRows();
    checkAlive(young);
    const MemoryUse use = memoryUseNow();
    report(epoch, use);
    memory_.afterEpoch(use);
  }

 private:
  /// The rows and tree nodes in this process are those of the databases that are open.
  void checkAlive(const std::vector<std::unique_ptr<SoakWorld>>& young) {
    std::int64_t rows = static_cast<std::int64_t>(old_->rowsCount());
    std::vector<std::size_t> entries = old_->entriesCounts();
    for (const auto& world : young) {
      rows += static_cast<std::int64_t>(world->rowsCount());
      const std::vector<std::size_t> more = world->entriesCounts();
      entries.insert(entries.end(), more.begin(), more.end());
    }
    std::int64_t nodesMin = 0;
    std::int64_t nodesMax = 0;
    for (const std::size_t count : entries) {
      nodesMin += static_cast<std::int64_t>((count + 31) / 32);
      nodesMax += static_cast<std::int64_t>(count > 1 ? 2 * count : count);  // leaves may be sparse after deletions
    }
    const std::int64_t aliveRows = RowHeader::liveCount();
    const std::int64_t aliveNodes = BptreeInmemDriver::liveNodesCount();
    require(aliveRows == rows, std::to_string(aliveRows) + " rows are alive, " + std::to_string(rows) + " are stored");
    require(aliveNodes >= nodesMin && aliveNodes <= nodesMax,
            std::to_string(aliveNodes) + " tree nodes are alive, which should be " + std::to_string(nodesMin) + " to " +
                std::to_string(nodesMax));
    require(liveFramesCount() == 0, std::to_string(liveFramesCount()) + " coroutine frames are alive");
  }

  void report(int epoch, const MemoryUse& use) {
    std::printf(
        "epoch %d: %llu commits, %llu failed actions, %llu checks, %llu callbacks; heap %zu KiB, "
        "resident %zu KiB\n",
        epoch, static_cast<unsigned long long>(counters_.commits),
        static_cast<unsigned long long>(counters_.failedActions), static_cast<unsigned long long>(counters_.checks),
        static_cast<unsigned long long>(counters_.callbacks), use.heapBytes >> 10, use.residentBytes >> 10);
    std::fflush(stdout);
  }

  Options options_;
  SoakCounters counters_;
  MemoryWatch memory_;
  std::unique_ptr<SoakWorld> old_;
};

int run(const Options& options) {
  std::printf("hyperdb-soak --seed %llu --steps %d --seconds %g\n", static_cast<unsigned long long>(options.seed),
              options.steps, options.seconds);
  const auto start = std::chrono::steady_clock::now();
  const auto secondsGone = [start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  Soak soak(options);
  int epoch = options.firstEpoch;
  try {
    do {
      soak.runEpoch(epoch++);
    } while (options.epochs > 0 ? epoch < options.firstEpoch + options.epochs : secondsGone() < options.seconds);
  } catch (const std::exception& failure) {
    --epoch;
    const int from = Soak::oldWorldStart(epoch);
    std::printf("FAILED in epoch %d after %.1f s: %s\n", epoch, secondsGone(), failure.what());
    std::printf("to see it again: hyperdb-soak --seed %llu --steps %d --first-epoch %d --epochs %d\n",
                static_cast<unsigned long long>(options.seed), options.steps, from, epoch - from + 1);
    std::printf("(a failure of memory shows after at least 7 epochs: start with an earlier one)\n");
    std::fflush(stdout);
    std::_Exit(1);  // what is open may be in any state
  }
  std::printf("passed: %d epochs in %.1f s\n", epoch - options.firstEpoch, secondsGone());
  return 0;
}

}  // namespace
}  // namespace hyperdb::soak

int main(int argc, char** argv) {
  hyperdb::soak::Options options;
  if (!hyperdb::soak::parse(argc, argv, options)) {
    std::fputs(hyperdb::soak::usage, stderr);
    return 2;
  }
  return hyperdb::soak::run(options);
}
