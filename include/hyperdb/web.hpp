// WebModule: what a web page may use of a C++ data layer. The source of a module defines hyperdb::defineWebModule, and
// lists it there:
//
//     module.expose(projectsTable, tasksTable);
//     module.expose(projectTasks, taskCounts);
//     module.expose(createTask, moveTask);
//
// The page uses the same names: `dispatch(createTask({ id, title }))`. hyperdb_add_web_module in CMake makes the
// WebAssembly module and its TypeScript declarations of it.
//
// Thread safety: a module has one thread.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/detail/web_command.hpp>
#include <hyperdb/table.hpp>

namespace hyperdb {

/// The tables, selectors and actions of one module, by name.
class WebModule {
 public:
  WebModule();
  ~WebModule();
  WebModule(const WebModule&) = delete;
  WebModule& operator=(const WebModule&) = delete;

  /// Adds tables, selectors and actions, under the names that they were defined with. A page loads all tables of its
  /// module. Throws Error(invalidDefinition): a name that no constant of TypeScript can have, or that stands twice.
  ///
  /// A selector's result is a storable type, Rows<T>, RowPtr<T>, RowsById<T>, or a vector or optional of these; an
  /// action's may also be void.
  template <class... Definitions>
  WebModule& expose(const Definitions&... definitions) {
    (add(definitions), ...);
    return *this;
  }

  // For the boundary: what was exposed, in this order. Valid as long as the module.
  const std::vector<AnyTable>& tables() const noexcept { return tables_; }
  const std::vector<std::unique_ptr<detail::WebSelector>>& selectors() const noexcept { return selectors_; }
  const std::vector<std::unique_ptr<detail::WebAction>>& actions() const noexcept { return actions_; }
  /// Returns names, arguments and types as the generator of the declarations reads them.
  Value describe() const;

 private:
  template <class Row>
  void add(const Table<Row>& table) {
    addTable(table, detail::webRowName<Row>());
  }
  template <class T, class... Args>
  void add(const SelectorDef<T, Args...>& definition) {
    checkName(definition.name());
    selectors_.push_back(std::make_unique<detail::TypedWebSelector<T, Args...>>(definition));
  }
  template <class T, class... Args>
  void add(const ActionDef<T, Args...>& definition) {
    checkName(definition.name());
    actions_.push_back(std::make_unique<detail::TypedWebAction<T, Args...>>(definition));
  }
  void addTable(AnyTable table, std::string rowName);
  void checkName(const std::string& name);

  std::vector<AnyTable> tables_;
  std::vector<std::string> rowNames_;  // of the tables
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<detail::WebSelector>> selectors_;
  std::vector<std::unique_ptr<detail::WebAction>> actions_;
};

/// Lists what the module exposes. Defined by the source of the module; called once, when it is first used.
void defineWebModule(WebModule& module);

}  // namespace hyperdb
