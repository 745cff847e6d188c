// The byte format of keys, shared by KeyWriter and KeyReader. The format itself is described in hyperdb/engine/key.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hyperdb::detail {

inline constexpr unsigned char nullTag = 0x02;
inline constexpr unsigned char bigIntTag = 0x04;
inline constexpr unsigned char numberTag = 0x06;
inline constexpr unsigned char stringTag = 0x08;
inline constexpr unsigned char bytesTag = 0x0A;

inline constexpr unsigned char terminator = 0x00;
inline constexpr unsigned char escape = 0x01;
inline constexpr unsigned char escapedTerminator = 0x01;
inline constexpr unsigned char escapedEscape = 0x02;

/// The sign bit of a double.
inline constexpr std::uint64_t signBit = std::uint64_t{1} << 63U;

inline constexpr unsigned char bigIntZeroLength = 0x80;
inline constexpr unsigned char bigIntLongPositive = 0xFE;
inline constexpr unsigned char bigIntLongNegative = 0x02;
/// The first magnitude length whose length byte would be the marker of the long form.
inline constexpr std::size_t bigIntLongLength = 0x7E;
static_assert(bigIntZeroLength + bigIntLongLength == bigIntLongPositive);
static_assert(bigIntZeroLength - bigIntLongLength == bigIntLongNegative);

/// Maps a byte of UTF-8 so that keys sort as UTF-16. UTF-8 sorts by code point, UTF-16 by code unit: they differ only
/// in that supplementary characters (lead bytes F0..F4) come before U+E000..U+FFFF (lead bytes EE, EF). Continuation
/// bytes are below C0 and stay as they are.
constexpr unsigned char toKeyByte(unsigned char byte) noexcept {
  if (byte < 0xEE || byte > 0xF4) return byte;
  return static_cast<unsigned char>(byte >= 0xF0 ? byte - 2 : byte + 5);
}
constexpr unsigned char fromKeyByte(unsigned char byte) noexcept {
  if (byte < 0xEE || byte > 0xF4) return byte;
  return static_cast<unsigned char>(byte >= 0xF3 ? byte - 5 : byte + 2);
}
static_assert(toKeyByte(0xF0) == 0xEE && toKeyByte(0xF4) == 0xF2 && toKeyByte(0xEE) == 0xF3 && toKeyByte(0xEF) == 0xF4);
static_assert(fromKeyByte(0xEE) == 0xF0 && fromKeyByte(0xF2) == 0xF4 && fromKeyByte(0xF3) == 0xEE);

/// Returns whether one of the 8 bytes is below `minPlain` (at most 2), or is EE or above.
inline bool hasSpecialByte(std::uint64_t eightBytes, std::uint64_t minPlain) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highBits = ones * 0x80U;
  const std::uint64_t low = (eightBytes - ones * minPlain) & ~eightBytes & highBits;
  const std::uint64_t high = ((eightBytes & ~highBits) + ones * (0x80U - 0x6EU)) & eightBytes & highBits;
  return (low | high) != 0;
}

/// Returns the number of leading bytes that a key stores unchanged: none below `minPlain`, none of EE and above.
inline std::size_t plainPrefixLength(std::string_view text, unsigned char minPlain) noexcept {
  std::size_t position = 0;
  for (; position + 8 <= text.size(); position += 8) {
    std::uint64_t eightBytes = 0;
    std::memcpy(&eightBytes, text.data() + position, 8);
    if (hasSpecialByte(eightBytes, minPlain)) break;
  }
  for (; position < text.size(); ++position) {
    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte < minPlain || byte >= 0xEE) break;
  }
  return position;
}

/// Returns the number of bytes of the column at the start of `bytes`. Throws Error(corruptKey) for bytes that no
/// KeyWriter wrote.
std::size_t columnLength(std::string_view bytes);

inline void storeBigEndian(std::uint64_t value, char* out) noexcept {
  for (int i = 7; i >= 0; --i) {
    out[i] = static_cast<char>(value & 0xFFU);
    value >>= 8U;
  }
}
inline std::uint64_t loadBigEndian(const char* bytes) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8U | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace hyperdb::detail
