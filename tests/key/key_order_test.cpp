// Encoded keys compare as the values do: against a comparison that knows nothing of the encoding.
#include <gtest/gtest.h>

#include <hyperdb/engine/key.hpp>

#include "random_values.hpp"

namespace hyperdb::test {
namespace {

/// UTF-16, as JavaScript compares strings. REQUIRES: valid UTF-8.
std::u16string toUtf16(const std::string& text) {
  std::u16string units;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t codePoint = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      codePoint = codePoint << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    if (codePoint >= 0x10000) {
      units.push_back(static_cast<char16_t>(0xD800 + ((codePoint - 0x10000) >> 10)));
      units.push_back(static_cast<char16_t>(0xDC00 + ((codePoint - 0x10000) & 0x3FF)));
    } else {
      units.push_back(static_cast<char16_t>(codePoint));
    }
    i += length;
  }
  return units;
}

int signOf(int order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

template <class T>
int threeWay(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int rankOf(const Value& value) {
  switch (value.kind()) {
    case ValueKind::null: return 0;
    case ValueKind::bigint: return 1;
    case ValueKind::boolean:
    case ValueKind::number: return 2;
    case ValueKind::string: return 3;
    default: return 4;
  }
}

double toNumber(const Value& value) {
  if (const bool* boolean = value.get<bool>()) return *boolean ? 1 : 0;
  return value.asNumber();
}

int compareValues(const Value& a, const Value& b) {
  if (rankOf(a) != rankOf(b)) return threeWay(rankOf(a), rankOf(b));
  switch (rankOf(a)) {
    case 0: return 0;
    case 1: return threeWay(a.asBigInt(), b.asBigInt());
    case 2: return threeWay(toNumber(a), toNumber(b));
    case 3: return threeWay(toUtf16(a.asString()), toUtf16(b.asString()));
    default: {
      const std::string &left = a.asBytes().data, &right = b.asBytes().data;
      return threeWay(std::vector<unsigned char>(left.begin(), left.end()),
                      std::vector<unsigned char>(right.begin(), right.end()));
    }
  }
}

int compareRows(const std::vector<Value>& a, const std::vector<Value>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (const int order = compareValues(a[i], b[i]); order != 0) return order;
  }
  return 0;
}

KeyBytes encode(const std::vector<Value>& columns) {
  KeyBytes key;
  KeyWriter writer(key);
  for (const Value& column : columns) EXPECT_TRUE(writer.appendValue(column));
  return key;
}
KeyBytes encode(const Value& value) { return encode(std::vector<Value>{value}); }

class KeyOrder : public testing::Test {
 protected:
  const std::uint64_t seed_ = testSeed();
  RandomValues random_{seed_};
  const int rounds_ = testRounds(60'000);
  testing::ScopedTrace trace_{__FILE__, __LINE__, "HYPERDB_TEST_SEED=" + std::to_string(seed_)};
};

TEST_F(KeyOrder, OneColumnComparesAsItsValues) {
  for (int i = 0; i < rounds_; ++i) {
    const Value a = random_.value(), b = random_.value();
    ASSERT_EQ(signOf(encode(a).compare(encode(b))), compareValues(a, b)) << describe(a) << " and " << describe(b);
  }
}

TEST_F(KeyOrder, EachKindComparesWithItself) {
  for (int i = 0; i < rounds_ / 4; ++i) {
    const Value pairs[][2] = {{random_.string(), random_.string()},
                              {random_.number(), random_.number()},
                              {random_.bigInt(), random_.bigInt()},
                              {Bytes{random_.bytes()}, Bytes{random_.bytes()}}};
    for (const auto& pair : pairs) {
      ASSERT_EQ(signOf(encode(pair[0]).compare(encode(pair[1]))), compareValues(pair[0], pair[1]))
          << describe(pair[0]) << " and " << describe(pair[1]);
    }
  }
}

TEST_F(KeyOrder, SeveralColumnsCompareFromLeftToRightThenTheIds) {
  for (int i = 0; i < rounds_; ++i) {
    const std::size_t columnsCount = 1 + random_.pick(3);
    const auto a = random_.row(columnsCount), b = random_.pick(3) == 0 ? a : random_.row(columnsCount);
    const std::string idA = random_.string(), idB = random_.string();
    KeyBytes keyA = encode(a), keyB = encode(b);
    KeyWriter(keyA).appendIdTail(idA);
    KeyWriter(keyB).appendIdTail(idB);
    const int columnsOrder = compareRows(a, b);
    const int expected = columnsOrder != 0 ? columnsOrder : compareValues(Value(idA), Value(idB));
    ASSERT_EQ(signOf(keyA.compare(keyB)), expected);
  }
}

TEST_F(KeyOrder, NoColumnIsThePrefixOfAnother) {
  for (int i = 0; i < rounds_; ++i) {
    const KeyBytes a = encode(random_.value()), b = encode(random_.value());
    ASSERT_TRUE(a == b || a.compare(0, b.size(), b) != 0) << describeKey(a, 1) << " and " << describeKey(b, 1);
  }
}

TEST_F(KeyOrder, AppendingKeepsWhatIsThere) {
  for (int i = 0; i < 2000; ++i) {
    const auto columns = random_.row(3);
    const KeyBytes key = encode(columns);
    EXPECT_EQ(key, encode(columns[0]) + encode(columns[1]) + encode(columns[2]));
  }
}

TEST_F(KeyOrder, KindsStandInTheirOrder) {
  const Value ascending[] = {Null{}, BigInt(5), false, true, 2, "", "z", Bytes{""}, Bytes{"a"}};
  for (std::size_t i = 0; i + 1 < std::size(ascending); ++i) {
    EXPECT_LT(encode(ascending[i]), encode(ascending[i + 1])) << i;
  }
}

TEST_F(KeyOrder, BooleansAreTheNumbersZeroAndOneAndNegativeZeroIsZero) {
  EXPECT_EQ(encode(true), encode(1));
  EXPECT_EQ(encode(false), encode(0));
  EXPECT_EQ(encode(-0.0), encode(0.0));
}

TEST_F(KeyOrder, SupplementaryCharactersComeBeforePrivateUseAndLaterOnes) {
  const char* ascending[] = {"\x7F",         "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF",
                             "\xEE\x80\x80", "\xEF\xBF\xBF"};
  for (std::size_t i = 0; i + 1 < std::size(ascending); ++i) {
    EXPECT_LT(encode(ascending[i]), encode(ascending[i + 1])) << i;
  }
}

TEST_F(KeyOrder, BigIntsOfAllSizesStandInTheirOrder) {
  std::vector<BigInt> ascending;
  for (const std::size_t length : {300U, 128U, 127U, 126U, 125U, 9U, 8U, 1U}) {
    ascending.push_back(BigInt::fromMagnitude(true, std::string(length, '\xFF')));
    ascending.push_back(BigInt::fromMagnitude(true, "\x01" + std::string(length - 1, '\0')));
  }
  ascending.push_back(BigInt(0));
  for (std::size_t i = ascending.size() - 1; i > 0; --i) ascending.push_back(BigInt(0) - ascending[i - 1]);
  for (std::size_t i = 0; i + 1 < ascending.size(); ++i) {
    EXPECT_LT(encode(ascending[i]), encode(ascending[i + 1])) << i;
  }
}

TEST_F(KeyOrder, ValuesThatNoKeyHoldsAppendNothing) {
  const Value refused[] = {Undefined{}, std::numeric_limits<double>::quiet_NaN(), Array{}, Object{}};
  for (const Value& value : refused) {
    KeyBytes key = "before";
    EXPECT_FALSE(KeyWriter(key).appendValue(value));
    EXPECT_EQ(key, "before");
  }
}

TEST_F(KeyOrder, TheFormatIsWhatStoresHaveOnDisk) {
  EXPECT_EQ(encode(Null{}), "\x02");
  EXPECT_EQ(encode(BigInt(0)), "\x04\x80");
  EXPECT_EQ(encode(BigInt(258)), "\x04\x82\x01\x02");
  EXPECT_EQ(encode(BigInt(-258)), "\x04\x7E\xFE\xFD");
  EXPECT_EQ(encode(std::numeric_limits<std::int64_t>::min()), std::string("\x04\x78\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
  EXPECT_EQ(encode(1.0), std::string("\x06\xBF\xF0\0\0\0\0\0\0", 9));
  EXPECT_EQ(encode(-1.0), std::string("\x06\x40\x0F\xFF\xFF\xFF\xFF\xFF\xFF"));
  EXPECT_EQ(encode(std::string("a\0b\x01", 4)), std::string("\x08"
                                                            "a\x01\x01"
                                                            "b\x01\x02\0",
                                                            8));
  EXPECT_EQ(encode("\xF0\x90\x80\x80\xEE\x80\x80"), std::string("\x08\xEE\x90\x80\x80\xF3\x80\x80\0", 9));
  EXPECT_EQ(encode(Bytes{"\xF0"}), std::string("\x0A\xF0\0", 3));
  const KeyBytes longBigInt = encode(BigInt::fromMagnitude(false, std::string(126, '\x01')));
  EXPECT_EQ(longBigInt, std::string("\x04\xFE\0\0\0\0\0\0\0\x7E", 10) + std::string(126, '\x01'));
}

}  // namespace
}  // namespace hyperdb::test
