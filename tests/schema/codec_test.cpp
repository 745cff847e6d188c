// How C++ types are stored: as which values, what is refused and how that is said.
#include <hyperdb/codec.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace codectest {
enum class Color { red, green, blue = 7 };
struct Date {
  int year = 0;
  friend bool operator==(const Date&, const Date&) = default;
};
}  // namespace codectest

template <>
struct hyperdb::Codec<codectest::Date> {
  using Stored = std::string;
  static Stored toStored(const codectest::Date& date) { return std::to_string(date.year); }
  static codectest::Date fromStored(Stored text) {
    if (text.empty() || text[0] < '0' || text[0] > '9') throw std::invalid_argument("a year");
    return {std::stoi(text)};
  }
};

namespace hyperdb {
namespace {

using codectest::Color;
using codectest::Date;

struct Line {
  std::string name;
  double price = 0;
  std::optional<int> count;
  std::vector<Line> parts;
};

/// The message of a failed read, or "fine".
template <class T>
std::string readFailure(Value value, Strictness strictness = Strictness::full) {
  T content{};
  ValidationFailure failure;
  if (detail::fieldOps<T>()->fromValue(&content, value, strictness, failure)) return "fine";
  return failure.message();
}

template <class T>
std::string checkFailure(const T& content) {
  ValidationFailure failure;
  return detail::fieldOps<T>()->check(&content, Strictness::shape, failure) ? "fine" : failure.message();
}

/// Writes, reads back, and looks at the two values and at the validator.
template <class T>
void expectStoredAs(const T& content, const Value& expected) {
  const detail::FieldOps& ops = *detail::fieldOps<T>();
  EXPECT_EQ(toValue(content), expected) << describe(toValue(content));
  T back{};
  Value value = expected;
  ValidationFailure failure;
  ASSERT_TRUE(ops.fromValue(&back, value, Strictness::full, failure)) << failure.message();
  EXPECT_TRUE(ops.equal(&content, &back));
  EXPECT_EQ(checkFailure(content), "fine");
  if (!expected.isUndefined()) {
    EXPECT_TRUE(ops.validator().accepts(expected));
  }
}

template <class T>
KeyBytes keyOf(const T& content) {
  KeyBytes bytes;
  KeyWriter writer(bytes);
  EXPECT_TRUE(detail::fieldOps<T>()->appendKey(&content, writer));
  return bytes;
}

KeyBytes keyOfValue(const Value& value) {
  KeyBytes bytes;
  EXPECT_TRUE(KeyWriter(bytes).appendValue(value));
  return bytes;
}

TEST(Codec, StoresIntegersUpTo32BitsAsNumbers) {
  expectStoredAs<std::int8_t>(-128, Value(-128));
  expectStoredAs<std::uint8_t>(255, Value(255));
  expectStoredAs<std::int16_t>(-32768, Value(-32768));
  expectStoredAs<std::uint16_t>(65535, Value(65535));
  expectStoredAs<std::int32_t>(std::numeric_limits<std::int32_t>::min(), Value(-2147483648.0));
  expectStoredAs<std::uint32_t>(4294967295u, Value(4294967295.0));
}

TEST(Codec, Stores64BitIntegersAsBigints) {
  expectStoredAs<std::int64_t>(std::numeric_limits<std::int64_t>::min(),
                               Value(std::numeric_limits<std::int64_t>::min()));
  expectStoredAs<std::uint64_t>(std::numeric_limits<std::uint64_t>::max(),
                                Value(std::numeric_limits<std::uint64_t>::max()));
}

TEST(Codec, RefusesNumbersThatDoNotFitTheInteger) {
  EXPECT_EQ(readFailure<std::int8_t>(Value(128)), "expected a whole number from -128 to 127, got 128");
  EXPECT_EQ(readFailure<std::uint32_t>(Value(-1)), "expected a whole number from 0 to 4294967295, got -1");
  EXPECT_NE(readFailure<int>(Value(1.5)), "fine");
  EXPECT_NE(readFailure<int>(Value("1")), "fine");
  EXPECT_NE(readFailure<int>(Value(std::nan(""))), "fine");
  EXPECT_NE(readFailure<std::int64_t>(Value(1)), "fine");
  EXPECT_NE(readFailure<std::int64_t>(Value(std::numeric_limits<std::uint64_t>::max())), "fine");
  EXPECT_NE(readFailure<std::uint64_t>(Value(std::int64_t{-1})), "fine");
}

TEST(Codec, StoresASafeIntegerAsANumberUpTo2To53) {
  expectStoredAs<SafeInteger>(SafeInteger::max, Value(9007199254740992.0));
  EXPECT_EQ(checkFailure<SafeInteger>(SafeInteger::max), "fine");
  EXPECT_EQ(checkFailure<SafeInteger>(SafeInteger::max + 1),
            "expected a whole number from -9007199254740992 to 9007199254740992, got 9007199254740993");
  EXPECT_NE(checkFailure<SafeInteger>(-SafeInteger::max - 1), "fine");
  EXPECT_NE(readFailure<SafeInteger>(Value(1e17)), "fine");
}

TEST(Codec, StoresTextBooleansDoublesAndBytes) {
  expectStoredAs<std::string>("gr\xc3\xbc\xc3\x9f", Value("gr\xc3\xbc\xc3\x9f"));
  expectStoredAs(true, Value(true));
  expectStoredAs(-0.5, Value(-0.5));
  expectStoredAs(0.25f, Value(0.25));
  expectStoredAs(BigInt::parse("123456789012345678901234567890").value(),
                 Value(BigInt::parse("123456789012345678901234567890").value()));
  expectStoredAs(Bytes{std::string("a\0b", 3)}, Value(Bytes{std::string("a\0b", 3)}));
  expectStoredAs(std::vector<std::uint8_t>{0, 255}, Value(Bytes{std::string("\x00\xff", 2)}));
  expectStoredAs(std::vector<std::byte>{std::byte{7}}, Value(Bytes{"\x07"}));
  expectStoredAs(Null{}, Value(nullptr));
  expectStoredAs(Value(Array{Value(1), Value("x")}), Value(Array{Value(1), Value("x")}));
}

TEST(Codec, RefusesWhatCanNotBeStored) {
  EXPECT_NE(checkFailure(std::nan("")), "fine");
  EXPECT_NE(checkFailure(std::numeric_limits<double>::infinity()), "fine");
  EXPECT_NE(checkFailure(std::numeric_limits<float>::infinity()), "fine");
  EXPECT_NE(checkFailure(std::string("\xff")), "fine");
  EXPECT_NE(checkFailure(Value()), "fine");
  EXPECT_NE(checkFailure(Value(Array{Value()})), "fine");
  EXPECT_NE(readFailure<float>(Value(1e300)), "fine");
  EXPECT_NE(readFailure<std::string>(Value("\xff")), "fine");
  EXPECT_EQ(readFailure<std::string>(Value()), "expected a string, got nothing");
}

TEST(Codec, TellsMinusZeroFromZeroAndKnowsNaN) {
  const double zero = 0.0;
  const double minusZero = -0.0;
  const double nan = std::nan("");
  EXPECT_FALSE(detail::fieldOps<double>()->equal(&zero, &minusZero));
  EXPECT_TRUE(detail::fieldOps<double>()->equal(&nan, &nan));
  EXPECT_EQ(keyOf(zero), keyOf(minusZero));
}

TEST(Codec, StoresEnumsAsTheNamesOfTheirEnumerators) {
  expectStoredAs(Color::red, Value("red"));
  expectStoredAs(Color::blue, Value("blue"));
  EXPECT_EQ(keyOf(Color::green), keyOfValue(Value("green")));
  EXPECT_NE(readFailure<Color>(Value("yellow")), "fine");
  EXPECT_NE(readFailure<Color>(Value(1)), "fine");
  EXPECT_NE(checkFailure(static_cast<Color>(5)).find("the enum value 5"), std::string::npos);
}

TEST(Codec, LeavesOutWhatIsAbsent) {
  expectStoredAs(std::optional<int>(3), Value(3));
  expectStoredAs(std::optional<int>(), Value());
  KeyBytes bytes;
  KeyWriter writer(bytes);
  const std::optional<int> absent;
  EXPECT_FALSE(detail::fieldOps<std::optional<int>>()->appendKey(&absent, writer));
  EXPECT_TRUE(bytes.empty());
}

TEST(Codec, StoresListsMapsAndUnions) {
  expectStoredAs(std::vector<int>{1, 2}, Value(Array{Value(1), Value(2)}));
  expectStoredAs(std::vector<bool>{true, false}, Value(Array{Value(true), Value(false)}));
  expectStoredAs(std::map<std::string, Color>{{"a", Color::red}}, Value(Object{{"a", Value("red")}}));
  using Union = std::variant<Null, double, std::string>;
  expectStoredAs(Union(Null{}), Value(nullptr));
  expectStoredAs(Union(2.5), Value(2.5));
  expectStoredAs(Union("x"), Value("x"));
  EXPECT_NE(readFailure<Union>(Value(true)), "fine");
  EXPECT_EQ(keyOf(Union(2.5)), keyOfValue(Value(2.5)));
}

TEST(Codec, RefusesBadKeysOfMaps) {
  for (const char* key : {"", "$a", "\xc3\xbc"}) {
    EXPECT_NE(checkFailure(std::map<std::string, int>{{key, 1}}), "fine") << key;
    EXPECT_NE((readFailure<std::map<std::string, int>>(Value(Object{{key, Value(1)}}))), "fine") << key;
  }
}

TEST(Codec, StoresNestedStructsAsObjectsAlsoRecursiveOnes) {
  Line line{"box", 2.5, std::nullopt, {Line{"lid", 1, 2, {}}}};
  const Value lid(Object{{"name", "lid"}, {"price", 1.0}, {"count", 2}, {"parts", Array{}}});
  expectStoredAs(line, Value(Object{{"name", "box"}, {"price", 2.5}, {"parts", Array{lid}}}));
}

TEST(Codec, NamesThePathOfAFailure) {
  Line line{"box", 1, 1, {Line{"a", 1, 1, {}}, Line{"b", std::nan(""), 1, {}}}};
  ValidationFailure failure;
  EXPECT_FALSE(detail::fieldOps<Line>()->check(&line, Strictness::shape, failure));
  EXPECT_EQ(failure.path, "parts[1].price");
  const Value part(Object{{"name", 3}, {"price", 1.0}, {"parts", Array{}}});
  EXPECT_EQ(readFailure<Line>(Value(Object{{"name", "b"}, {"price", 1.0}, {"parts", Array{part}}})),
            "parts[0].name: expected a string, got 3");
  EXPECT_EQ((readFailure<std::map<std::string, std::vector<int>>>(Value(Object{{"a", Array{"x"}}}))).substr(0, 5),
            "a[0]:");
}

TEST(Codec, DropsUnknownMembersOnlyWhenJustTheShapeCounts) {
  const Value line(Object{{"name", "b"}, {"price", 1.0}, {"parts", Array{}}, {"more", 1}});
  EXPECT_EQ(readFailure<Line>(line, Strictness::shape), "fine");
  EXPECT_NE(readFailure<Line>(line, Strictness::full).find("more"), std::string::npos);
}

TEST(Codec, RefusesWhatIsNestedTooDeepInsteadOfOverflowing) {
  Line line{"x", 1, 1, {}};
  for (int i = 0; i < 400; ++i) {
    Line outer{"x", 1, 1, {}};
    outer.parts.push_back(std::move(line));
    line = std::move(outer);
  }
  EXPECT_NE(checkFailure(line).find("levels"), std::string::npos);
}

TEST(Codec, StoresUserTypesAsTheySay) {
  expectStoredAs(Date{1999}, Value("1999"));
  expectStoredAs(std::vector<Date>{{1}, {2}}, Value(Array{"1", "2"}));
  EXPECT_EQ(keyOf(Date{1999}), keyOfValue(Value("1999")));
  EXPECT_EQ(readFailure<Date>(Value("soon")), "expected a year, got \"soon\"");
  EXPECT_EQ(readFailure<Date>(Value(3)), "expected a string, got 3");
}

TEST(Codec, KnowsWhatCanBeStoredAndWhatCanBeAColumn) {
  EXPECT_TRUE((detail::isStorable<std::optional<std::vector<std::map<std::string, Line>>>>()));
  EXPECT_FALSE((detail::isStorable<std::vector<std::optional<int>>>()));
  EXPECT_FALSE((detail::isStorable<std::optional<std::optional<int>>>()));
  EXPECT_FALSE(detail::isStorable<const char*>());
  EXPECT_FALSE(detail::isStorable<char>());
  EXPECT_FALSE((detail::isStorable<std::map<int, int>>()));
  EXPECT_TRUE((detail::isColumnType<std::optional<std::variant<Null, Color>>>()));
  EXPECT_TRUE(detail::isColumnType<Date>());
  EXPECT_FALSE(detail::isColumnType<std::vector<int>>());
  EXPECT_FALSE(detail::isColumnType<Value>());
  EXPECT_FALSE(detail::isColumnType<Line>());
}

}  // namespace
}  // namespace hyperdb
