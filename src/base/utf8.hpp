// UTF-8 one sequence at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hyperdb::detail {

/// Returns the length (1 to 4) of the well-formed sequence at the start of `text`; 0 if there is none.
std::size_t utf8SequenceLength(std::string_view text) noexcept;

/// Appends a code point. REQUIRES: at most 10FFFF and not a surrogate.
void appendUtf8(std::string& out, std::uint32_t codePoint);

}  // namespace hyperdb::detail
