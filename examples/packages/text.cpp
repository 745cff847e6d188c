#include "text.hpp"

#include <chrono>
#include <cstdio>

namespace packages {

namespace {

std::string decimal(double number, int digits, const char* unit) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f %s", digits, number, unit);
  return text;
}

}  // namespace

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string counted(std::int64_t count, const std::string& singular, const std::string& plural) {
  return grouped(count) + " " + (count == 1 ? singular : plural);
}

std::string duration(double seconds) {
  if (seconds < 1e-3) return decimal(seconds * 1e6, 0, "us");
  if (seconds < 1) return decimal(seconds * 1e3, seconds < 0.1 ? 1 : 0, "ms");
  return decimal(seconds, 2, "s");
}

std::string bytes(std::int64_t count) {
  if (count < (1 << 10)) return counted(count, "byte", "bytes");
  const auto number = static_cast<double>(count);
  return count < (1 << 20) ? decimal(number / (1 << 10), 1, "KiB")
                           : decimal(number / (1 << 20), 1, "MiB");
}

std::string right(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string left(const std::string& text, std::size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

double now() {
  using Seconds = std::chrono::duration<double>;
  return std::chrono::duration_cast<Seconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace packages
