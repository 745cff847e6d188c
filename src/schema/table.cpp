#include <hyperdb/table.hpp>

#include <hyperdb/error.hpp>

namespace hyperdb {

std::shared_ptr<const TableDef> detail::TableBase::withIndex(std::string_view indexName, IndexType type,
                                                             const std::string_view* columns,
                                                             std::size_t columnsCount) const {
  return def_->withIndex(std::string(indexName), type, std::vector<std::string>(columns, columns + columnsCount));
}

void detail::throwOtherRowType(const TableDef& table) {
  throw Error(ErrorCode::invalidArgument, "the rows of the table are of another C++ type than the one asked for",
              {table.name(), {}, {}, {}, {}});
}

DynamicTable defineTable(std::string name, v::Fields fields) {
  return DynamicTable(TableDef::make(std::move(name), objectRowType(v::object(std::move(fields))), false));
}

DynamicTable defineTable(std::string name, Validator schema) {
  return DynamicTable(TableDef::make(std::move(name), objectRowType(std::move(schema)), true));
}

}  // namespace hyperdb
