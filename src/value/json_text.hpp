// Pieces of JSON text, for who writes it without a Value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <hyperdb/value.hpp>

namespace hyperdb::detail {

/// How many bytes from the start on stand in a JSON string as they are: ASCII without control characters, quotes and
/// backslashes.
std::size_t plainLength(std::string_view text) noexcept;

/// JSON may be nested so deep, written or read.
inline constexpr std::size_t jsonLevelsMax = 512;

/// Each appends what appendJson appends for a Value of that content.
void appendJsonString(std::string& out, std::string_view text);
void appendJsonNumber(std::string& out, double value);
void appendJsonBigInt(std::string& out, std::int64_t value);
void appendJsonBigInt(std::string& out, std::uint64_t value);
void appendJsonBytes(std::string& out, std::string_view bytes);
void appendJsonObject(std::string& out, const Object& object);

/// Bytes from pairs of hexadecimal digits, instead of what `out` holds. False for any other text.
bool parseHex(std::string_view text, std::string& out);

}  // namespace hyperdb::detail
