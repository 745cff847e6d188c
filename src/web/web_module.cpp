#include <hyperdb/web.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>

#include <hyperdb/error.hpp>

namespace hyperdb {

namespace {

bool isIdentifier(std::string_view name) {
  const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; };
  const auto isPart = [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && isLetter(name[0]) && std::all_of(name.begin(), name.end(), isPart);
}

/// Words that can't be the name of an exported constant in a module of TypeScript.
bool isReserved(std::string_view name) {
  static constexpr std::string_view words[] = {
      "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete",
      "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if", "import",
      "implements", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected", "public",
      "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with",
      "yield",
      // What the generated file has itself.
      "defineAction", "defineSelector", "defineTable", "moduleUrl"};
  return std::find(std::begin(words), std::end(words), name) != std::end(words);
}

}  // namespace

WebModule::WebModule() = default;
WebModule::~WebModule() = default;

void WebModule::checkName(const std::string& name) {
  if (!isIdentifier(name) || isReserved(name)) {
    throw Error(ErrorCode::invalidDefinition,
                "\"" + name + "\" can't be exposed to a page: TypeScript has no constants of this name");
  }
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
    throw Error(ErrorCode::invalidDefinition, "\"" + name + "\" is exposed twice");
  }
  names_.push_back(name);
}

void WebModule::addTable(AnyTable table, std::string rowName) {
  checkName(table.name());
  tables_.push_back(std::move(table));
  rowNames_.push_back(std::move(rowName));
}

Value WebModule::describe() const {
  Array tables;
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const Validator schema = tables_[i].def().rowType().schema();
    tables.push_back(Object{{"name", tables_[i].name()}, {"row", detail::describeWebRow(rowNames_[i], &schema)}});
  }
  Array selectors;
  for (const auto& each : selectors_) selectors.push_back(each->describe());
  Array actions;
  for (const auto& each : actions_) actions.push_back(each->describe());
  return Object{{"tables", std::move(tables)}, {"selectors", std::move(selectors)}, {"actions", std::move(actions)}};
}

}  // namespace hyperdb
