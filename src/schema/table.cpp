#include <hyperdb/table.hpp>

namespace hyperdb {

DynamicTable defineTable(std::string name, v::Fields fields) {
  return DynamicTable(
      TableDef::make(std::move(name), objectRowType(v::object(std::move(fields))), false));
}

DynamicTable defineTable(std::string name, Validator schema) {
  return DynamicTable(TableDef::make(std::move(name), objectRowType(std::move(schema)), true));
}

}  // namespace hyperdb
