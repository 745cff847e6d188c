// What is accepted can be read back, replaced and deleted, however its levels are made of structs, arrays and values.
#include <gtest/gtest.h>

#include <algorithm>

#include "sqlite/tiers.hpp"

namespace nesting {

struct Deep {
  std::vector<Deep> kids{};
  std::optional<hyperdb::Value> any{};
};
struct Row {
  std::string id;
  std::optional<Deep> deep{};
  std::optional<hyperdb::Value> any{};
  std::map<std::string, hyperdb::Value> map{};
};

}  // namespace nesting

namespace hyperdb::test {
namespace {

using namespace nesting;

constexpr int levelsMax = 500;

const auto rowsTable = defineTable<Row>("rows");
const auto twin = rowsTable.dynamic();

Value valueOf(int levels) {
  Value value = 1;
  for (int i = 0; i < levels; ++i) {
    value = i % 2 == 0 ? Value(Array{std::move(value)}) : Value(Object{{"a", std::move(value)}});
  }
  return value;
}

/// A struct has one level, and its array of kids another one.
Deep deepOf(int structs, int valueLevels) {
  Deep deep;
  deep.any = valueOf(valueLevels);
  for (int i = 1; i < structs; ++i) {
    Deep outer;
    outer.kids.push_back(std::move(deep));
    deep = std::move(outer);
  }
  return deep;
}

class Nesting : public TiersTest {
 protected:
  /// Writes the row, which has so many levels, and finds it again in another database.
  void check(const Row& row, int levels) {
    SCOPED_TRACE(row.id + " of " + std::to_string(levels) + " levels");
    SubscribableDB db = open({rowsTable});
    const auto refused = thrown([&] { execSync(db, insert(rowsTable, row)); });
    ASSERT_EQ(refused.has_value(), levels > levelsMax);
    const auto refusedTwin = thrown([&] { execSync(db, upsert(twin, toValue(row).asObject())); });
    ASSERT_EQ(refusedTwin.has_value(), levels > levelsMax);
    if (refused) {
      EXPECT_EQ(refused->code(), ErrorCode::invalidRow);
      EXPECT_NE(refused->message().find("500 levels"), std::string::npos) << refused->message();
      return;
    }
    db.close();
    SubscribableDB again = open({rowsTable});
    const auto found = execSync(again, selectFrom(rowsTable, byId).where(eq<&Row::id>(row.id)).first());
    ASSERT_TRUE(found);
    EXPECT_EQ(toValue(*found), toValue(row));
    execSync(again, upsert(rowsTable, Row{row.id}));
    execSync(again, deleteRows(rowsTable, row.id));
    again.close();
  }
};

TEST_P(Nesting, IsCountedThroughStructsArraysAndValues) {
  for (const int structs : {1, 2, 11, 100, 248, 249}) {
    for (const int over : {-1, 0, 1}) {
      const int around = 1 + 2 * structs - 1;  // the row, the structs and the arrays between them
      const int valueLevels = levelsMax - around + over;
      check(Row{"structs", deepOf(structs, valueLevels)}, std::max(around + valueLevels, around + 1));
    }
  }
}

TEST_P(Nesting, IsCountedThroughMapsAndPlainValues) {
  for (const int over : {-1, 0, 1}) {
    check(Row{"value", {}, valueOf(levelsMax - 1 + over)}, levelsMax + over);
    check(Row{"map", {}, {}, {{"k", valueOf(levelsMax - 2 + over)}}}, levelsMax + over);
  }
}

INSTANTIATE_TEST_SUITE_P(Drivers, Nesting, allTiers, nameOfTiers);

}  // namespace
}  // namespace hyperdb::test
