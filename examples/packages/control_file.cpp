#include "control_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace packages {

namespace {

constexpr std::string_view spaces = " \t\r\n";

std::string located(const std::string& path, std::size_t line, const std::string& message) {
  return line == 0 ? path + ": " + message : path + ":" + std::to_string(line) + ": " + message;
}

bool isNoText(char byte) noexcept {
  const auto code = static_cast<unsigned char>(byte);
  return (code < 0x20 && byte != '\t' && byte != '\r') || code == 0x7f;
}

/// A field's name: visible ASCII without a colon, and not the start of a comment.
bool isFieldName(std::string_view name) noexcept {
  const auto isVisible = [](char byte) { return byte > ' ' && byte < 0x7f; };
  return !name.empty() && name[0] != '#' && std::all_of(name.begin(), name.end(), isVisible);
}

/// The line for a message: short enough for one.
std::string excerpt(std::string_view line) {
  constexpr std::size_t lengthMax = 40;
  return "\"" + std::string(line.substr(0, lengthMax)) + (line.size() > lengthMax ? "...\"" : "\"");
}

}  // namespace

FileError::FileError(const std::string& path, std::size_t line, const std::string& message)
    : std::runtime_error(located(path, line, message)) {}

std::string readFile(const std::string& path) {
  const auto failNow = [&path](const std::string& what) {
    throw FileError(path, 0, what + std::strerror(errno));
  };
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const char* const name = path == "-" ? "/dev/stdin" : path.c_str();
  const std::unique_ptr<std::FILE, Close> file(std::fopen(name, "rb"));
  if (!file) failNow("can't be opened: ");
  std::string text;
  std::vector<char> buffer(1 << 20);
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), count);
  }
  if (std::ferror(file.get())) failNow("can't be read: ");
  return text;
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

const Field* Paragraph::find(std::string_view name) const noexcept {
  const auto isIt = [name](const Field& each) { return each.name == name; };
  const auto found = std::find_if(fields.begin(), fields.end(), isIt);
  return found == fields.end() ? nullptr : &*found;
}

std::string_view Paragraph::value(std::string_view name) const noexcept {
  const Field* field = find(name);
  return field ? field->value : std::string_view();
}

ControlFile::ControlFile(std::string path, std::string_view text)
    : path_(std::move(path)), text_(text) {}

bool ControlFile::next(Paragraph& paragraph) {
  paragraph.fields.clear();
  while (position_ < text_.size()) {
    const std::string_view line = takeLine();
    if (trimmed(line).empty()) {
      if (!paragraph.fields.empty()) return true;
    } else if (line[0] == ' ' || line[0] == '\t') {
      continueField(line, paragraph);
    } else {
      addField(line, paragraph);
    }
  }
  return !paragraph.fields.empty();
}

double ControlFile::fractionRead() const noexcept {
  return text_.empty() ? 1 : static_cast<double>(position_) / static_cast<double>(text_.size());
}

void ControlFile::fail(std::size_t line, const std::string& message) const {
  throw FileError(path_, line, message);
}

std::string_view ControlFile::takeLine() {
  ++lineNumber_;
  const std::size_t end = std::min(text_.find('\n', position_), text_.size());
  const std::string_view line = text_.substr(position_, end - position_);
  position_ = std::min(end + 1, text_.size());
  if (std::any_of(line.begin(), line.end(), isNoText)) {
    fail(lineNumber_,
         "this is no text; if the file is compressed, unpack it first "
         "(/usr/lib/apt/apt-helper cat-file FILE does so for apt's lists)");
  }
  return line;
}

void ControlFile::addField(std::string_view line, Paragraph& paragraph) const {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || !isFieldName(name)) {
    fail(lineNumber_, "neither \"Field: value\" nor the continuation of a field: " + excerpt(line));
  }
  if (paragraph.find(name))
    fail(lineNumber_, "the field " + std::string(name) + " comes twice in its paragraph");
  if (paragraph.fields.empty()) paragraph.line = lineNumber_;
  paragraph.fields.push_back({name, trimmed(line.substr(colon + 1)), lineNumber_});
}

void ControlFile::continueField(std::string_view line, Paragraph& paragraph) const {
  if (paragraph.fields.empty()) {
    fail(lineNumber_, "a continuation without a field to continue: " + excerpt(line));
  }
  std::string_view& value = paragraph.fields.back().value;
  // An empty value points to no place in the text.
  const char* start = value.empty() ? line.data() : value.data();
  value = trimmed({start, static_cast<std::size_t>(line.data() + line.size() - start)});
}

}  // namespace packages
