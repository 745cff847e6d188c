// Catalog: the tables that a driver has loaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <hyperdb/engine/table_def.hpp>

namespace hyperdb::detail {

/// The loaded tables. Immutable once it is part of a state.
class Catalog {
 public:
  using TablePtr = std::shared_ptr<const TableDef>;

  struct Slot {
    TablePtr table;
    std::uint64_t firstLineage;  ///< the lineage of an index is this plus its number; unique in this process
  };

  /// Adds a table. Throws Error(invalidDefinition) when a table of this name is loaded with another definition, or
  /// with rows of another C++ type.
  void add(const TablePtr& table);

  std::size_t slotsCount() const noexcept { return slots_.size(); }
  const Slot& slot(std::size_t number) const noexcept { return slots_[number]; }
  /// Returns the table's slot; also for an equivalent definition that was never loaded itself. Throws
  /// Error(unknownTable).
  std::size_t slotOf(const TableDef& table) const;
  /// Returns the loaded table of that name, or null.
  const TableDef* findByName(std::string_view name) const noexcept {
    const auto found = slotByName_.find(name);
    return found == slotByName_.end() ? nullptr : slots_[found->second].table.get();
  }

 private:
  std::vector<Slot> slots_;
  std::vector<TablePtr> equivalents_;  ///< kept, so that no other definition gets their addresses
  boost::unordered_flat_map<const TableDef*, std::size_t> slotByDefinition_;
  boost::unordered_flat_map<std::string_view, std::size_t> slotByName_;
};

}  // namespace hyperdb::detail
