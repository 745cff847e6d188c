#include <gtest/gtest.h>

#include <hyperdb/engine/table_def.hpp>

#include "support/print_value.hpp"
#include "support/thrown.hpp"

namespace hyperdb {
namespace {

using test::refusal;

using Columns = std::vector<std::string>;
using TablePtr = std::shared_ptr<const TableDef>;

TablePtr makeTable(const std::string& name, Validator schema, bool idMustAcceptStrings = true) {
  return TableDef::make(name, objectRowType(std::move(schema)), idMustAcceptStrings);
}

TablePtr plainTable() {
  return makeTable("t", v::object({{"id", v::string()},
                                   {"n", v::number()},
                                   {"s", v::optional(v::string())},
                                   {"a b", v::null()},
                                   {"x", v::array(v::string())}}));
}

TEST(TableDef, has_the_index_byId_first) {
  TablePtr table = plainTable();
  ASSERT_EQ(table->indexes().size(), 1U);
  EXPECT_EQ(table->index(TableDef::byIdIndex).name, "byId");
  EXPECT_TRUE(table->index(0).isUnique());
  EXPECT_EQ(table->index(0).columns.at(0).name, "id");
}

TEST(TableDef, wants_a_name_of_letters_digits_and_underscores) {
  Validator row = v::object({{"id", v::string()}});
  for (const char* bad : {"", "$t", "my table", "1t", "my-table", "t\xC3\xA2"}) {
    EXPECT_NE(refusal([&] { makeTable(bad, row); }).find("a table's name must be"), std::string::npos) << bad;
  }
  for (const char* good : {"_t_9", "order", "_hyperdb_schema_metadata"}) EXPECT_EQ(makeTable(good, row)->name(), good);
}

TEST(TableDef, wants_a_string_id_in_every_variant) {
  EXPECT_EQ(refusal([] { makeTable("t", v::object({{"key", v::string()}})); }),
            "the rows of a table must have a field \"id\", in every variant (table \"t\")");
  EXPECT_NE(refusal([] { makeTable("t", v::union_(v::object({{"id", v::string()}}), v::object({{"n", v::null()}}))); }),
            "nothing was thrown");
  EXPECT_EQ(refusal([] { makeTable("t", v::object({{"id", v::number()}})); }),
            "an id must be a string, not a number (table \"t\", column \"id\")");
  for (bool isStrict : {true, false}) {
    EXPECT_NE(refusal([&] { makeTable("t", v::object({{"id", v::any()}}), isStrict); }), "nothing was thrown");
    EXPECT_NE(refusal([&] { makeTable("t", v::object({{"id", v::array(v::string())}}), isStrict); }),
              "nothing was thrown");
    EXPECT_NE(refusal([&] { makeTable("t", v::record(v::string(), v::string()), isStrict); }), "nothing was thrown");
  }
  makeTable("t", v::object({{"id", v::union_(v::literal("en"), v::literal("de"))}}));
  makeTable("t", v::object({{"id", v::number()}}), false);
}

TEST(TableDef, refuses_bad_indexes_and_names_them) {
  auto with = [](const char* name, IndexType type, Columns columns) {
    return refusal([&] { plainTable()->withIndex(name, type, columns); });
  };
  EXPECT_NE(with("", IndexType::btree, {"n"}), "nothing was thrown");
  EXPECT_NE(with("$i", IndexType::btree, {"n"}), "nothing was thrown");
  EXPECT_NE(with("by-n", IndexType::btree, {"n"}), "nothing was thrown");
  EXPECT_EQ(with("byId", IndexType::btree, {"n"}),
            "the table has an index of this name already (table \"t\", index \"byId\")");
  EXPECT_EQ(with("i", IndexType::btree, {"n", "zzz"}),
            "an index over a column that the rows don't have: \"zzz\" (table \"t\", index \"i\", column \"zzz\")");
  EXPECT_EQ(with("i", IndexType::btree, {"n", "n"}),
            "an index names a column twice (table \"t\", index \"i\", column \"n\")");
  EXPECT_EQ(with("i", IndexType::btree, {"x"}),
            "this column can't be indexed: it accepts an array (table \"t\", index \"i\", column \"x\")");
  EXPECT_EQ(with("i", IndexType::hash, {"n", "s"}),
            "a hash index must have exactly one column (table \"t\", index \"i\")");
  EXPECT_EQ(with("i", IndexType::uniqhash, {}), "a uniqhash index must have a column (table \"t\", index \"i\")");
  EXPECT_EQ(with("i", IndexType::uniqhash, {"n", "n"}),
            "an index names a column twice (table \"t\", index \"i\", column \"n\")");
  EXPECT_EQ(with("i", IndexType::uniqhash, {"n", "x"}),
            "this column can't be indexed: it accepts an array (table \"t\", index \"i\", column \"x\")");
  EXPECT_EQ(with("i", IndexType::uniqhash, {"id"}),
            "the index \"byId\" covers the same columns already (table \"t\", index \"i\")");
}

TEST(TableDef, refuses_indexes_that_another_one_covers) {
  TablePtr table = plainTable()->withIndex("ns", IndexType::btree, {"n", "s"})->withIndex("h", IndexType::hash, {"n"});
  EXPECT_NE(refusal([&] { table->withIndex("i", IndexType::btree, {"n"}); }), "nothing was thrown");
  EXPECT_NE(refusal([&] { table->withIndex("i", IndexType::btree, {"n", "s"}); }), "nothing was thrown");
  EXPECT_NE(refusal([&] { table->withIndex("i", IndexType::btree, {"n", "s", "a b"}); }), "nothing was thrown");
  EXPECT_NE(refusal([&] { table->withIndex("i", IndexType::hash, {"n"}); }), "nothing was thrown");
  TablePtr more = table->withIndex("sn", IndexType::btree, {"s", "n"})
                      ->withIndex("NS", IndexType::uniqhash, {"n"})
                      ->withIndex("byIdHash", IndexType::hash, {"id"});
  EXPECT_EQ(more->indexes().size(), 6U);
  EXPECT_EQ(table->indexes().size(), 3U) << "the original is as it was";
  EXPECT_EQ(more->indexNumber("sn"), 3U);
  auto error = test::thrown([&] { (void)more->indexNumber("nope"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::unknownIndex);
  EXPECT_STREQ(error->what(), "the table has no such index (table \"t\", index \"nope\")");
}

TEST(TableDef, takes_unique_indexes_of_several_columns_unless_one_has_the_same_columns) {
  TablePtr table = plainTable()->withIndex("ns", IndexType::uniqhash, {"n", "s"});
  EXPECT_EQ(refusal([&] { table->withIndex("sn", IndexType::uniqhash, {"s", "n"}); }),
            "the index \"ns\" covers the same columns already (table \"t\", index \"sn\")");
  TablePtr more = table->withIndex("n", IndexType::uniqhash, {"n"})
                      ->withIndex("nsab", IndexType::uniqhash, {"n", "s", "a b"})
                      ->withIndex("sorted", IndexType::btree, {"n", "s"});
  EXPECT_EQ(more->indexes().size(), 5U);
  EXPECT_FALSE(more->isEquivalent(*table));
}

TEST(TableDef, of_a_union_indexes_columns_that_one_variant_has_if_all_that_have_them_can) {
  TablePtr table = makeTable("t", v::union_(v::object({{"id", v::string()}, {"a", v::string()}, {"c", v::number()}}),
                                            v::object({{"id", v::string()}, {"b", v::number()}, {"c", v::any()}})));
  EXPECT_EQ(table->withIndex("i", IndexType::btree, {"a", "b"})->indexes().size(), 2U);
  EXPECT_NE(refusal([&] { table->withIndex("i", IndexType::btree, {"c"}); }), "nothing was thrown");
  EXPECT_NE(refusal([&] { table->withIndex("i", IndexType::btree, {"d"}); }), "nothing was thrown");
}

TEST(TableDef, makes_index_keys_and_leaves_rows_out_that_lack_a_column) {
  TablePtr table = plainTable()->withIndex("ns", IndexType::btree, {"n", "s"});
  TablePtr ordered = plainTable()->withIndex("all", IndexType::btree, {});
  ValidationFailure failure;
  Object object{{"id", "r1"}, {"n", 1}, {"s", "x"}, {"a b", nullptr}, {"x", Array{}}};
  RowRef row = table->rowType().fromObject(object, Strictness::full, failure);
  ASSERT_TRUE(row) << failure.message();
  object.erase("s");
  RowRef without = table->rowType().fromObject(object, Strictness::full, failure);
  ASSERT_TRUE(without) << failure.message();

  RowRef other = ordered->rowType().fromObject(object, Strictness::full, failure);
  ASSERT_TRUE(other) << failure.message();

  KeyBytes expected = "before";
  KeyWriter writer(expected);
  writer.appendNumber(1);
  writer.appendString("x");
  writer.appendIdTail("r1");
  KeyBytes key = "before";
  EXPECT_TRUE(table->appendIndexKey(1, *row, key));
  EXPECT_EQ(key, expected);
  EXPECT_FALSE(table->appendIndexKey(1, *without, key = "before"));
  EXPECT_EQ(key, "before");
  EXPECT_TRUE(ordered->appendIndexKey(1, *other, key = ""));
  EXPECT_EQ(key, "r1");

  KeyBytes id;
  KeyWriter(id).appendString("r1");
  EXPECT_TRUE(table->appendIndexKey(TableDef::byIdIndex, *without, key = ""));
  EXPECT_EQ(key, id) << "a unique index has no tail";

  TablePtr unique = plainTable()->withIndex("sn", IndexType::uniqhash, {"s", "n"});
  object.set("s", "x");
  RowRef whole = unique->rowType().fromObject(object, Strictness::full, failure);
  KeyBytes both;
  KeyWriter bothWriter(both);
  bothWriter.appendString("x");
  bothWriter.appendNumber(1);
  EXPECT_TRUE(unique->appendIndexKey(1, *whole, key = ""));
  EXPECT_EQ(key, both);
}

Validator lazyString() { return v::string(); }

TEST(TableDef, is_equivalent_to_one_that_is_built_alike) {
  auto build = [](Validator n) { return makeTable("t", v::object({{"id", v::string()}, {"n", n}})); };
  TablePtr table = build(v::string());
  EXPECT_TRUE(table->isEquivalent(*table));
  EXPECT_TRUE(table->isEquivalent(*makeTable("t", v::object({{"n", v::string()}, {"id", v::string()}}))));
  EXPECT_TRUE(build(v::lazy(lazyString))->isEquivalent(*build(v::lazy(lazyString))));
  EXPECT_FALSE(table->isEquivalent(*build(v::number())));
  EXPECT_FALSE(build(v::literal("a"))->isEquivalent(*build(v::literal("b"))));
  EXPECT_FALSE(table->isEquivalent(*table->withIndex("i", IndexType::btree, {"n"})));
  EXPECT_FALSE(
      table->withIndex("i", IndexType::hash, {"n"})->isEquivalent(*table->withIndex("i", IndexType::btree, {"n"})));
}

TEST(ObjectRowType, gives_normalised_rows_back_and_frees_them_even_after_the_table) {
  std::int64_t before = RowHeader::liveCount();
  {
    std::shared_ptr<const RowType> type =
        objectRowType(v::object({{"id", v::string()}, {"a", v::optional(v::number())}, {"z", v::number()}}));
    ValidationFailure failure;
    RowRef row = type->fromObject({{"id", "r"}, {"a", Value()}, {"z", 1}}, Strictness::full, failure);
    RowRef same = type->fromObject({{"id", "r"}, {"z", 1}, {"q", 1}}, Strictness::shape, failure);
    ASSERT_TRUE(row && same) << failure.message();
    EXPECT_EQ(type->toObject(*row), (Object{{"id", "r"}, {"z", 1}}));
    EXPECT_TRUE(type->equal(*row, *same));
    EXPECT_EQ(type->id(*row), "r");
    EXPECT_FALSE(type->check(*row, Strictness::full));
    KeyBytes key;
    KeyWriter writer(key);
    EXPECT_FALSE(type->appendColumn(*row, type->column("a"), writer));
    EXPECT_TRUE(key.empty());
    EXPECT_TRUE(type->appendColumn(*row, type->column("z"), writer));
    EXPECT_EQ(KeyReader(key).readValue(), Value(1));
    EXPECT_EQ(RowHeader::liveCount(), before + 2);
    type.reset();
    same = RowRef();
    EXPECT_EQ(row->type().id(*row), "r");
  }
  EXPECT_EQ(RowHeader::liveCount(), before);
}

TEST(ObjectRowType, wants_a_string_id_in_every_strictness) {
  for (Strictness strictness : {Strictness::shape, Strictness::full}) {
    auto type = objectRowType(v::object({{"id", v::number()}}));
    ValidationFailure failure;
    EXPECT_FALSE(type->fromObject({{"id", 1}}, strictness, failure));
    EXPECT_EQ(failure.message(), "id: expected a string, got 1");
    EXPECT_FALSE(type->fromObject({}, strictness, failure));
    EXPECT_EQ(failure.path, "id");
  }
}

}  // namespace
}  // namespace hyperdb
