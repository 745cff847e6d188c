// Helpers for trees and batches of encoded keys.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <hyperdb/detail/builtin.hpp>

namespace hyperdb::detail {

/// Maximum size of a key; a KeyBatch refuses longer ones. A tree node counts its bytes with 32 bits.
inline constexpr std::size_t keySizeMax = std::size_t{1} << 24;

/// Converts eight bytes of a key to the integer that compares as they do.
inline std::uint64_t toBigEndian(std::uint64_t value) noexcept {
  return std::endian::native == std::endian::little ? swapBytes(value) : value;
}

/// Returns the length of the common prefix.
inline std::size_t commonPrefixSize(std::string_view a, std::string_view b) noexcept {
  const std::size_t most = a.size() < b.size() ? a.size() : b.size();
  std::size_t size = 0;
  while (size < most && a[size] == b[size]) ++size;
  return size;
}

}  // namespace hyperdb::detail
