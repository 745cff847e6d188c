#include "web/byte_writer.hpp"

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

void throwTorn() {
  throw Error(ErrorCode::invalidArgument, "the arguments from the page are not what its package writes");
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const unsigned char next = byte();
    value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if (next < 0x80) return value;
  }
  throwTorn();
}

std::size_t ByteReader::length() {
  const std::uint64_t count = varint();
  if (count > data_.size()) throwTorn();
  return static_cast<std::size_t>(count);
}

std::string_view ByteReader::take(std::size_t count) {
  if (count > data_.size()) throwTorn();
  const std::string_view taken = data_.substr(0, count);
  data_.remove_prefix(count);
  return taken;
}

}  // namespace hyperdb::detail
