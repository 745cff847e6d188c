// Debian's control file format: paragraphs of "Field: value" lines, divided by empty lines. A line that starts with a
// space or a tab continues the field above it.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace packages {

/// A file that can't be used. `what()` is "path:line: message", without the line when the whole file is meant.
class FileError : public std::runtime_error {
 public:
  FileError(const std::string& path, std::size_t line, const std::string& message);
};

/// The file's bytes; those of standard input for "-". Throws FileError: not there, not readable, a directory.
std::string readFile(const std::string& path);

struct Field {
  std::string_view name;
  std::string_view value;  ///< without the spaces around it; with the lines that continue it
  std::size_t line = 0;
};

struct Paragraph {
  std::vector<Field> fields;
  std::size_t line = 0;  ///< of its first field

  /// The field of that name, or null.
  const Field* find(std::string_view name) const noexcept;
  /// Its value, or nothing.
  std::string_view value(std::string_view name) const noexcept;
};

/// Reads a text paragraph by paragraph. Everything it gives points into the text.
class ControlFile {
 public:
  ControlFile(std::string path, std::string_view text);

  /// The next paragraph; false at the end. Throws FileError for a line that is not part of the
  /// format, for bytes that no text has, and for a field that comes twice.
  bool next(Paragraph& paragraph);

  /// How far it is, from 0 to 1.
  double fractionRead() const noexcept;
  [[noreturn]] void fail(std::size_t line, const std::string& message) const;

 private:
  std::string_view takeLine();
  void addField(std::string_view line, Paragraph& paragraph) const;
  void continueField(std::string_view line, Paragraph& paragraph) const;

  std::string path_;
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t lineNumber_ = 0;
};

/// Without the spaces, tabs and line ends around it.
std::string_view trimmed(std::string_view text) noexcept;

}  // namespace packages
