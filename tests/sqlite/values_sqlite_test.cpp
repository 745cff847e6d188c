// Every value comes back from a file as it was.
#include <cmath>
#include <limits>

#include "sqlite/sqlite_world.hpp"
#include "support/random_value.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

const DynamicTable things =
    defineTable(
        "things",
        {{"id", v::string()},
         {"value", v::any()},
         {"key", v::optional(v::union_(v::string(), v::number(), v::bigint(), v::boolean(), v::null(), v::bytes()))}})
        .index("byKey", {"key"});

class SqliteValuesTest : public SqliteTest {
 protected:
  SqliteValuesTest() {
    options_.rowCacheRows = 0;  // everything is read from the file
  }
  void expectRoundTrip(const std::string& id, const Object& row) {
    {
      const SubscribableDB db = openFile(file(), {things}, options_);
      execSync(db, upsert(things, row));
    }
    const SubscribableDB db = openFile(file(), {things}, options_);
    const RowPtr<Object> read = execSync(db, selectFrom(things, "byId").where(eq("id", id)).first());
    ASSERT_TRUE(read) << describe(Value(row));
    EXPECT_EQ(Value(*read), Value(row));
  }
  SqlOptions options_;
};

TEST_F(SqliteValuesTest, NumbersBigintsAndBytesComeBackExactly) {
  const Array values{Value(-0.0),
                     Value(std::numeric_limits<double>::denorm_min()),
                     Value(std::numeric_limits<double>::max()),
                     Value(0.1),
                     Value(9007199254740993.0),
                     Value(*BigInt::parse("-123456789012345678901234567890")),
                     Value(std::int64_t{0}),
                     Value(Bytes{std::string("\0\xFF\x80", 3)}),
                     Value(Bytes{}),
                     Value("\xF0\x9F\x98\x80 \xEE\x80\x80 \0 \"\\\n"),
                     Value(std::string("a\0b", 3)),
                     Value(nullptr),
                     Value(true),
                     Value(Array{}),
                     Value(Object{})};
  int number = 0;
  for (const Value& value : values) {
    const std::string id = "v" + std::to_string(++number);
    expectRoundTrip(id, Object{{"id", id}, {"value", value}});
  }
}

TEST_F(SqliteValuesTest, IdsMayHoldAnyCharacter) {
  for (const std::string& id : {std::string(""), std::string("a\0b", 3), std::string("\xF0\x9F\x98\x80"),
                                std::string("\xEE\x80\x80"), std::string("'; DROP TABLE things; --")}) {
    expectRoundTrip(id, Object{{"id", id}, {"value", 1}});
  }
}

TEST_F(SqliteValuesTest, RandomRowsComeBackEqualAndInTheOrderOfTheirKeys) {
  TestRandom random(testSeed());
  SCOPED_TRACE("HYPERDB_TEST_SEED=" + std::to_string(testSeed()));
  std::vector<Object> rows;
  for (int i = 0; i < 300; ++i) {
    Object row{{"id", "r" + std::to_string(i)}, {"value", randomValue(random, 3)}};
    if (!random.chance(8)) row.set("key", randomValue(random, 0));
    rows.push_back(std::move(row));
  }
  const SubscribableDB memory{DB{BptreeInmemDriver{}}};
  execSync(memory.loadTables({things}));
  execSync(memory, insert(things, rows));
  {
    execSync(openFile(file(), {things}, options_), insert(things, rows));
  }
  const SubscribableDB db = openFile(file(), {things}, options_);
  const Rows<Object> wanted = execSync(memory, selectFrom(things, "byKey"));
  const Rows<Object> read = execSync(db, selectFrom(things, "byKey"));
  ASSERT_EQ(read.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(Value(read[i]), Value(wanted[i]));
  EXPECT_EQ(damageOf(db), "");
}

}  // namespace
}  // namespace hyperdb::test
