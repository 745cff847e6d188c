// The key reader: any bytes are either refused with Error(corruptKey), or are what KeyWriter writes for the values that
// were read; and keys compare as their values do.
//
// An input is the number of columns, the length of the first key, and the bytes of two keys.
#include <algorithm>
#include <compare>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/engine/key.hpp>
#include <hyperdb/error.hpp>

#include "fuzz_target.hpp"

using namespace hyperdb;

namespace {

struct DecodedKey {
  std::vector<Value> columns;
  std::string id;
};

std::optional<DecodedKey> decode(std::string_view bytes, std::size_t columnsCount) {
  DecodedKey key;
  KeyReader reader(bytes);
  try {
    for (std::size_t i = 0; i < columnsCount; ++i) key.columns.push_back(reader.readValue());
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::corruptKey, "what is not a key is corruptKey");
    return std::nullopt;
  }
  key.id = reader.readIdTail();
  fuzz::require(reader.atEnd(), "the id is the rest");
  return key;
}

void checkIsWrittenAlike(std::string_view bytes, const DecodedKey& key) {
  KeyBytes written;
  KeyWriter writer(written);
  for (const Value& column : key.columns) {
    fuzz::require(writer.appendValue(column), "what was read can be written");
    fuzz::require(bytes.substr(0, written.size()) == written, "only what a writer writes is read");
  }
  const KeyRange range = KeyRange::prefix(written);
  fuzz::require(range.contains(bytes), "a key is in the range of its columns");
  writer.appendIdTail(key.id);
  fuzz::require(bytes == written, "only what a writer writes is read");
}

/// UTF-16 code units, or nothing for what is not UTF-8.
std::optional<std::u16string> toUtf16(std::string_view utf8) {
  if (!isValidUtf8(utf8)) return std::nullopt;
  std::u16string units;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t point = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t j = 1; j < length; ++j) point = point << 6U | (static_cast<unsigned char>(utf8[i + j]) & 0x3FU);
    i += length;
    if (point >= 0x10000) units.push_back(static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10U)));
    units.push_back(static_cast<char16_t>(point >= 0x10000 ? 0xDC00 + ((point - 0x10000) & 0x3FFU) : point));
  }
  return units;
}

/// The order that the specification of keys gives to text; nothing for what is not text.
std::optional<std::strong_ordering> orderOfTexts(std::string_view a, std::string_view b) {
  const auto unitsOfA = toUtf16(a);
  const auto unitsOfB = toUtf16(b);
  if (!unitsOfA || !unitsOfB) return std::nullopt;
  return unitsOfA->compare(*unitsOfB) <=> 0;
}

int rankOf(ValueKind kind) {
  switch (kind) {
    case ValueKind::null: return 0;
    case ValueKind::bigint: return 1;
    case ValueKind::number: return 2;
    case ValueKind::string: return 3;
    default: return 4;
  }
}

std::optional<std::strong_ordering> orderOf(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return rankOf(a.kind()) <=> rankOf(b.kind());
  switch (a.kind()) {
    case ValueKind::null: return std::strong_ordering::equal;
    case ValueKind::bigint: return *a.get<BigInt>() <=> *b.get<BigInt>();
    case ValueKind::number: {
      const double x = *a.get<double>();
      const double y = *b.get<double>();
      return x < y ? std::strong_ordering::less : x > y ? std::strong_ordering::greater : std::strong_ordering::equal;
    }
    case ValueKind::string: return orderOfTexts(*a.get<std::string>(), *b.get<std::string>());
    default: return a.get<Bytes>()->data.compare(b.get<Bytes>()->data) <=> 0;
  }
}

std::optional<std::strong_ordering> orderOf(const DecodedKey& a, const DecodedKey& b) {
  for (std::size_t i = 0; i < a.columns.size(); ++i) {
    const auto order = orderOf(a.columns[i], b.columns[i]);
    if (!order || *order != std::strong_ordering::equal) return order;
  }
  return orderOfTexts(a.id, b.id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::ByteReader input(data, size);
  const std::size_t columnsCount = input.below(4);
  const std::string_view first = input.text(input.byte());
  const std::string_view second = input.rest();
  for (const std::string_view bytes : {first, second}) {
    fuzz::require(isValidUtf8(describeKey(bytes, columnsCount)), "descriptions are UTF-8");
  }
  const KeyRange range = KeyRange::between(KeyBytes(first), KeyBytes(second));
  fuzz::require(isValidUtf8(describeRange(range, columnsCount)), "descriptions are UTF-8");

  const auto a = decode(first, columnsCount);
  const auto b = decode(second, columnsCount);
  if (a) checkIsWrittenAlike(first, *a);
  if (b) checkIsWrittenAlike(second, *b);
  if (!a || !b) return 0;
  const auto order = orderOf(*a, *b);
  fuzz::require(!order || *order == (first.compare(second) <=> 0), "keys compare as their values do");
  return 0;
}
