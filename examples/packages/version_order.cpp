// The order of Debian's versions (deb-version(7)): [epoch:]upstream[-revision].
#include <string_view>

#include "package_file.hpp"

namespace packages {

namespace {

bool isDigit(char byte) noexcept { return byte >= '0' && byte <= '9'; }

/// The end of a part comes before everything but "~"; letters come before other characters.
int weight(std::string_view text) noexcept {
  if (text.empty() || isDigit(text[0])) return 0;
  const char byte = text[0];
  if (byte == '~') return -1;
  const bool isLetter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  return static_cast<unsigned char>(byte) + (isLetter ? 0 : 256);
}

/// Takes the digits at the front, without leading zeros.
std::string_view takeDigits(std::string_view& text) noexcept {
  while (!text.empty() && text[0] == '0') text.remove_prefix(1);
  std::size_t count = 0;
  while (count < text.size() && isDigit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

/// Negative, zero or positive. Texts and numbers take turns.
int compareParts(std::string_view a, std::string_view b) noexcept {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !isDigit(a[0])) || (!b.empty() && !isDigit(b[0]))) {
      if (const int difference = weight(a) - weight(b)) return difference;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    const std::string_view numberA = takeDigits(a);
    const std::string_view numberB = takeDigits(b);
    if (numberA.size() != numberB.size()) return numberA.size() < numberB.size() ? -1 : 1;
    if (const int difference = numberA.compare(numberB)) return difference;
  }
  return 0;
}

struct Version {
  std::string_view epoch;
  std::string_view upstream;
  std::string_view revision;

  explicit Version(std::string_view text) noexcept {
    if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
      epoch = text.substr(0, colon);
      text.remove_prefix(colon + 1);
    }
    const std::size_t dash = text.rfind('-');
    upstream = text.substr(0, dash);
    if (dash != std::string_view::npos) revision = text.substr(dash + 1);
  }
};

}  // namespace

bool isOlder(std::string_view a, std::string_view b) {
  const Version left(a);
  const Version right(b);
  if (const int difference = compareParts(left.epoch, right.epoch)) return difference < 0;
  if (const int difference = compareParts(left.upstream, right.upstream)) return difference < 0;
  return compareParts(left.revision, right.revision) < 0;
}

}  // namespace packages
