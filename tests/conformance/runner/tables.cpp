#include "tables.hpp"

#include <utility>

#include <hyperdb/error.hpp>

#include "values.hpp"

namespace hyperdb::conformance {

namespace {

thread_local const TableBook* bookInUse = nullptr;

v::Fields fieldsOf(const Value& description) {
  v::Fields fields;
  for (const Object::Member& member : asDescription(description)) {
    fields.emplace_back(member.name, validatorOf(member.value));
  }
  return fields;
}

Validator unionOf(const Array& descriptions) {
  std::vector<Validator> alternatives;
  alternatives.reserve(descriptions.size());
  for (const Value& description : descriptions) alternatives.push_back(validatorOf(description));
  return v::union_(std::move(alternatives));
}

IndexType indexTypeOf(const std::string& name) {
  for (const IndexType type : {IndexType::btree, IndexType::hash, IndexType::uniqhash}) {
    if (indexTypeName(type) == name) return type;
  }
  throw Error(ErrorCode::invalidDefinition, "\"" + name + "\" is not a type of index");
}

DynamicTable withIndex(const DynamicTable& table, const Object& description) {
  std::vector<std::string> columns;
  for (const Value& column : neededList(description, "cols")) columns.push_back(asText(column));
  return table.index(neededText(description, "name"), columns, indexTypeOf(textOr(description, "type", "btree")));
}

}  // namespace

Validator validatorOf(const Value& value) {
  const Object& description = asDescription(value);
  const std::string kind = neededText(description, "kind");
  if (kind == "string") return v::string();
  if (kind == "number") return v::number();
  if (kind == "bigint") return v::bigint();
  if (kind == "boolean") return v::boolean();
  if (kind == "null") return v::null();
  if (kind == "bytes") return v::bytes();
  if (kind == "any") return v::any();
  if (kind == "literal") return v::literal(neededMember(description, "value"));
  if (kind == "array") return v::array(validatorOf(neededMember(description, "of")));
  if (kind == "optional") return v::optional(validatorOf(neededMember(description, "of")));
  if (kind == "object") return v::object(fieldsOf(neededMember(description, "fields")));
  if (kind == "union") return unionOf(neededList(description, "of"));
  if (kind == "record") {
    return v::record(validatorOf(neededMember(description, "key")), validatorOf(neededMember(description, "value")));
  }
  throw BadScenario("\"" + kind + "\" is not a kind of validator");
}

DynamicTable tableOf(const Value& value) {
  const Object& description = asDescription(value);
  const std::string name = neededText(description, "name");
  const Value* schema = description.find("schema");
  DynamicTable table = schema != nullptr ? defineTable(name, validatorOf(*schema))
                                         : defineTable(name, fieldsOf(neededMember(description, "fields")));
  for (const Value& index : neededList(description, "indexes")) table = withIndex(table, asDescription(index));
  return table;
}

void TableBook::add(DynamicTable table) {
  const std::string name = table.name();
  tables_.insert_or_assign(name, std::move(table));
}

DynamicTable TableBook::find(const std::string& name) const {
  const auto known = tables_.find(name);
  return known != tables_.end() ? known->second : defineTable(name, v::Fields{{"id", v::string()}});
}

std::vector<AnyTable> TableBook::all() const {
  std::vector<AnyTable> list;
  for (const auto& [name, table] : tables_) list.emplace_back(table);
  return list;
}

TableBookInUse::TableBookInUse(const TableBook& book) noexcept : before_(std::exchange(bookInUse, &book)) {}
TableBookInUse::~TableBookInUse() { bookInUse = before_; }

DynamicTable TableBookInUse::find(const std::string& name) {
  return bookInUse != nullptr ? bookInUse->find(name) : TableBook().find(name);
}

}  // namespace hyperdb::conformance
