// What compilers offer beyond the language, each in one place: a port to another compiler begins here.
#pragma once

#include <cstdint>

#if defined(__GNUC__)  // Clang says so too
#define HYPERDB_HAS_GNU_BUILTINS 1
#else
#define HYPERDB_HAS_GNU_BUILTINS 0
#endif

namespace hyperdb::detail {

/// Asks for the cache line of an address that will be read soon. Any address may be given.
inline void prefetch([[maybe_unused]] const void* address) noexcept {
#if HYPERDB_HAS_GNU_BUILTINS
  __builtin_prefetch(address);
#endif
}

/// The same for an address that will be written.
inline void prefetchForWrite([[maybe_unused]] const void* address) noexcept {
#if HYPERDB_HAS_GNU_BUILTINS
  __builtin_prefetch(address, 1);
#endif
}

/// Reverses the order of the bytes.
constexpr std::uint64_t swapBytes(std::uint64_t value) noexcept {
#if HYPERDB_HAS_GNU_BUILTINS
  return __builtin_bswap64(value);
#else
  value = (value & 0x00ff00ff00ff00ff) << 8 | (value >> 8 & 0x00ff00ff00ff00ff);
  value = (value & 0x0000ffff0000ffff) << 16 | (value >> 16 & 0x0000ffff0000ffff);
  return value << 32 | value >> 32;
#endif
}

/// Each writes the result, wrapped around, and returns whether it does not fit.
constexpr bool addOverflows(std::int64_t a, std::int64_t b, std::int64_t& sum) noexcept {
#if HYPERDB_HAS_GNU_BUILTINS
  return __builtin_add_overflow(a, b, &sum);
#else
  sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  return ((a ^ sum) & (b ^ sum)) < 0;
#endif
}

constexpr bool subtractOverflows(std::int64_t a, std::int64_t b, std::int64_t& difference) noexcept {
#if HYPERDB_HAS_GNU_BUILTINS
  return __builtin_sub_overflow(a, b, &difference);
#else
  difference = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  return ((a ^ b) & (a ^ difference)) < 0;
#endif
}

constexpr bool multiplyOverflows(std::int64_t a, std::int64_t b, std::int64_t& product) noexcept {
#if HYPERDB_HAS_GNU_BUILTINS
  return __builtin_mul_overflow(a, b, &product);
#else
  product = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  constexpr std::int64_t lowest = INT64_MIN;
  if (a == 0 || b == 0) return false;
  if ((a == -1 && b == lowest) || (b == -1 && a == lowest)) return true;
  return product / b != a;
#endif
}

/// A product of 128 bits.
struct WideProduct {
  std::uint64_t low;
  std::uint64_t high;
};

constexpr WideProduct multiplyWide(std::uint64_t a, std::uint64_t b) noexcept {
#if defined(__SIZEOF_INT128__)
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return {static_cast<std::uint64_t>(product), static_cast<std::uint64_t>(product >> 64)};
#else
  constexpr std::uint64_t half = 0xffffffff;
  const std::uint64_t lows = (a & half) * (b & half);
  const std::uint64_t first = (a >> 32) * (b & half) + (lows >> 32);
  const std::uint64_t second = (a & half) * (b >> 32) + (first & half);
  return {second << 32 | (lows & half), (a >> 32) * (b >> 32) + (first >> 32) + (second >> 32)};
#endif
}

}  // namespace hyperdb::detail
