#include "soak/naive_table.hpp"

#include <algorithm>
#include <set>

namespace hyperdb::soak {

namespace {

constexpr int kindsCount = 6;

int rankOf(const Value& value) {
  switch (value.kind()) {
    case ValueKind::null: return 0;
    case ValueKind::bigint: return 1;
    case ValueKind::boolean:
    case ValueKind::number: return 2;
    default: return 3;
  }
}

double numberOf(const Value& value) {
  return value.kind() == ValueKind::boolean ? (value.asBoolean() ? 1 : 0) : value.asNumber();
}

template <class T>
int sign(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

bool holds(const ColumnCondition& condition, const Object& row) {
  const int order = compareValues(row.at(condition.column), condition.operand);
  switch (condition.op) {
    case ConditionOp::eq:
    case ConditionOp::in: return order == 0;
    case ConditionOp::gt: return order > 0;
    case ConditionOp::gte: return order >= 0;
    case ConditionOp::lt: return order < 0;
    case ConditionOp::lte: break;
  }
  return order <= 0;
}

}  // namespace

int compareValues(const Value& a, const Value& b) {
  if (rankOf(a) != rankOf(b)) return sign(rankOf(a), rankOf(b));
  switch (rankOf(a)) {
    case 0: return 0;
    case 1: return sign(a.asBigInt(), b.asBigInt());
    case 2: return sign(numberOf(a), numberOf(b));
    default: return sign(a.asString(), b.asString());
  }
}

Validator NaiveTable::validatorOf(int kind) {
  switch (kind) {
    case 0: return v::string();
    case 1: return v::number();
    case 2: return v::boolean();
    case 3: return v::bigint();
    case 4: return v::optional(v::number());
    default: return v::union_(v::number(), v::string(), v::null());
  }
}

Value NaiveTable::randomValue(TestRandom& random, int kind) {
  const int number = static_cast<int>(random.below(12));
  switch (kind) {
    case 0: return Value("s" + std::to_string(number));
    case 1: return Value(number);
    case 2: return Value(random.chance(2));
    case 3: return Value(static_cast<std::int64_t>(number) - 6);
    case 4: return random.chance(3) ? Value() : Value(number);
    default: break;
  }
  if (random.chance(4)) return Value(nullptr);
  return random.chance(2) ? Value(number) : Value("u" + std::to_string(number));
}

NaiveTable::NaiveTable(TestRandom& random, std::string name) : table_(nullptr) {
  v::Fields fields{{"id", v::string()}, {"payload", v::number()}};
  for (std::size_t i = 0; i < 2 + random.below(4); ++i) {
    columns_.push_back({std::string(1, static_cast<char>('a' + i)), static_cast<int>(random.below(kindsCount))});
    fields.emplace_back(columns_.back().name, validatorOf(columns_.back().kind));
  }
  table_ = defineTable(std::move(name), std::move(fields));
  for (std::size_t i = 0; i < 1 + random.below(4); ++i) {
    std::vector<std::string> names;
    const IndexType type = random.chance(4)   ? IndexType::hash
                           : random.chance(6) ? IndexType::uniqhash
                                              : IndexType::btree;
    const std::size_t namesMax = type == IndexType::hash ? 1 : 1 + random.below(3);
    for (const Column& column : columns_) {
      if (names.size() < namesMax && random.chance(2)) names.push_back(column.name);
    }
    if (names.empty()) names.push_back(columns_[0].name);
    std::rotate(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(random.below(names.size())), names.end());
    try {
      table_ = table_.index("i" + std::to_string(i), names, type);
    } catch (const Error&) {
      // Another index covers it: one less.
    }
  }
}

Object NaiveTable::randomRow(TestRandom& random, std::string id, double payload) const {
  Object row{{"id", Value(std::move(id))}, {"payload", Value(payload)}};
  for (const Column& column : columns_) {
    Value value = randomValue(random, column.kind);
    if (!value.isUndefined()) row.set(column.name, std::move(value));
  }
  return row;
}

std::vector<ColumnCondition> NaiveTable::randomBranch(TestRandom& random, const IndexDef& index) const {
  const auto operandFor = [&](const std::string& name) {
    if (name == "id") return Value("r" + std::to_string(random.below(40)));
    const auto column = std::find_if(columns_.begin(), columns_.end(), [&](const Column& c) { return c.name == name; });
    Value value = randomValue(random, random.chance(10) ? 1 : column->kind);
    return value.isUndefined() ? Value(3) : value;
  };
  std::vector<ColumnCondition> branch;
  const std::size_t equalCount = index.isHash() ? index.columns.size() : random.below(index.columns.size() + 1);
  for (std::size_t i = 0; i < equalCount; ++i) {
    const std::string& name = index.columns[i].name;
    branch.push_back({name, ConditionOp::eq, operandFor(name)});
  }
  if (equalCount < index.columns.size()) {
    const std::string& name = index.columns[equalCount].name;
    if (random.chance(2))
      branch.push_back({name, random.chance(2) ? ConditionOp::gt : ConditionOp::gte, operandFor(name)});
    if (random.chance(2))
      branch.push_back({name, random.chance(2) ? ConditionOp::lt : ConditionOp::lte, operandFor(name)});
  }
  return branch;
}

QueryCase NaiveTable::randomQuery(TestRandom& random, std::size_t tableNumber) const {
  QueryCase query;
  query.table = tableNumber;
  query.index = random.below(table_.def().indexes().size());
  const IndexDef& index = table_.def().index(query.index);
  if (index.isHash() || !random.chance(5)) {
    query.branches.emplace();
    const std::size_t branchesCount = random.chance(3) ? 1 + random.below(4) : 1;
    for (std::size_t i = 0; i < branchesCount; ++i) query.branches->push_back(randomBranch(random, index));
  }
  query.order = random.chance(2) ? desc : asc;
  if (random.chance(3)) query.limit = static_cast<std::int64_t>(random.below(7));
  return query;
}

Query<Object, detail::Filtered> NaiveTable::toQuery(const QueryCase& query) const {
  QuerySpec spec = selectFrom(table_, table_.def().index(query.index).name).order(query.order).spec();
  if (query.branches) {
    spec.branches.emplace();
    for (const auto& conditions : *query.branches) {
      Branch branch;
      for (const ColumnCondition& each : conditions)
        branch.push_back(makeCondition(each.column, each.op, each.operand));
      spec.branches->push_back(std::move(branch));
    }
  }
  if (query.limit >= 0) spec.limit = query.limit;
  return Query<Object, detail::Filtered>(std::move(spec));
}

bool NaiveTable::isInIndex(const IndexDef& index, const Object& row) const {
  return std::all_of(index.columns.begin(), index.columns.end(),
                     [&row](const auto& column) { return row.contains(column.name); });
}

std::vector<const Object*> NaiveTable::answer(const QueryCase& query, const NaiveRows& rows) const {
  const IndexDef& index = table_.def().index(query.index);
  const auto accepts = [&](const Object& row) {
    if (!isInIndex(index, row)) return false;
    if (!query.branches) return true;
    return std::any_of(query.branches->begin(), query.branches->end(), [&row](const auto& branch) {
      return std::all_of(branch.begin(), branch.end(), [&row](const auto& each) { return holds(each, row); });
    });
  };
  std::vector<const Object*> found;
  for (const auto& [id, row] : rows) {
    if (accepts(row)) found.push_back(&row);
  }
  std::sort(found.begin(), found.end(), [&index](const Object* a, const Object* b) {
    for (const auto& column : index.columns) {
      const int order = compareValues(a->at(column.name), b->at(column.name));
      if (order != 0) return order < 0;
    }
    return a->at("id").asString() < b->at("id").asString();
  });
  if (query.order == desc) std::reverse(found.begin(), found.end());
  if (query.limit >= 0 && found.size() > static_cast<std::size_t>(query.limit)) {
    found.resize(static_cast<std::size_t>(query.limit));
  }
  return found;
}

bool NaiveTable::breaksUniqueness(const NaiveRows& rows) const {
  using Values = std::vector<Value>;
  const auto less = [](const Values& a, const Values& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](const Value& x, const Value& y) { return compareValues(x, y) < 0; });
  };
  for (const IndexDef& index : table_.def().indexes()) {
    if (!index.isUnique()) continue;
    std::set<Values, decltype(less)> taken(less);
    for (const auto& [id, row] : rows) {
      if (!isInIndex(index, row)) continue;
      Values values;
      for (const auto& column : index.columns) values.push_back(row.at(column.name));
      if (!taken.insert(std::move(values)).second) return true;
    }
  }
  return false;
}

std::vector<std::size_t> NaiveTable::entriesCounts(const NaiveRows& rows) const {
  std::vector<std::size_t> counts;
  for (const IndexDef& index : table_.def().indexes()) {
    counts.push_back(static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](const auto& each) { return isInIndex(index, each.second); })));
  }
  return counts;
}

}  // namespace hyperdb::soak
