// ByteWriter and ByteReader: the primitives of the bytes that a web module and its page exchange. Numbers of up to 64
// bits are varints (seven bits a byte, the lowest first), doubles eight bytes, texts their length and UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hyperdb::detail {

/// The first byte of a value. bindings/web/src/bytes.ts has the same list.
enum class WebTag : unsigned char {
  undefined,
  null,
  no,
  yes,
  number,       ///< 8 bytes
  integer,      ///< a whole number up to 2^31 in size, as a zigzag varint
  bigint,       ///< the decimal digits, as a text
  string,       ///< a text
  bytes,        ///< a length and the bytes
  array,        ///< a count and the items
  object,       ///< a count and so many names and values
  shaped,       ///< the number of a shape, and the values of its names; to a page only
  defineShape,  ///< the number of a shape, a count and names; then the value that needs it
  row,          ///< a row; see RowWriter
  rows,         ///< a count and that many rows
};

class ByteWriter {
 public:
  void byte(unsigned char value);
  void tag(WebTag tag) { byte(static_cast<unsigned char>(tag)); }
  void varint(std::uint64_t value);
  void number(double value);
  void text(std::string_view value);

  const std::string& data() const noexcept { return data_; }
  /// Removes everything; gives memory back that one large result has taken.
  void clear();

 private:
  std::string data_;
};

/// Throws Error(invalidArgument): the bytes are not what the page's package writes.
[[noreturn]] void throwTorn();

/// Reads what the page has written. Every function throws Error(invalidArgument) behind the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view data) noexcept : data_(data) {}

  bool isAtEnd() const noexcept { return data_.empty(); }
  unsigned char byte();
  std::uint64_t varint();
  double number();
  std::string_view text();
  /// Returns a count of items, each of which takes at least one byte.
  std::size_t length();

 private:
  std::string_view take(std::size_t count);

  std::string_view data_;
};

}  // namespace hyperdb::detail
