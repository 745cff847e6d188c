// Write commands: how rows get into them, and what is checked before a driver sees them.
#include <hyperdb/error.hpp>
#include <hyperdb/writes.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace writestest {
struct Item {
  std::string id;
  double price = 0;
};
}  // namespace writestest

namespace hyperdb {
namespace {

using writestest::Item;

const auto items = defineTable<Item>("items");
const auto twin = items.dynamic();
const auto dynamicItems = defineTable("items", {{"id", v::string()}, {"price", v::number()}});

/// "id:price" of each row.
std::vector<std::string> contentOf(const WriteCommand& command) {
  std::vector<std::string> result;
  for (const RowRef& row : command.rows) {
    const Object object = row->type().toObject(*row);
    result.push_back(object.at("id").asString() + ":" + describe(object.at("price")));
  }
  return result;
}

using Texts = std::vector<std::string>;

TEST(Writes, TakeOneRowOrMany) {
  const Item a{"a", 1};
  const std::vector<Item> list{{"a", 1}, {"b", 2}};
  const std::array<Item, 1> array{Item{"c", 3}};
  EXPECT_EQ(contentOf(insert(items, a)), Texts{"a:1"});
  EXPECT_EQ(contentOf(insert(items, {"x", 5})), Texts{"x:5"});
  EXPECT_EQ(contentOf(insert(items, {a, a})), (Texts{"a:1", "a:1"}));
  EXPECT_EQ(contentOf(insert(items, list)), (Texts{"a:1", "b:2"}));
  EXPECT_EQ(contentOf(insert(items, std::vector<Item>(list))), (Texts{"a:1", "b:2"}));
  EXPECT_EQ(contentOf(upsert(items, std::span<const Item>(array))), Texts{"c:3"});
  EXPECT_EQ(upsert(items, a).type, OpType::upsert);
  EXPECT_EQ(insert(items, a).table, items.sharedDef());
}

TEST(Writes, TakeIdsInAnyForm) {
  EXPECT_EQ(deleteRows(items, "a").ids, Texts{"a"});
  EXPECT_EQ(deleteRows(items, std::string("a")).ids, Texts{"a"});
  EXPECT_EQ(deleteRows(items, {"a", "b"}).ids, (Texts{"a", "b"}));
  EXPECT_EQ(deleteRows(items, {"a"}).ids, Texts{"a"});
  EXPECT_EQ(deleteRows(items, Texts{"a", "b"}).ids, (Texts{"a", "b"}));
  EXPECT_EQ(deleteRows(items, std::array<std::string_view, 2>{"a", "b"}).ids, (Texts{"a", "b"}));
  EXPECT_EQ(deleteRows(items, "a").type, OpType::delete_);
}

TEST(Writes, NormaliseDynamicRowsWhenPrepared) {
  for (const auto& table : {twin, dynamicItems}) {
    WriteCommand command = insert(table, Object{{"id", "a"}, {"price", 1}, {"more", 2}});
    EXPECT_TRUE(command.rows.empty());
    prepareRows(command, Strictness::shape);
    EXPECT_EQ(contentOf(command), Texts{"a:1"});
    EXPECT_TRUE(command.objects.empty());
    prepareRows(command, Strictness::shape);
    EXPECT_EQ(command.rows.size(), 1u) << "preparing twice is fine";
    WriteCommand strict = insert(table, Object{{"id", "a"}, {"price", 1}, {"more", 2}});
    EXPECT_THROW(prepareRows(strict, Strictness::full), Error);
  }
}

void expectRefused(WriteCommand command, const std::string& rowId, const std::string& path) {
  try {
    prepareRows(command, Strictness::shape);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalidRow);
    EXPECT_EQ(error.place().table, "items");
    EXPECT_EQ(error.place().rowId, rowId);
    EXPECT_EQ(error.place().column, path);
  }
}

TEST(Writes, NameTheRowAndTheFieldThatCanNotBeStored) {
  expectRefused(insert(items, {Item{"a", 1}, Item{"b", std::nan("")}}), "b", "price");
  expectRefused(insert(twin, Object{{"id", "a"}, {"price", "x"}}), "a", "price");
  expectRefused(insert(twin, Object{{"price", 1}}), "", "id");
  expectRefused(insert(dynamicItems, Object{{"id", 3}, {"price", 1}}), "", "id");
}

TEST(Writes, RefuseAnEmptyIdOfAStruct) {
  expectRefused(insert(items, Item{}), "", "id");
  expectRefused(upsert(twin, Object{{"id", ""}, {"price", 1}}), "", "id");
  WriteCommand dynamic = insert(dynamicItems, Object{{"id", ""}, {"price", 1}});
  prepareRows(dynamic, Strictness::shape);
  EXPECT_EQ(contentOf(dynamic), Texts{":1"}) << "as in HyperDB for TypeScript";
}

TEST(Writes, RefuseNamesOfMembersThatCanNotBeStoredAtEveryLevel) {
  const auto orders = defineTable("items", {{"id", v::string()},
                                            {"to", v::object({{"city", v::string()}})},
                                            {"lines", v::array(v::object({{"sku", v::string()}}))}});
  const auto order = [](Object to, Object line) {
    return Object{{"id", "a"}, {"to", std::move(to)}, {"lines", Array{Value(std::move(line))}}};
  };
  expectRefused(insert(orders, order(Object{{"city", "x"}, {"$more", 1}}, Object{{"sku", "s"}})), "a", "to");
  expectRefused(insert(orders, order(Object{{"city", "x"}}, Object{{"sku", "s"}, {"$a", 1}})), "a", "lines[0]");
  expectRefused(insert(orders, order(Object{{"city", "x"}}, Object{{"sku", "s"}, {"", 1}})), "a", "lines[0]");
  expectRefused(insert(twin, Object{{"id", "a"}, {"price", 1}, {"$x", 1}}), "a", "");
  WriteCommand fine = insert(orders, order(Object{{"city", "x"}, {"more", 1}}, Object{{"sku", "s"}}));
  EXPECT_NO_THROW(prepareRows(fine, Strictness::shape));
}

TEST(Writes, KeepTheLastOfEqualIdsOfAnUpsertAtItsPlace) {
  const double nan = std::nan("");
  WriteCommand typed = upsert(items, {Item{"a", nan}, Item{"b", 1}, Item{"a", 2}, Item{"c", 3}});
  prepareRows(typed, Strictness::full);
  EXPECT_EQ(contentOf(typed), (Texts{"b:1", "a:2", "c:3"})) << "a superseded row is not even validated";
  WriteCommand dynamic = upsert(dynamicItems, {Object{{"id", "a"}, {"price", nan}}, Object{{"id", "a"}, {"price", 2}}});
  prepareRows(dynamic, Strictness::full);
  EXPECT_EQ(contentOf(dynamic), Texts{"a:2"});
  WriteCommand inserted = insert(items, {Item{"a", 1}, Item{"a", 2}});
  prepareRows(inserted, Strictness::full);
  EXPECT_EQ(inserted.rows.size(), 2u) << "the driver refuses these";
}

TEST(Writes, LeaveNothingBehindWhenRefused) {
  const auto before = RowHeader::liveCount();
  {
    WriteCommand command = insert(dynamicItems, {Object{{"id", "a"}, {"price", 1}}, Object{{"id", "b"}}});
    EXPECT_THROW(prepareRows(command, Strictness::full), Error);
  }
  EXPECT_EQ(RowHeader::liveCount(), before);
}

}  // namespace
}  // namespace hyperdb
