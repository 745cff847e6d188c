// hashText: a hash of texts that is keyed with a secret of the process, so that no input can be made to collide.
//
// Thread safety: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperdb::detail {

/// Returns 64 bits for a text, by multiplication and folding of its words (the method of Wang Yi's wyhash). The
/// result differs between processes.
std::uint64_t hashText(std::string_view text) noexcept;

/// For hash tables of ids and other texts from outside: `std::hash` has known collisions.
struct TextHash {
  using is_transparent = void;
  using is_avalanching = void;
  std::size_t operator()(std::string_view text) const noexcept { return static_cast<std::size_t>(hashText(text)); }
};

}  // namespace hyperdb::detail
