#include "web/byte_writer.hpp"

#include <cstring>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

void throwTorn() {
  throw Error(ErrorCode::invalidArgument, "the arguments from the page are not what its package writes");
}

void ByteWriter::byte(unsigned char value) { data_.push_back(static_cast<char>(value)); }

void ByteWriter::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) byte(static_cast<unsigned char>(value | 0x80));
  byte(static_cast<unsigned char>(value));
}

void ByteWriter::number(double value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  data_.append(bytes, sizeof value);
}

void ByteWriter::text(std::string_view value) {
  varint(value.size());
  data_.append(value);
}

void ByteWriter::clear() {
  constexpr std::size_t keptMax = std::size_t{1} << 20;
  if (data_.capacity() > keptMax) {
    data_ = std::string();
  } else {
    data_.clear();
  }
}

unsigned char ByteReader::byte() { return static_cast<unsigned char>(take(1)[0]); }

double ByteReader::number() {
  double value;
  std::memcpy(&value, take(sizeof value).data(), sizeof value);
  return value;
}

std::string_view ByteReader::text() { return take(length()); }

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
