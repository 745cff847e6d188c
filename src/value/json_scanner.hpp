// The words of a JSON text: strings, numbers, punctuation, and where they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hyperdb::detail {

/// Walks over one text. Every function throws Error(invalidJson) at the first byte that does not fit.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) noexcept : text_(text) {}

  /// The next character that is not white space, without taking it; NUL at the end of the text (a NUL in the text is
  /// no JSON either).
  char peek() noexcept;
  bool isAtEnd() noexcept;
  std::size_t position() const noexcept { return position_; }

  /// Takes the character that `peek` showed.
  void take() noexcept { ++position_; }
  /// Takes `wanted` if it is next.
  bool takeIf(char wanted) noexcept;
  /// Takes a whole word (`true`), or fails with `expected`.
  void takeWord(std::string_view word, const char* expected);
  /// A string, decoded. REQUIRES: peek() == '"'.
  std::string takeString();
  /// A number. REQUIRES: peek() is '-' or a digit.
  double takeNumber();

  /// "line 3, column 14: expected ',' or ']', got 'x'"
  [[noreturn]] void failExpecting(const std::string& expected);
  /// The same with a whole sentence about the text at `position`.
  [[noreturn]] void failAt(std::size_t position, const std::string& sentence) const;

 private:
  void takeDigits();
  void takeEscape(std::string& out);
  std::uint32_t takeHex4();
  std::string describeNext() const;

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace hyperdb::detail
