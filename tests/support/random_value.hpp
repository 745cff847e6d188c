// Random values that can be stored, with the awkward ones among them.
#pragma once

#include <cmath>
#include <cstring>

#include <hyperdb/value.hpp>

#include "support/test_random.hpp"

namespace hyperdb::test {

inline std::string randomText(TestRandom& random) {
  static const char* const parts[] = {
      "",     "a",    "zz",      "\xC3\xA9", "\xF0\x9F\x98\x80", "\xEF\xBF\xBF", "\"", "\\", "\n", "/",
      "\x01", "\x7F", "$bigint", " "};
  std::string text;
  for (std::size_t i = random.below(4); i > 0; --i) text += parts[random.below(std::size(parts))];
  if (random.chance(8)) text += '\0';
  return text;
}

inline double randomNumber(TestRandom& random) {
  switch (random.below(4)) {
    case 0: return static_cast<double>(random.below(20)) - 10;
    case 1: return static_cast<double>(static_cast<std::int64_t>(random.bits()));
    case 2: return (static_cast<double>(random.below(2000)) - 1000) / 8;
    default: break;
  }
  while (true) {
    std::uint64_t bits = random.bits();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (std::isfinite(number)) return number;
  }
}

inline BigInt randomBigInt(TestRandom& random) {
  if (random.chance(2)) return BigInt(static_cast<std::int64_t>(random.bits() >> random.below(64)));
  std::string bytes;
  for (std::size_t i = random.below(20); i > 0; --i) bytes += static_cast<char>(random.bits());
  return BigInt::fromMagnitude(random.chance(2), bytes);
}

inline Value randomValue(TestRandom& random, int depth = 4) {
  switch (random.below(depth > 0 ? 8 : 6)) {
    case 0: return Value(nullptr);
    case 1: return Value(random.chance(2));
    case 2: return Value(randomNumber(random));
    case 3: return Value(randomBigInt(random));
    case 4: return Value(randomText(random));
    case 5: return Value(Bytes{randomText(random) + static_cast<char>(random.bits())});
    case 6: {
      Array items;
      for (std::size_t i = random.below(4); i > 0; --i) items.push_back(randomValue(random, depth - 1));
      return Value(std::move(items));
    }
    default: break;
  }
  Object object;
  for (std::size_t i = random.below(4); i > 0; --i) {
    object.set("k" + randomText(random), randomValue(random, depth - 1));
  }
  return Value(std::move(object));
}

}  // namespace hyperdb::test
