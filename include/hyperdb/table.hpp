// Table<Row>: the description of a table. Holds no data; one table serves any number of databases.
//
//   inline const auto tasksTable = defineTable<Task>("tasks").index(byProjectOrder);
//
// Thread safety: tables are immutable values; copies are O(1).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/detail/struct_row_type.hpp>
#include <hyperdb/engine/table_def.hpp>
#include <hyperdb/index.hpp>
#include <hyperdb/validator.hpp>

namespace hyperdb {

template <class Row>
class Table;
/// A table whose rows are Objects: defined at run time, or the dynamic view of a typed one.
using DynamicTable = Table<Object>;

namespace detail {

/// Throws: rows of one C++ type were passed to a table of another.
[[noreturn]] void throwOtherRowType(const TableDef& table);

/// The common part of all tables.
class TableBase {
 public:
  explicit TableBase(std::shared_ptr<const TableDef> def) noexcept : def_(std::move(def)) {}

  const std::string& name() const noexcept { return def_->name(); }
  const TableDef& def() const noexcept { return *def_; }
  const std::shared_ptr<const TableDef>& sharedDef() const noexcept { return def_; }

 protected:
  std::shared_ptr<const TableDef> withIndex(std::string_view indexName, IndexType type, const std::string_view* columns,
                                            std::size_t columnsCount) const;

 private:
  std::shared_ptr<const TableDef> def_;
};

}  // namespace detail

/// A table of C++ structs.
template <class Row>
class Table : public detail::TableBase {
 public:
  using RowValue = Row;
  using detail::TableBase::TableBase;

  /// Returns this table with one more index. Throws Error(invalidDefinition): a name that is taken or not an
  /// identifier, or an index that another one covers.
  template <IndexType Type, auto... Columns>
  Table index(const Index<Type, Columns...>& added) const {
    constexpr bool belongs = detail::IndexColumns<Index<Type, Columns...>>::template belongTo<Row>;
    static_assert(belongs, "hyperdb: a column of this index is a member of another struct than the table's rows");
    return Table(withIndex(added.name, Type, detail::IndexColumns<Index<Type, Columns...>>::names, sizeof...(Columns)));
  }

  /// Returns the same table for code that knows its columns only at run time: rows are Objects.
  DynamicTable dynamic() const;
};

template <>
class Table<Object> : public detail::TableBase {
 public:
  using RowValue = Object;
  using detail::TableBase::TableBase;

  /// Returns this table with one more index. Throws Error(invalidDefinition) naming table, index and column.
  Table index(std::string indexName, const std::vector<std::string>& columns, IndexType type = IndexType::btree) const {
    return Table(def().withIndex(std::move(indexName), type, columns));
  }
  Table dynamic() const { return *this; }
};

template <class Row>
DynamicTable Table<Row>::dynamic() const {
  return DynamicTable(sharedDef());
}

/// A table of any row type, for code that works with all of them. Shares the definition.
class AnyTable : public detail::TableBase {
 public:
  template <class Row>
  AnyTable(const Table<Row>& table) noexcept : TableBase(table.sharedDef()) {}  // NOLINT: every table is one
  explicit AnyTable(const TableDef& def) noexcept : TableBase(def.weak_from_this().lock()) {}

  /// Returns the table to read and write with rows as Objects: `selectFrom(table.dynamic(), "byTitle")`.
  DynamicTable dynamic() const { return DynamicTable(sharedDef()); }
  /// Returns the table to read and write with rows of the struct `Row`. Throws Error(invalidArgument), naming the
  /// table, when its rows are of another type.
  template <class Row>
  Table<Row> as() const {
    if constexpr (!std::is_same_v<Row, Object>) {
      if (def().rowType().representation() != structRowType<Row>()->representation()) detail::throwOtherRowType(def());
    }
    return Table<Row>(sharedDef());
  }

  /// Returns whether both have the same name; a database has one table of a name.
  friend bool operator==(const AnyTable& a, const AnyTable& b) noexcept { return a.name() == b.name(); }
};

/// Defines a table whose rows are of the struct `Row`, or of one of the structs of a std::variant. The struct is
/// plain (no base class, nothing private, up to 32 members) or described (see describe.hpp), and has a `std::string
/// id`. Throws Error(invalidDefinition): a name that is not [A-Za-z_][A-Za-z0-9_]*.
template <class Row>
Table<Row> defineTable(std::string name) {
  using detail::RowFault;
  constexpr RowFault fault = detail::rowFault<Row>();
  static_assert(fault != RowFault::notAStruct,
                "hyperdb: a row is a plain struct (no base class, nothing private), or described: "
                "see hyperdb/describe.hpp");
  static_assert(fault != RowFault::tooManyFields,
                "hyperdb: a row has up to 32 members, or is described: see hyperdb/describe.hpp");
  static_assert(fault != RowFault::arrayMember, "hyperdb: a row has no C array as a member; use std::vector");
  static_assert(fault != RowFault::notAValue,
                "hyperdb: a row can be default-constructed, copied and moved, so no member is a reference");
  static_assert(fault != RowFault::noId, "hyperdb: a row (each struct of a union) has a member 'std::string id'");
  if constexpr (fault == RowFault::fieldType) detail::refuseMember(detail::BadField<Row>{});
  if constexpr (fault == RowFault::none) {
    return Table<Row>(TableDef::make(std::move(name), structRowType<Row>()));
  } else {
    return Table<Row>(nullptr);
  }
}

/// Defines a table whose fields are known at run time: {{"id", v::string()}, {"title", v::string()}}. Throws
/// Error(invalidDefinition) naming table and field: a bad name, no `id`, an `id` that can't be indexed.
DynamicTable defineTable(std::string name, v::Fields fields);
/// Defines a table whose rows `schema` describes: an object, or a union of objects. Throws Error(invalidDefinition):
/// another shape, a bad name, no `id` in a variant, or an `id` that can't be a string.
DynamicTable defineTable(std::string name, Validator schema);

}  // namespace hyperdb
