// Values as bytes, to a page and from it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <hyperdb/value.hpp>

#include "web/byte_writer.hpp"

namespace hyperdb::detail {

/// Writes values. An object is written as the number of its shape, its list of names, which the page is told once.
class ValueWriter {
 public:
  explicit ValueWriter(ByteWriter& out) noexcept : out_(out) {}
  void write(const Value& value);
  void writeObject(const Object& object);

 private:
  void writeNumber(double value);
  /// Returns the number of the object's shape, written before if it is new; `noShape` when there are too many.
  std::size_t shapeOf(const Object& object);
  static constexpr std::size_t noShape = static_cast<std::size_t>(-1);

  ByteWriter& out_;
  std::map<std::string, std::size_t> shapes_;  // by the names, each behind its length
  std::string names_;                          // scratch
};

/// Reads a value that the page has written. Throws Error(invalidArgument) for bytes that are none and for values
/// nested deeper than 500 levels.
Value readValue(ByteReader& in);

}  // namespace hyperdb::detail
