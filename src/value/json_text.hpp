// Pieces of JSON text, for code that writes it without a Value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <hyperdb/value.hpp>

namespace hyperdb::detail {

/// Returns how many leading bytes need no escape in a JSON string: ASCII without control characters, quotes and
/// backslashes.
std::size_t plainLength(std::string_view text) noexcept;

/// Maximum nesting of JSON, written or read.
inline constexpr std::size_t jsonLevelsMax = 512;

/// Appends what appendJson appends for a Value of that content.
void appendJsonString(std::string& out, std::string_view text);
void appendJsonNumber(std::string& out, double value);
void appendJsonBigInt(std::string& out, std::int64_t value);
void appendJsonBigInt(std::string& out, std::uint64_t value);
void appendJsonBytes(std::string& out, std::string_view bytes);
void appendJsonObject(std::string& out, const Object& object);

/// Decodes pairs of hexadecimal digits into `out`. Returns false for any other text.
bool parseHex(std::string_view text, std::string& out);

}  // namespace hyperdb::detail
