// The tokens of a JSON text: strings, numbers, punctuation, and their positions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <hyperdb/value.hpp>

namespace hyperdb::detail {

/// Reads one text. Every function throws Error(invalidJson) at the first byte that does not fit.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) noexcept : text_(text) {}

  /// Returns the next character that is not white space, without consuming it; NUL at the end of the text (a NUL in
  /// the text is not JSON either).
  char peek() noexcept {
    while (position_ < text_.size() && isSpace(text_[position_])) ++position_;
    return position_ < text_.size() ? text_[position_] : '\0';
  }
  bool isAtEnd() noexcept {
    peek();
    return position_ == text_.size();
  }
  std::size_t position() const noexcept { return position_; }

  /// Consumes the character that `peek` returned.
  void take() noexcept { ++position_; }
  /// Consumes `wanted` if it is next. Returns whether it was.
  bool takeIf(char wanted) noexcept {
    if (peek() != wanted || position_ == text_.size()) return false;
    ++position_;
    return true;
  }
  /// Consumes exactly this text if it is at `position()`. Returns whether it was.
  bool takeText(std::string_view wanted) noexcept {
    if (text_.size() - position_ < wanted.size() ||
        std::memcmp(text_.data() + position_, wanted.data(), wanted.size()) != 0) {
      return false;
    }
    position_ += wanted.size();
    return true;
  }
  /// Consumes a whole word (`true`), or fails with `expected`.
  void takeWord(std::string_view word, const char* expected);
  /// Reads a string into `out`, decoded. REQUIRES: peek() == '"'.
  void takeString(std::string& out);
  std::string takeString() {
    std::string text;
    takeString(text);
    return text;
  }
  /// Reads a string as it is in the text. Returns false, with nothing consumed, if it is not all ASCII without
  /// escapes. REQUIRES: peek() == '"'.
  bool takePlainString(std::string_view& out) noexcept;
  /// Reads a number. REQUIRES: peek() is '-' or a digit.
  double takeNumber();

  /// Consumes the bracket that opens an array or an object. Fails if they are nested too deep.
  void enter();
  /// Ends the level that `enter` began.
  void leave() noexcept { --level_; }

  /// Fails with "line 3, column 14: expected ',' or ']', got 'x'".
  [[noreturn]] void failExpecting(const std::string& expected);
  /// Fails with a whole sentence about the text at `position`.
  [[noreturn]] void failAt(std::size_t position, const std::string& sentence) const;

 private:
  static bool isSpace(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  std::size_t takeDigits(std::uint64_t& value);
  void takeRestOfString(std::string& out, std::size_t start);
  void takeEscape(std::string& out);
  std::uint32_t takeHex4();
  std::string describeNext() const;

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t level_ = 0;
};

/// Reads one value of any kind.
Value takeJsonValue(JsonScanner& scanner);

}  // namespace hyperdb::detail
