// Random values of every kind that a key can hold, with many equal and nearly equal ones among them.
#pragma once

#include <hyperdb/value.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "support/test_random.hpp"

namespace hyperdb::test {

inline void appendUtf8(std::string& out, std::uint32_t codePoint) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (codePoint < 0x80) return put(codePoint);
  if (codePoint < 0x800) {
    put(0xC0 | codePoint >> 6);
  } else if (codePoint < 0x10000) {
    put(0xE0 | codePoint >> 12);
    put(0x80 | (codePoint >> 6 & 0x3F));
  } else {
    put(0xF0 | codePoint >> 18);
    put(0x80 | (codePoint >> 12 & 0x3F));
    put(0x80 | (codePoint >> 6 & 0x3F));
  }
  put(0x80 | (codePoint & 0x3F));
}

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : random_(seed) {}

  std::size_t pick(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

  std::string string() {
    static constexpr std::uint32_t codePoints[] = {0,      1,       2,       'a',     'b',     0x7F,    0x80,
                                                   0x7FF,  0x800,   0xD7FF,  0xE000,  0xEFFF,  0xF000,  0xFFFD,
                                                   0xFFFF, 0x10000, 0x1F600, 0x3FFFF, 0x40000, 0xFFFFF, 0x10FFFF};
    std::string text;
    if (pick(3) == 0) text.assign(pick(80), 'a');  // the fast path's lengths, and strings that differ at the end
    for (std::size_t length = pick(4); length > 0; --length) appendUtf8(text, codePoints[pick(std::size(codePoints))]);
    return text;
  }
  std::string bytes() {
    std::string data;
    if (pick(4) == 0) data.assign(pick(20), '\x55');
    for (std::size_t length = pick(4); length > 0; --length) {
      data.push_back("\x00\x01\x02\x7F\x80\xEE\xF0\xFF"[pick(8)]);
    }
    return data;
  }
  double number() {
    static constexpr double numbers[] = {0.0, -0.0, 1, -1, 0.5, 1e300, -1e300, 5e-324, -5e-324, 255, 256, -256};
    switch (pick(4)) {
      case 0: return static_cast<double>(static_cast<std::int64_t>(random_())) * 1e-12;
      case 1: return pick(2) == 0 ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
      default: return numbers[pick(std::size(numbers))];
    }
  }
  BigInt bigInt() {
    switch (pick(4)) {
      case 0: return BigInt(static_cast<std::int64_t>(pick(5)) - 2);
      case 1: return BigInt(static_cast<std::int64_t>(random_() >> pick(64)) * (pick(2) == 0 ? 1 : -1));
      default: break;
    }
    static constexpr std::size_t lengths[] = {7, 8, 9, 16, 125, 126, 127, 128, 300};
    std::string magnitude(lengths[pick(std::size(lengths))], '\0');
    const std::size_t style = pick(3);
    for (char& c : magnitude) c = static_cast<char>(style == 0 ? 0xFF : style == 1 ? 0x00 : random_());
    magnitude.front() = static_cast<char>(magnitude.front() | 1);
    return BigInt::fromMagnitude(pick(2) == 0, magnitude);
  }
  Value value() {
    switch (pick(8)) {
      case 0: return Value(Null{});
      case 1: return Value(pick(2) == 0);
      case 2: return Value(number());
      case 3: return Value(bigInt());
      case 4: return Value(Bytes{bytes()});
      default: return Value(string());
    }
  }
  std::vector<Value> row(std::size_t columnsCount) {
    std::vector<Value> columns;
    for (std::size_t i = 0; i < columnsCount; ++i) columns.push_back(pick(3) == 0 ? Value("a") : value());
    return columns;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace hyperdb::test
