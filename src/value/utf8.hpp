// UTF-8 one sequence at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hyperdb::detail {

/// The length (1 to 4) of the well-formed sequence that `text` starts with; 0 if it does not start with one.
std::size_t utf8SequenceLength(std::string_view text) noexcept;

/// Appends a code point. REQUIRES: at most 10FFFF and not a surrogate.
void appendUtf8(std::string& out, std::uint32_t codePoint);

}  // namespace hyperdb::detail
