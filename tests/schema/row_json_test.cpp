// Rows as JSON text: the direct way and the one through an object say the same, also of texts that do not fit.
#include "support/row_json.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>

#include "support/print_value.hpp"
#include "support/random_value.hpp"

namespace rowjson {
using namespace hyperdb;
struct Note {
  std::string text;
  std::string id;
};
struct Post {
  std::string id;
  int rank = 0;
};
using Entry = std::variant<Note, Post>;

struct Small {
  std::string id;
  double order = 0;
  std::optional<std::int64_t> wide;
  std::optional<test::Kind> kind;
};
}  // namespace rowjson

namespace hyperdb {
namespace {

using namespace rowjson;
using test::directOutcome;
using test::Everything;
using test::Kind;
using test::objectOutcome;
using test::Part;
using test::TestRandom;

template <class T>
RowRef makeRow(T content) {
  return RowRef(new RowBox<T>(*structRowType<T>(), std::move(content)));
}

std::string textOf(const RowRef& row) {
  std::string text;
  row->type().appendJson(*row, text);
  return text;
}

template <class T>
std::string read(std::string_view text, Strictness strictness = Strictness::shape) {
  return directOutcome(*structRowType<T>(), text, strictness);
}

/// Both ways give the same, whatever it is. What they give with Strictness::shape.
std::string readBothWays(const RowType& type, const std::string& text) {
  for (const Strictness strictness : {Strictness::full, Strictness::shape}) {
    EXPECT_EQ(directOutcome(type, text, strictness), objectOutcome(type, text, strictness)) << text;
  }
  return directOutcome(type, text, Strictness::shape);
}

Part randomPart(TestRandom& random, int depth) {
  Part part{test::randomText(random), std::nullopt, {}};
  if (random.chance(2)) part.count = static_cast<int>(random.bits());
  if (depth > 0) {
    for (std::size_t i = random.below(3); i > 0; --i) part.parts.push_back(randomPart(random, depth - 1));
  }
  return part;
}

Kind randomKind(TestRandom& random) { return std::array{Kind::plain, Kind::fancy, Kind::other}[random.below(3)]; }

Everything randomEverything(TestRandom& random) {
  Everything row;
  row.number = test::randomNumber(random);
  row.id = test::randomText(random);
  row.text = test::randomText(random) + "some more than eight letters" + test::randomText(random);
  row.flag = random.chance(2);
  row.small = static_cast<float>(random.below(1000)) / 7;
  row.tiny = static_cast<std::int8_t>(random.bits());
  row.word = static_cast<std::uint32_t>(random.bits());
  row.safe = static_cast<std::int64_t>(random.bits() >> 11) - (std::int64_t{1} << 52);
  row.wide = static_cast<std::int64_t>(random.bits()) >> random.below(64);
  row.natural = random.bits() >> random.below(64);
  row.big = test::randomBigInt(random);
  row.bytes.data = test::randomText(random);
  row.octets = {static_cast<std::uint8_t>(random.bits()), 0};
  row.any = test::randomValue(random, 2);
  row.kind = randomKind(random);
  row.year.number = static_cast<int>(random.below(3000));
  row.part = randomPart(random, 2);
  if (random.chance(2)) row.note = std::nullopt;
  if (random.chance(2)) row.maybeWide = static_cast<std::int64_t>(random.bits());
  if (random.chance(2)) row.maybeKind = randomKind(random);
  if (random.chance(2)) row.maybePart = randomPart(random, 1);
  if (random.chance(2)) row.maybeAny = test::randomValue(random, 1);
  if (random.chance(2)) row.maybeYears = {{1}, {1999}};
  for (std::size_t i = random.below(3); i > 0; --i) row.tags.push_back(test::randomText(random));
  for (std::size_t i = random.below(3); i > 0; --i) row.bits.push_back(random.chance(2));
  if (random.chance(2)) row.kinds["k"] = {randomKind(random)};
  switch (random.below(4)) {
    case 0: row.choice = test::randomNumber(random); break;
    case 1: row.choice = test::randomText(random); break;
    case 2: row.choice = randomPart(random, 1); break;
    default: break;
  }
  return row;
}

/// The members in any order, some twice or not at all, some unknown, with white space.
std::string scrambled(TestRandom& random, const Object& object) {
  std::vector<std::pair<std::string, std::string>> members;
  const std::size_t twice = random.below(3);
  for (const Object::Member& member : object) {
    if (!random.chance(60)) members.emplace_back(toJson(Value(member.name)), toJson(member.value));
  }
  for (std::size_t i = 0; i < twice && !members.empty(); ++i) {
    const std::string name = members[random.below(members.size())].first;
    members.emplace_back(name, toJson(test::randomValue(random, 1)));
  }
  if (random.chance(5)) members.emplace_back("\"more\"", toJson(test::randomValue(random, 2)));
  if (random.chance(20)) members.emplace_back("\"absent\"", R"({"$undefined":true})");
  if (random.chance(20)) members.emplace_back("\"\\u0069d\"", "\"escaped\"");
  if (random.chance(20)) members.emplace_back("\"$bigint\"", "\"1\"");
  for (std::size_t i = members.size(); i > 1 && random.chance(2); --i) {
    std::swap(members[i - 1], members[random.below(i)]);
  }
  std::string text = "{";
  for (const auto& [name, value] : members) {
    if (text.size() > 1) text += random.chance(9) ? " ,\n" : ",";
    text += name + (random.chance(9) ? " : " : ":") + value;
  }
  return text + "}";
}

/// The text with a change somewhere that no writer would make.
std::string spoilt(TestRandom& random, std::string text) {
  static const char* const pieces[] = {"\"",
                                       "\\",
                                       "{",
                                       "}",
                                       "[",
                                       "]",
                                       ",",
                                       ":",
                                       " ",
                                       "-",
                                       "0",
                                       ".5",
                                       "e9",
                                       "1e999",
                                       "null",
                                       "true",
                                       "\xff",
                                       "\xC3\xA9",
                                       "\\u0041",
                                       "\\ud83d",
                                       "\n",
                                       "{\"$undefined\":true}",
                                       "{\"$number\":\"-0\"}",
                                       "{\"$number\":\"NaN\"}",
                                       "{\"$bigint\": \"12\" }",
                                       "{\"$bigint\":\"x\"}",
                                       "{\"$bytes\":\"0\"}",
                                       "\"$x\":1,",
                                       "\"id\":\"again\","};
  const std::size_t at = random.below(text.size());
  const std::string piece = pieces[random.below(std::size(pieces))];
  switch (random.below(5)) {
    case 0: return text.substr(0, at);
    case 1: text[at] = piece[0]; return text;
    case 2: return text.erase(at, 1 + random.below(8));
    case 3: return text.insert(at, piece);
    default: return text.replace(at, std::min(text.size() - at, random.below(12)), piece);
  }
}

TEST(RowJson, WritesTheMembersInTheOrderOfTheStruct) {
  EXPECT_EQ(textOf(makeRow(Small{"s1", 2.5, -7, Kind::fancy})),
            R"({"id":"s1","order":2.5,"wide":{"$bigint":"-7"},"kind":"fancy"})");
  EXPECT_EQ(textOf(makeRow(Small{"\"", -0.0, std::nullopt, std::nullopt})), R"({"id":"\"","order":{"$number":"-0"}})");
  EXPECT_EQ(textOf(makeRow(Entry(Note{"x", "n1"}))), R"({"text":"x","id":"n1"})");
  std::string text = "before ";
  const RowRef row = makeRow(Entry(Post{"p1", 3}));
  row->type().appendJson(*row, text);
  EXPECT_EQ(text, R"(before {"id":"p1","rank":3})");
}

TEST(RowJson, ReadsMembersInAnyOrder) {
  EXPECT_EQ(read<Small>(R"( { "order" : 1e1 , "id" : "\u0061" } )"), R"(row {"id":"a","order":10})");
  EXPECT_EQ(read<Small>(R"({"kind":"other","id":"a","order":1})"), R"(row {"id":"a","kind":"other","order":1})");
  EXPECT_EQ(read<Small>(R"({"id":"a","order":1,"id":"b"})"), R"(row {"id":"b","order":1})");
  EXPECT_EQ(read<Small>(R"({"id":1,"order":1,"id":"b"})"), R"(row {"id":"b","order":1})");
  EXPECT_EQ(read<Small>(R"({"id":"a","order":1,"wide":{"$undefined":true}})"), R"(row {"id":"a","order":1})");
}

TEST(RowJson, DropsUnknownMembersOrRefusesThem) {
  const char* const text = R"({"id":"a","more":[{"x":1}],"order":1})";
  EXPECT_EQ(read<Small>(text), R"(row {"id":"a","order":1})");
  EXPECT_EQ(read<Small>(text, Strictness::full),
            "failure at <more> expected <no member of this name> got <[{\"x\": 1}]>");
}

TEST(RowJson, SaysWhatDoesNotFitAsForAnObject) {
  for (const char* text : {
           "",
           "null",
           "[]",
           "{",
           "{}",
           "{\"id\"}",
           "{\"id\":}",
           "{\"id\":\"a\"}",
           "{\"id\":\"a\",\"order\":1,}",
           "{\"id\":\"a\",\"order\":1}}",
           "{\"id\":\"a\",\"order\":01}",
           "{\"id\":\"a\",\"order\":1e999}",
           "{\"id\":\"a\xff\",\"order\":1}",
           "{\"id\":\"a\n\",\"order\":1}",
           "{\"id\":\"\\ud800\",\"order\":1}",
           "{\"id\":3,\"order\":tru}",
           "{\"$bigint\":\"12\"}",
           "{\"$bigint\":\"x\"}",
           "{\"$undefined\":true}",
           "{\"id\":\"a\",\"order\":{\"$number\":\"NaN\"}}",
           "{\"id\":\"a\",\"order\":\"1\"}",
           "{\"id\":\"a\",\"order\":1,\"kind\":\"new\"}",
           "{\"id\":\"a\",\"order\":1,\"wide\":12}",
           "{\"id\":\"a\",\"order\":1,\"wide\":{\"$bigint\":\"9223372036854775808\"}}",
           "{\"id\":\"a\",\"order\":1,\"wide\":{\"$bigint\":\"\"}}",
           "{\"id\":\"a\",\"order\":1,\"wide\":{\"$bigint\":\"-\"}}",
           "{\"id\":\"a\",\"order\":1,\"more\":{\"$bytes\":\"0\"}}",
       }) {
    EXPECT_NE(readBothWays(*structRowType<Small>(), text).substr(0, 4), "row ") << text;
  }
}

TEST(RowJson, GivesEveryKindOfFieldBack) {
  const RowType& type = *structRowType<Everything>();
  TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  for (int i = test::testRounds(1000); i > 0; --i) {
    const RowRef row = makeRow(randomEverything(random));
    const std::string text = textOf(row);
    ASSERT_EQ(parseJson(text), Value(type.toObject(*row))) << text;
    ValidationFailure failure;
    const RowRef back = type.fromJson(text, Strictness::full, failure);
    ASSERT_TRUE(back) << failure.message() << "\n" << text;
    ASSERT_TRUE(type.equal(*row, *back)) << text;
    ASSERT_EQ(textOf(back), text);
  }
}

TEST(RowJson, WritesWhatCanNotBeStoredAsAnObjectIsWritten) {
  Everything row;
  row.number = std::nan("");
  row.text = "a\xff";
  row.kind = static_cast<Kind>(5);
  row.maybeKind = static_cast<Kind>(5);
  row.any = Value();
  row.safe = SafeInteger::max + 1;
  row.kinds["k"] = {static_cast<Kind>(5), Kind::other};
  row.bits = {true};
  const RowRef made = makeRow(row);
  EXPECT_EQ(parseJson(textOf(made)), parseJson(toJson(Value(made->type().toObject(*made)))));
}

TEST(RowJson, ReadsSpoiltTextsAsObjectsAreRead) {
  const RowType& type = *structRowType<Everything>();
  TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  int rowsCount = 0;
  int failuresCount = 0;
  int errorsCount = 0;
  for (int i = test::testRounds(4000); i > 0 && !testing::Test::HasFailure(); --i) {
    const RowRef row = makeRow(randomEverything(random));
    std::string text = random.chance(2) ? textOf(row) : scrambled(random, type.toObject(*row));
    for (std::size_t changes = random.below(3); changes > 0 && !text.empty(); --changes) text = spoilt(random, text);
    const std::string outcome = readBothWays(type, text);
    rowsCount += outcome.substr(0, 4) == "row ";
    failuresCount += outcome.substr(0, 8) == "failure ";
    errorsCount += outcome.substr(0, 6) == "error ";
  }
  EXPECT_GT(rowsCount, 500);
  EXPECT_GT(failuresCount, 500);
  EXPECT_GT(errorsCount, 500);
}

TEST(RowJson, RefusesWhatIsNestedTooDeepAsForAnObject) {
  const RowType& type = *structRowType<Everything>();
  Everything shallow;
  shallow.any = "deep";
  const std::string text = textOf(makeRow(shallow));
  const auto nested = [&](int levels, const std::string& open, const std::string& close) {
    std::string deep;
    for (int i = 0; i < levels; ++i) deep += open;
    for (int i = 0; i < levels; ++i) deep += close;
    return deep;
  };
  for (int levels = 240; levels < 260; ++levels) {
    std::string part = text;
    part.replace(part.find("\"parts\":[]"), 10, "\"parts\":[" + nested(levels, R"({"name":"","parts":[)", "]}") + "]");
    readBothWays(type, part);
  }
  for (int levels = 490; levels < 515; ++levels) {
    std::string any = text;
    any.replace(any.find("\"deep\""), 6, nested(levels, "[", "]"));
    readBothWays(type, any);
  }
}

TEST(RowJson, ReadsTheKindsOfAUnionAsFromObjects) {
  const RowType& type = *structRowType<Entry>();
  EXPECT_EQ(readBothWays(type, R"({"id":"p","rank":1})"), R"(row {"id":"p","rank":1})");
  EXPECT_EQ(readBothWays(type, R"({"id":"n","text":"x","rank":1})"), R"(row {"id":"n","text":"x"})");
  EXPECT_EQ(readBothWays(type, R"({"id":"n"})").substr(0, 8), "failure ");
}

TEST(RowJson, WritesDynamicRowsInTheOrderOfTheirObjects) {
  const auto type = objectRowType(v::object({{"id", v::string()}, {"any", v::any()}}));
  TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  for (int i = test::testRounds(1000); i > 0; --i) {
    ValidationFailure failure;
    const Object object{{"id", test::randomText(random)}, {"any", test::randomValue(random)}};
    const RowRef row = type->fromObject(object, Strictness::full, failure);
    if (!row) continue;
    const std::string text = textOf(row);
    ASSERT_EQ(text, toJson(Value(type->toObject(*row))));
    readBothWays(*type, text);
    readBothWays(*type, spoilt(random, text));
  }
}

TEST(RowJson, FreesTheRowsThatItDoesNotKeep) {
  const auto before = RowHeader::liveCount();
  read<Small>(R"({"id":"a","order":1,"more":2})", Strictness::full);
  read<Small>(R"({"id":"a","order":1}})");
  read<Small>(R"({"id":"a","order":1})");
  EXPECT_EQ(RowHeader::liveCount(), before);
}

}  // namespace
}  // namespace hyperdb
