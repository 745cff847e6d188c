#include "package_file.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

namespace packages {

namespace {

constexpr std::pair<std::string_view, Kind> dependencyFields[] = {
    {"Depends", Kind::depends},       {"Pre-Depends", Kind::preDepends},
    {"Recommends", Kind::recommends}, {"Suggests", Kind::suggests},
    {"Enhances", Kind::enhances},     {"Breaks", Kind::breaks},
    {"Conflicts", Kind::conflicts},   {"Replaces", Kind::replaces}};

Priority priorityOf(std::string_view text) noexcept {
  if (text == "required") return Priority::required;
  if (text == "important") return Priority::important;
  if (text == "standard") return Priority::standard;
  if (text == "optional") return Priority::optional;
  if (text == "extra") return Priority::extra;
  return Priority::unknown;
}

/// "install ok installed" says what is wanted, whether something is wrong, and what is the case.
State stateOf(std::string_view status) noexcept {
  if (status.empty()) return State::available;
  const std::string_view last = status.substr(status.rfind(' ') + 1);
  if (last == "installed") return State::installed;
  return last == "not-installed" || last == "config-files" ? State::removed : State::unfinished;
}

std::int64_t sizeOf(const ControlFile& file, const Paragraph& paragraph) {
  const Field* field = paragraph.find("Installed-Size");
  if (!field) return 0;
  std::int64_t size = 0;
  const char* const end = field->value.data() + field->value.size();
  const auto [stop, error] = std::from_chars(field->value.data(), end, size);
  if (error != std::errc() || stop != end || size < 0) {
    file.fail(field->line,
              "Installed-Size is not a number of KiB: \"" + std::string(field->value) + "\"");
  }
  return size;
}

/// Calls `use` with each part between the separators, and its number from 1 on.
template <class Use>
void splitInto(std::string_view text, char separator, Use use) {
  std::int32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (const std::string_view part = trimmed(text.substr(0, end)); !part.empty())
      use(part, ++number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// "libc6:any (>= 2.36)": a name, which architectures will do, a constraint.
Dependency parseDependency(std::string_view text) {
  Dependency dependency;
  dependency.to = std::string(text.substr(0, text.find_first_of(" \t\r\n(:[<")));
  const std::size_t open = text.find('(');
  const std::size_t close = text.find(')', open);
  if (open != std::string_view::npos && close != std::string_view::npos) {
    dependency.constraint = std::string(trimmed(text.substr(open + 1, close - open - 1)));
  }
  return dependency;
}

void addDependencies(const Field& field, Kind kind, Entry& entry) {
  std::string kindName(field.name);
  for (char& byte : kindName)
    byte = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  splitInto(field.value, ',', [&](std::string_view groupText, std::int32_t group) {
    splitInto(groupText, '|', [&](std::string_view text, std::int32_t alternative) {
      Dependency dependency = parseDependency(text);
      dependency.id = entry.package.id + "/" + kindName + "/" + std::to_string(group) + "." +
                      std::to_string(alternative);
      dependency.from = entry.package.id;
      dependency.kind = kind;
      dependency.group = group;
      dependency.alternative = alternative;
      entry.dependencies.push_back(std::move(dependency));
    });
  });
}

Entry parseEntry(const ControlFile& file, const Paragraph& paragraph) {
  const auto text = [&paragraph](std::string_view name) {
    return std::string(paragraph.value(name));
  };
  const Field* name = paragraph.find("Package");
  if (!name) file.fail(paragraph.line, "this paragraph has no field Package");
  if (name->value.empty()) file.fail(name->line, "the field Package is empty");

  Entry entry;
  entry.line = paragraph.line;
  Package& package = entry.package;
  package.name = std::string(name->value);
  package.architecture = text("Architecture");
  package.id =
      package.architecture.empty() ? package.name : package.name + ":" + package.architecture;
  package.version = text("Version");
  package.section = text("Section");
  package.priority = priorityOf(paragraph.value("Priority"));
  package.state = stateOf(paragraph.value("Status"));
  package.sizeKib = sizeOf(file, paragraph);
  const std::string_view description = paragraph.value("Description");
  package.summary = std::string(trimmed(description.substr(0, description.find('\n'))));
  for (const auto& [fieldName, kind] : dependencyFields) {
    if (const Field* field = paragraph.find(fieldName)) addDependencies(*field, kind, entry);
  }
  return entry;
}

/// Adds the entry, or keeps the newer one when the package is there in another version.
void addEntry(const ControlFile& file, Entry entry,
              std::unordered_map<std::string, std::size_t>& places, PackageFile& result) {
  const auto [place, isNew] = places.emplace(entry.package.id, result.entries.size());
  if (isNew) {
    result.entries.push_back(std::move(entry));
    return;
  }
  Entry& known = result.entries[place->second];
  if (known.package.version == entry.package.version) {
    file.fail(entry.line, "the package " + entry.package.id + " is there already, at line " +
                              std::to_string(known.line));
  }
  ++result.olderVersionsCount;
  if (isOlder(known.package.version, entry.package.version)) known = std::move(entry);
}

}  // namespace

PackageFile readPackageFile(const std::string& path, const ReportProgress& progress) {
  const std::string text = readFile(path);
  PackageFile result;
  result.path = path == "-" ? "standard input" : path;
  result.bytesCount = text.size();
  std::unordered_map<std::string, std::size_t> places;

  ControlFile file(result.path, text);
  Paragraph paragraph;
  while (file.next(paragraph)) {
    addEntry(file, parseEntry(file, paragraph), places, result);
    if (result.entries.size() % 1000 == 0) progress(file.fractionRead());
  }
  if (result.entries.empty()) throw FileError(result.path, 0, "there is no package in this file");
  return result;
}

}  // namespace packages
