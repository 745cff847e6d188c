// StubFiller: PreloadedHybridDB's way to fill memory: all keys at the start, rows on demand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "driver/hybrid/coverage.hpp"
#include "driver/hybrid/filler.hpp"
#include "driver/hybrid/primary_read.hpp"

namespace hyperdb::detail::hybrid {

/// The trees are complete from the start: in the place of a row that was not read stands a stub, one object in all
/// trees of the table. So every id is known, and a scan finds the rows that it needs before it reads any. A *loaded*
/// range of an index has no stub in it, in any state: a row replaces its stub in all of them, and rows written later
/// are no stubs.
class StubFiller final : public Filler {
 public:
  StubFiller(MemoryTier& memory, const RecentWrites& recent, PrimaryReader& primary, ExternalChanges& changes,
             const EventReporter& events) noexcept
      : memory_(memory), recent_(recent), primary_(primary), changes_(changes), events_(events) {
    memory.allowStubs();
  }

  Step<void> load() override;
  bool canAnswer(Transaction& transaction, std::size_t slot, const ScanPlan& plan) override;
  Step<FillWork> fillFor(Transaction& transaction, std::size_t slot, const ScanPlan& plan) override;
  bool canWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) override;
  Step<void> fillForWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) override;
  bool canMerge(std::size_t slot) const noexcept override { return !tables_[slot].isStale; }
  Step<void> fillForMerge(std::size_t slot) override { return readKeys(slot); }
  Step<std::size_t> fillTable(std::size_t slot) override;
  std::size_t evictableRows() const noexcept override;
  std::size_t rangesCountMax() const noexcept override { return 0; }  // each has rows
  std::size_t evictRows() override;
  void evictAll() override;

 private:
  struct Table {
    std::vector<Coverage> loaded;  ///< by index
    bool isStale = true;           ///< the keys must be read (again)
    std::size_t keysCount = 0;     ///< when they were read, or rows were evicted
    std::size_t rowsRead = 0;      ///< since then
  };
  /// The state of reading the rows for one answer.
  struct Attempt {
    std::optional<std::uint64_t> movesCount = std::nullopt;  ///< of memory, at the last read
    int failuresCount = 0;
  };
  using Ids = std::vector<KeyRange>;  ///< keys of byId, as the ranges of a plan

  Step<void> readKeys(std::size_t slot);
  Step<std::vector<IndexKeys>> keysOf(PrimaryRead& read, const TableDef& table);
  memory::TableState build(std::size_t slot, const std::vector<IndexKeys>& keys) const;
  Step<std::size_t> readRows(std::size_t slot, Ids ids, std::vector<Error>& unfitRows);
  bool mayHaveStub(const memory::Tree& tree, const KeyRange& range, bool isDescending,
                   std::size_t rowsMax) const noexcept;
  static Ids stubsIn(const RowSequence& rows);
  Ids stubsOf(Transaction& transaction, std::size_t slot, const WriteBatch& batch, bool findsFirst) const;
  std::size_t rowsInMemory(std::size_t slot) const noexcept;
  std::size_t evictRowsOf(std::size_t slot);
  void noteLoaded(std::size_t slot, const ScanPlan& plan, const RowSequence& rows);
  bool mayRead(std::size_t slot, Attempt& attempt, const Ids& stubs);

  MemoryTier& memory_;
  const RecentWrites& recent_;
  PrimaryReader& primary_;
  ExternalChanges& changes_;
  const EventReporter& events_;
  std::vector<Table> tables_;
};

}  // namespace hyperdb::detail::hybrid
