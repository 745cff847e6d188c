// Ranges of keys, and keys and ranges as text.
#include <hyperdb/engine/key.hpp>

#include <hyperdb/error.hpp>

#include "base/hex.hpp"

namespace hyperdb {
namespace {

/// Returns `prefix` without trailing FF: the part that matters for its successor.
std::string_view withoutTrailingFF(std::string_view prefix) noexcept {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xFF) prefix.remove_suffix(1);
  return prefix;
}

std::string hexadecimal(std::string_view bytes) {
  std::string text = "0x";
  for (const char c : bytes) detail::appendHex(text, static_cast<unsigned char>(c));
  return text;
}

std::string quotedOrHexadecimal(const std::string& id) {
  return isValidUtf8(id) ? describe(Value(id)) : hexadecimal(id);
}

/// Returns "(a, b)", or nothing if the bytes are not whole columns and possibly an id.
std::optional<std::string> tryDescribeKey(std::string_view key, std::size_t columnsCount) {
  try {
    KeyReader reader(key);
    std::string text = "(";
    for (std::size_t column = 0; column < columnsCount && !reader.atEnd(); ++column) {
      const Value value = reader.readValue();
      const std::string* string = value.get<std::string>();
      if (column > 0) text += ", ";
      text += string ? quotedOrHexadecimal(*string) : describe(value);
    }
    if (!reader.atEnd()) {
      text += columnsCount > 0 ? ", id " : "id ";
      text += quotedOrHexadecimal(reader.readIdTail());
    }
    return text + ")";
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Returns the shortest byte string whose prefixSuccessor is `key`, as text; nothing if that is not a key either.
std::optional<std::string> tryDescribePredecessor(std::string_view key, std::size_t columnsCount) {
  if (key.empty() || key.back() == 0) return std::nullopt;
  KeyBytes predecessor(key);
  predecessor.back() = static_cast<char>(static_cast<unsigned char>(predecessor.back()) - 1);
  return tryDescribeKey(predecessor, columnsCount);
}

/// Returns whether the bytes are all columns and then an id that ends with 00: the end of a range that goes up to and
/// including the key without that 00.
bool endsBehindKey(std::string_view key, std::size_t columnsCount) {
  if (key.empty() || key.back() != 0) return false;
  try {
    KeyReader reader(key);
    for (std::size_t column = 0; column < columnsCount; ++column) {
      if (reader.atEnd()) return false;
      reader.readValue();
    }
    return !reader.atEnd();
  } catch (const Error&) {
    return false;
  }
}

std::string describeLower(const KeyRange& range, std::size_t columnsCount) {
  if (range.lower.empty()) return "(-inf";
  if (auto text = tryDescribeKey(range.lower, columnsCount)) return "[" + *text;
  if (auto text = tryDescribePredecessor(range.lower, columnsCount)) return "(" + *text;
  return "[" + hexadecimal(range.lower);
}

std::string describeUpper(const KeyRange& range, std::size_t columnsCount) {
  if (range.unbounded) return "+inf)";
  if (prefixSuccessor(range.lower) == range.upper) {
    if (auto text = tryDescribeKey(range.lower, columnsCount)) return *text + "]";
  }
  if (endsBehindKey(range.upper, columnsCount)) {
    if (auto text = tryDescribeKey(std::string_view(range.upper).substr(0, range.upper.size() - 1), columnsCount)) {
      return *text + "]";
    }
  }
  if (auto text = tryDescribeKey(range.upper, columnsCount)) return *text + ")";
  if (auto text = tryDescribePredecessor(range.upper, columnsCount)) return *text + "]";
  return hexadecimal(range.upper) + ")";
}

}  // namespace

std::optional<KeyBytes> prefixSuccessor(std::string_view prefix) {
  const std::string_view kept = withoutTrailingFF(prefix);
  if (kept.empty()) return std::nullopt;
  KeyBytes successor(kept);
  successor.back() = static_cast<char>(static_cast<unsigned char>(successor.back()) + 1);
  return successor;
}

KeyRange KeyRange::prefix(std::string_view prefix) {
  KeyRange range;
  range.lower.assign(prefix);
  const std::string_view kept = withoutTrailingFF(prefix);
  range.unbounded = kept.empty();
  range.upper.assign(kept);
  if (!kept.empty()) range.upper.back() = static_cast<char>(static_cast<unsigned char>(kept.back()) + 1);
  return range;
}

KeyRange KeyRange::intersect(const KeyRange& other) const {
  KeyRange result;
  result.lower = lower < other.lower ? other.lower : lower;
  result.unbounded = unbounded && other.unbounded;
  if (result.unbounded) return result;
  const bool otherEndsFirst = unbounded || (!other.unbounded && other.upper < upper);
  result.upper = otherEndsFirst ? other.upper : upper;
  return result;
}

std::string describeKey(std::string_view key, std::size_t columnsCount) {
  if (auto text = tryDescribeKey(key, columnsCount)) return *text;
  return hexadecimal(key);
}

std::string describeRange(const KeyRange& range, std::size_t columnsCount) {
  return describeLower(range, columnsCount) + " .. " + describeUpper(range, columnsCount);
}

}  // namespace hyperdb
