// RowType: the engine's operations on a row of unknown C++ type.
//
// Thread safety: immutable; any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <hyperdb/engine/key.hpp>
#include <hyperdb/row.hpp>
#include <hyperdb/validator.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {

/// One object per C++ row type (a struct, a variant of structs, Object), immutable and shared by all threads.
/// Columns are found by name once, when an index is defined: a Column is then valid for every row of the type.
class RowType {
 public:
  /// A column of the type; only the type interprets `number`.
  struct Column {
    std::size_t number = 0;
    std::string name;
  };

  virtual ~RowType() = default;

  /// Returns an identity of the C++ type: two types with the same one hold the same kind of C++ object (all dynamic
  /// types share one).
  virtual const void* representation() const noexcept { return this; }
  /// Returns the validator of the rows: an object or a union of objects.
  virtual const Validator& schema() const noexcept = 0;
  /// Prepares a column for `appendColumn`. The name exists in the schema (in at least one variant of a union).
  virtual Column column(std::string_view name) const = 0;

  /// Returns the row's id. The view lives as long as the row.
  virtual std::string_view id(const RowHeader& row) const noexcept = 0;
  /// Appends the column's key encoding. Returns false, with nothing appended, when the row does not have the column.
  virtual bool appendColumn(const RowHeader& row, const Column& column, KeyWriter& out) const = 0;

  /// Compares content (not identity). REQUIRES: both rows are of this type.
  virtual bool equal(const RowHeader& a, const RowHeader& b) const noexcept = 0;
  /// Returns why the row can't be stored (non-finite numbers, invalid UTF-8, unknown enumerators, ...); nothing if it
  /// can.
  virtual std::optional<ValidationFailure> check(const RowHeader& row, Strictness strictness) const = 0;

  /// Returns the row as a dynamic object.
  virtual Object toObject(const RowHeader& row) const = 0;
  /// Makes a row from a dynamic object, normalised. On failure the result is empty and `failure` says why.
  virtual RowRef fromObject(Object object, Strictness strictness, ValidationFailure& failure) const = 0;

  /// Appends the row as JSON text, as `toJson(toObject(row))` returns it, but possibly with members in another order.
  virtual void appendJson(const RowHeader& row, std::string& out) const;
  /// Makes a row as `fromStored(parseJson(text))` or, if the strictness is `full`, `fromObject` does. Throws
  /// Error(invalidJson) for text that is not JSON.
  virtual RowRef fromJson(std::string_view text, Strictness strictness, ValidationFailure& failure) const;
  /// Makes a row as `fromObject` does, checking the shape only; the row keeps the members that the type does not name
  /// (RowHeader::unknownMembers).
  RowRef fromStored(Object stored, ValidationFailure& failure) const;

  /// Destroys a row of this type: called when the last reference is gone.
  virtual void destroy(const RowHeader& row) const noexcept = 0;

 protected:
  /// Removes from the object the members that no row of the type has, and returns them.
  virtual Object takeUnknownMembers(Object& stored) const;
};

/// Returns the type of dynamic rows (RowBox<Object>) with this schema. It lives as long as a pointer to it, or a row
/// of it.
std::shared_ptr<const RowType> objectRowType(Validator schema);
/// Returns the `representation` of types whose rows are RowBox<Object>.
const void* objectRepresentation() noexcept;
/// Returns whether the type's rows are RowBox<Object>.
inline bool isObjectRowType(const RowType& type) noexcept { return type.representation() == objectRepresentation(); }

}  // namespace hyperdb
