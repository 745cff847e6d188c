// Numbers, counts and times for people.
#pragma once

#include <cstdint>
#include <string>

namespace packages {

/// "1,234,567"
std::string grouped(std::int64_t number);
/// "1 row", "2,000 rows"
std::string counted(std::int64_t count, const std::string& singular, const std::string& plural);
/// "812 us", "3.4 ms", "1.25 s"
std::string duration(double seconds);
/// "78 bytes", "12.3 KiB", "45.6 MiB"
std::string bytes(std::int64_t count);
/// At least `width` characters: spaces before or behind.
std::string right(const std::string& text, std::size_t width);
std::string left(const std::string& text, std::size_t width);

/// Seconds of a steady clock.
double now();

}  // namespace packages
