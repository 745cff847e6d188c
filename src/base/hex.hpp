// Hexadecimal digits.
#pragma once

#include <string>

namespace hyperdb::detail {

/// Appends the two lower-case digits of a byte.
inline void appendHex(std::string& out, unsigned char byte) {
  constexpr char digits[] = "0123456789abcdef";
  out += digits[byte >> 4];
  out += digits[byte & 0xF];
}

}  // namespace hyperdb::detail
