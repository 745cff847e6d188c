// SchemaLoader: makes the file fit the tables that a program declares.
//
// Thread safety: that of its session.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "driver/sqlite/change_log.hpp"
#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// The changes that the file needs for one table.
struct TableChanges {
  StoredTable stored;                ///< as it will be
  bool isNew = false;                ///< there is no such table
  bool isFromJavaScript = false;     ///< written by HyperDB for TypeScript
  std::vector<std::size_t> added;    ///< indexes that are missing, by their position in `stored`
  std::vector<StoredIndex> dropped;  ///< indexes that are not declared any more
  bool isDifferent = false;          ///< the catalog's entry differs

  bool empty() const noexcept {
    return !isNew && !isFromJavaScript && !isDifferent && added.empty() && dropped.empty();
  }
};

class SchemaLoader {
 public:
  /// `current` is the loaded schema, or null. All outlive this.
  SchemaLoader(Session& session, const SqlOptions& options, const SchemaPtr& current)
      : session_(session), connection_(session.connection()), options_(options), current_(current) {}

  /// Returns the schema with these tables added. Throws what SqlDriver::loadTables does; the file is then unchanged.
  SchemaPtr load(std::span<const std::shared_ptr<const TableDef>> tables, ChangeLog* log);

 private:
  bool isInPlace(Schema& schema, std::size_t firstNew, ChangeLog* log);
  TableChanges compare(const TableDef& table);
  void apply(const TableDef& table, TableChanges& changes);

  Session& session_;
  Connection& connection_;
  const SqlOptions& options_;
  const SchemaPtr& current_;
};

}  // namespace hyperdb::detail::sqlite
