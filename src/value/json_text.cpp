#include "value/json_text.hpp"

#include <bit>
#include <cstring>

namespace hyperdb::detail {

namespace {

constexpr std::uint64_t inAllBytes(std::uint64_t byte) noexcept { return byte * 0x0101010101010101U; }

bool isPlain(char c) noexcept {
  auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// Returns the high bit of each byte that is zero. Bytes above a zero one (of more weight) may be marked in error.
constexpr std::uint64_t zeroBytes(std::uint64_t word) noexcept {
  return (word - inAllBytes(0x01)) & ~word & inAllBytes(0x80);
}

/// Returns non-zero if one of the eight bytes is not plain; the lowest bit is then in the first such byte by weight.
constexpr std::uint64_t marksOf(std::uint64_t word) noexcept {
  const std::uint64_t isControl = (word - inAllBytes(0x20)) & ~word;
  return zeroBytes(word ^ inAllBytes('"')) | zeroBytes(word ^ inAllBytes('\\')) |
         ((word | isControl) & inAllBytes(0x80));
}

int hexDigit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::size_t plainLength(std::string_view text) noexcept {
  std::size_t length = 0;
  std::uint64_t word = 0;
  for (; length + sizeof word <= text.size(); length += sizeof word) {
    std::memcpy(&word, text.data() + length, sizeof word);
    const std::uint64_t marks = marksOf(word);
    if (marks == 0) continue;
    if constexpr (std::endian::native == std::endian::little) {
      return length + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
    }
    break;
  }
  while (length < text.size() && isPlain(text[length])) ++length;
  return length;
}

bool parseHex(std::string_view text, std::string& out) {
  if (text.size() % 2 != 0) return false;
  out.clear();
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hexDigit(text[i]);
    const int low = hexDigit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(static_cast<unsigned char>(high * 16 + low));
  }
  return true;
}

}  // namespace hyperdb::detail
