// The drivers that are compared: what one entry of the list says.
//
// A new driver is one more DriverEntry, in a file of tests that instantiates `Differential` with it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <hyperdb/clock.hpp>
#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/memory_driver.hpp>

#include "support/late_driver.hpp"
#include "support/temp_folder.hpp"

namespace hyperdb::test {

/// What stays when a database is closed and opened again.
struct Storage {
  explicit Storage(std::uint64_t storageSeed) : seed(storageSeed) {}

  struct Host final : DriverHost {
    explicit Host(Executor& executor) : loop(executor) {}
    Executor& executor() const noexcept override { return loop; }
    void onExternalCommit(Ops) noexcept override {}
    void onUnknownChange() noexcept override {}
    Executor& loop;
  };

  std::string file() {
    if (!folder) folder.emplace();
    return folder->file();
  }

  std::uint64_t seed;
  RunLoop loop;
  ManualClock clock;
  std::optional<TempFolder> folder;  ///< made when it is needed first
  Host host{loop};
  std::shared_ptr<Driver> kept;          ///< what a KeptDriver stands before
  std::shared_ptr<LateControl> primary;  ///< of a primary that answers late; null: there is none
};

/// How answers come.
enum class Answering {
  atOnce,      ///< the synchronous functions serve it
  onLoop,      ///< when the executor runs what is posted
  fromThreads  ///< when the executor has run for some time
};

struct DriverEntry {
  std::string name;
  Answering answering = Answering::atOnce;
  /// Makes the driver: at the start, and again for what is stored when it was closed.
  std::function<std::unique_ptr<Driver>(Storage&)> open;
  /// What is wrong with the file, "" if nothing is; null: there is no file.
  std::function<std::string(Driver&)> findDamage = nullptr;
};
inline void PrintTo(const DriverEntry& entry, std::ostream* out) { *out << entry.name; }

/// Makes a driver that keeps everything in memory survive: only the way to it is closed.
class KeptDriver final : public Driver {
 public:
  explicit KeptDriver(std::shared_ptr<Driver> kept) : kept_(std::move(kept)) {}

  std::string_view name() const noexcept override { return kept_->name(); }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    return kept_->loadTables(tables);
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override { return kept_->begin(mode); }
  bool keepsRowObjects() const noexcept override { return kept_->keepsRowObjects(); }
  std::shared_ptr<const DriverSnapshot> snapshot() const override { return kept_->snapshot(); }
  DriverCounters counters() const noexcept override { return kept_->counters(); }
  void collectGarbage() noexcept override { kept_->collectGarbage(); }

 private:
  std::shared_ptr<Driver> kept_;
};

using MakeDriver = std::function<std::unique_ptr<Driver>(Storage&)>;

/// The same driver each time.
inline MakeDriver kept(MakeDriver make) {
  return [make = std::move(make)](Storage& storage) {
    if (!storage.kept) {
      storage.kept = make(storage);
      storage.kept->attach(storage.host);
    }
    return std::make_unique<KeptDriver>(storage.kept);
  };
}

inline MakeDriver memory() {
  return kept([](Storage&) { return std::make_unique<BptreeInmemDriver>(); });
}

/// The driver, made slow and disorderly.
inline MakeDriver late(MakeDriver inner) {
  return [inner = std::move(inner)](Storage& storage) {
    LateOptions options;
    options.seed = storage.seed;
    return std::make_unique<LateDriver>(inner(storage), storage.loop, options);
  };
}

/// `Hybrid` over a primary.
template <class Hybrid>
MakeDriver over(MakeDriver primary, HybridOptions options = {}) {
  return [primary = std::move(primary), options](Storage& storage) {
    std::unique_ptr<Driver> made = primary(storage);
    auto* lateDriver = dynamic_cast<LateDriver*>(made.get());
    storage.primary = lateDriver != nullptr ? lateDriver->control() : nullptr;
    return std::make_unique<Hybrid>(std::move(made), options);
  };
}

}  // namespace hyperdb::test
