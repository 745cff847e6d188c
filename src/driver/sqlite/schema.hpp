// Schema: the loaded tables and their places in the file. Shared by all connections of a driver.
//
// Thread safety: immutable once it is in use.
#pragma once

#include <memory>
#include <vector>

#include "driver/catalog.hpp"
#include "driver/sqlite/layout.hpp"

namespace hyperdb::detail::sqlite {

struct Schema {
  Catalog catalog;
  /// By slot of the catalog. The indexes are in the order of the definition, without byId: index number n is
  /// indexes[n - 1].
  /// indexes[n - 1].
  std::vector<StoredTable> tables;
};
using SchemaPtr = std::shared_ptr<const Schema>;

}  // namespace hyperdb::detail::sqlite
