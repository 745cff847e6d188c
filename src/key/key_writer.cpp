// Writing keys. Byte-order-preserving encodings of this kind are described in FoundationDB's tuple layer.
#include <hyperdb/engine/key.hpp>

#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

#include "key/key_format.hpp"

namespace hyperdb {
namespace {

using namespace detail;

// Strings up to this length are built on the stack and appended at once.
constexpr std::size_t shortTextLengthMax = 62;

void appendEscaped(KeyBytes& out, std::string_view text, bool mapUtf8) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > escape) {
      out.push_back(static_cast<char>(mapUtf8 ? toKeyByte(byte) : byte));
      continue;
    }
    out.push_back(static_cast<char>(escape));
    out.push_back(static_cast<char>(byte == terminator ? escapedTerminator : escapedEscape));
  }
}

void appendText(KeyBytes& out, unsigned char tag, std::string_view text) {
  const bool mapUtf8 = tag == stringTag;
  const std::size_t plainLength = plainPrefixLength(text, escape + 1);
  if (plainLength == text.size() && text.size() <= shortTextLengthMax) {
    std::array<char, shortTextLengthMax + 2> buffer;
    buffer[0] = static_cast<char>(tag);
    if (!text.empty()) std::memcpy(buffer.data() + 1, text.data(), text.size());
    buffer[text.size() + 1] = static_cast<char>(terminator);
    out.append(buffer.data(), text.size() + 2);
    return;
  }
  out.push_back(static_cast<char>(tag));
  out.append(text.substr(0, plainLength));
  appendEscaped(out, text.substr(plainLength), mapUtf8);
  out.push_back(static_cast<char>(terminator));
}

/// `bigEndian`: the magnitude without leading zeros.
void appendMagnitude(KeyBytes& out, bool negative, std::string_view bigEndian) {
  const std::size_t length = bigEndian.size();
  const unsigned char complement = negative ? 0xFF : 0x00;
  out.push_back(static_cast<char>(bigIntTag));
  if (length < bigIntLongLength) {
    const auto shortLength = static_cast<int>(length);
    out.push_back(static_cast<char>(negative ? bigIntZeroLength - shortLength : bigIntZeroLength + shortLength));
  } else {
    out.push_back(static_cast<char>(negative ? bigIntLongNegative : bigIntLongPositive));
    std::array<char, 8> lengthBytes;
    storeBigEndian(negative ? ~std::uint64_t{length} : std::uint64_t{length}, lengthBytes.data());
    out.append(lengthBytes.data(), lengthBytes.size());
  }
  for (const char c : bigEndian) out.push_back(static_cast<char>(static_cast<unsigned char>(c) ^ complement));
}

}  // namespace

void KeyWriter::appendNull() { out_.push_back(static_cast<char>(nullTag)); }

void KeyWriter::appendNumber(double value) {
  assert(!std::isnan(value));
  if (value == 0) value = 0;  // -0 is the same key as 0
  std::uint64_t bits = 0;
  static_assert(sizeof bits == sizeof value);
  std::memcpy(&bits, &value, sizeof bits);
  bits = (bits & signBit) != 0 ? ~bits : bits | signBit;
  std::array<char, 9> buffer;
  buffer[0] = static_cast<char>(numberTag);
  storeBigEndian(bits, buffer.data() + 1);
  out_.append(buffer.data(), buffer.size());
}

void KeyWriter::appendInt64(std::int64_t value) {
  const bool negative = value < 0;
  const std::uint64_t bits = negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  std::array<char, 8> bigEndian;
  storeBigEndian(bits, bigEndian.data());
  std::size_t zeros = 0;
  while (zeros < bigEndian.size() && bigEndian[zeros] == 0) ++zeros;
  appendMagnitude(out_, negative, std::string_view(bigEndian.data(), bigEndian.size()).substr(zeros));
}

void KeyWriter::appendBigInt(const BigInt& value) {
  if (const auto small = value.toInt64()) return appendInt64(*small);
  appendMagnitude(out_, value.isNegative(), value.magnitude());
}

void KeyWriter::appendString(std::string_view utf8) { appendText(out_, stringTag, utf8); }

void KeyWriter::appendBytes(std::string_view bytes) { appendText(out_, bytesTag, bytes); }

void KeyWriter::appendIdTail(std::string_view id) {
  const std::size_t plainLength = plainPrefixLength(id, 0);
  out_.append(id.substr(0, plainLength));
  for (const char c : id.substr(plainLength)) {
    out_.push_back(static_cast<char>(toKeyByte(static_cast<unsigned char>(c))));
  }
}

bool KeyWriter::appendValue(const Value& value) {
  switch (value.kind()) {
    case ValueKind::null: appendNull(); return true;
    case ValueKind::boolean: appendBoolean(*value.get<bool>()); return true;
    case ValueKind::number:
      if (std::isnan(*value.get<double>())) return false;
      appendNumber(*value.get<double>());
      return true;
    case ValueKind::bigint: appendBigInt(*value.get<BigInt>()); return true;
    case ValueKind::string: appendString(*value.get<std::string>()); return true;
    case ValueKind::bytes: appendBytes(value.get<Bytes>()->data); return true;
    case ValueKind::undefined:
    case ValueKind::array:
    case ValueKind::object: return false;
  }
  return false;
}

}  // namespace hyperdb
