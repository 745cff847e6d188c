// The tables of a scenario, made from their descriptions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <hyperdb/table.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb::conformance {

/// Throws BadScenario for what is no description of a validator, Error(invalidDefinition) for what can't be defined.
Validator validatorOf(const Value& description);
DynamicTable tableOf(const Value& description);

/// The tables that commands find by name.
class TableBook {
 public:
  void add(DynamicTable table);
  /// The table of that name; if there is none, one that no database has loaded.
  DynamicTable find(const std::string& name) const;
  std::vector<AnyTable> all() const;

 private:
  std::map<std::string, DynamicTable> tables_;
};

/// Lends a book to the commands of this thread as long as it lives: their handlers can't capture one.
class TableBookInUse {
 public:
  explicit TableBookInUse(const TableBook& book) noexcept;
  TableBookInUse(const TableBookInUse&) = delete;
  TableBookInUse& operator=(const TableBookInUse&) = delete;
  ~TableBookInUse();

  /// The table of that name in the book that is in use.
  static DynamicTable find(const std::string& name);

 private:
  const TableBook* before_;
};

}  // namespace hyperdb::conformance
