// TableDef: the type-erased description of a table that the engine works with.
//
// Thread safety: immutable; any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <hyperdb/engine/key.hpp>
#include <hyperdb/engine/row_type.hpp>

namespace hyperdb {

/// The kind of an index: see btree, hash and uniqhash in index.hpp.
enum class IndexType : unsigned char { btree, hash, uniqhash };
/// Returns "btree", ... The text lives as long as the program.
std::string_view indexTypeName(IndexType type) noexcept;

/// A named index: its columns, in order.
struct IndexDef {
  std::string name;
  IndexType type = IndexType::btree;
  std::vector<RowType::Column> columns;

  bool isUnique() const noexcept { return type == IndexType::uniqhash; }
  bool isHash() const noexcept { return type != IndexType::btree; }
};

/// A table: a name, the type of its rows and its indexes. Immutable; shared by Table objects and databases.
/// Index number 0 is always `byId`.
class TableDef : public std::enable_shared_from_this<TableDef> {
 public:
  static constexpr std::size_t byIdIndex = 0;

  /// Makes a definition with the index `byId`. Throws Error(invalidDefinition): a name that is empty or not
  /// [A-Za-z_][A-Za-z0-9_]*, a schema that is not an object or a union of objects, no `id` (in a variant), an `id`
  /// that can't be a string in an explicit schema. `idMustAcceptStrings`: an explicit schema promises string ids; a
  /// field map only an indexable one.
  static std::shared_ptr<const TableDef> make(std::string name, std::shared_ptr<const RowType> rowType,
                                              bool idMustAcceptStrings = true);

  /// Returns this table with one more index. Throws Error(invalidDefinition) naming table, index and column: a name
  /// that is bad, taken or `byId`; an unknown or repeated column; one that can't be indexed; a `hash` of several
  /// columns, or of none; a `uniqhash` of none; an index that another one already covers (the same columns, in any
  /// order, of hashes of one type, a prefix for btrees).
  std::shared_ptr<const TableDef> withIndex(std::string indexName, IndexType type,
                                            const std::vector<std::string>& columns) const;

  const std::string& name() const noexcept { return name_; }
  const RowType& rowType() const noexcept { return *rowType_; }
  const std::vector<IndexDef>& indexes() const noexcept { return indexes_; }
  const IndexDef& index(std::size_t number) const noexcept { return indexes_[number]; }
  /// Returns the number of the index; throws Error(unknownIndex) naming table and index.
  std::size_t indexNumber(std::string_view indexName) const;

  /// Appends the row's key in that index to `out`. Returns false, with `out` unchanged, when the row is not in the
  /// index (an indexed column is absent). O(size of the key), no allocation beyond `out`.
  bool appendIndexKey(std::size_t indexNumber, const RowHeader& row, KeyBytes& out) const;

  /// Returns whether the other definition has the same name, schema and indexes, so that both can describe one stored
  /// table.
  bool isEquivalent(const TableDef& other) const;

 private:
  TableDef() = default;

  std::string name_;
  std::shared_ptr<const RowType> rowType_;
  std::vector<IndexDef> indexes_;
};

}  // namespace hyperdb
