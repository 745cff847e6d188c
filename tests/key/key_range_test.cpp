// Ranges of keys: successors, prefixes, intersections, and how they are shown.
#include <gtest/gtest.h>

#include <hyperdb/engine/key.hpp>

#include "random_values.hpp"

namespace hyperdb::test {
namespace {

KeyBytes encode(std::initializer_list<Value> columns) {
  KeyBytes key;
  for (const Value& column : columns) EXPECT_TRUE(KeyWriter(key).appendValue(column));
  return key;
}

class KeyRanges : public testing::Test {
 protected:
  const std::uint64_t seed_ = testSeed();
  RandomValues random_{seed_};
  const int rounds_ = testRounds(30'000);
  testing::ScopedTrace trace_{__FILE__, __LINE__, "HYPERDB_TEST_SEED=" + std::to_string(seed_)};

  std::string randomBytes() {
    std::string bytes;
    for (std::size_t length = random_.pick(5); length > 0; --length) {
      bytes.push_back("\x00\x01\xFE\xFF"[random_.pick(4)]);
    }
    return bytes;
  }
  KeyRange randomRange() {
    if (random_.pick(4) == 0) return {randomBytes(), {}, true};
    return KeyRange::between(randomBytes(), randomBytes());
  }
};

bool startsWith(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

TEST_F(KeyRanges, TheSuccessorPartsWhatStartsWithAPrefixFromWhatComesBehind) {
  for (int i = 0; i < rounds_; ++i) {
    const std::string prefix = randomBytes(), key = randomBytes();
    const auto successor = prefixSuccessor(prefix);
    const bool before = !successor || key < *successor;
    ASSERT_EQ(key >= prefix && before, startsWith(key, prefix));
    if (successor) {
      ASSERT_GT(*successor, prefix);
      ASSERT_FALSE(startsWith(*successor, prefix));
    }
  }
}

TEST_F(KeyRanges, NothingComesBehindEverythingThatStartsWithFF) {
  EXPECT_EQ(prefixSuccessor(""), std::nullopt);
  EXPECT_EQ(prefixSuccessor("\xFF\xFF"), std::nullopt);
  EXPECT_EQ(prefixSuccessor("a\xFF"), "b");
  EXPECT_EQ(prefixSuccessor("ab"), "ac");
}

TEST_F(KeyRanges, APrefixRangeContainsWhatStartsWithIt) {
  for (int i = 0; i < rounds_; ++i) {
    const std::string prefix = randomBytes(), key = randomBytes();
    const KeyRange range = KeyRange::prefix(prefix);
    ASSERT_EQ(range.contains(key), startsWith(key, prefix));
    ASSERT_FALSE(range.empty());
  }
  EXPECT_EQ(KeyRange::prefix(""), KeyRange::all());
}

TEST_F(KeyRanges, AnIntersectionContainsWhatBothContain) {
  for (int i = 0; i < rounds_; ++i) {
    const KeyRange a = randomRange(), b = randomRange();
    const KeyRange both = a.intersect(b);
    const std::string key = randomBytes();
    ASSERT_EQ(both.contains(key), a.contains(key) && b.contains(key));
    ASSERT_EQ(both, b.intersect(a));
    ASSERT_EQ(a.intersect(a), a);
    ASSERT_EQ(a.intersect(KeyRange::all()), a);
    if (both.unbounded) {
      ASSERT_TRUE(both.upper.empty());
    }
  }
}

TEST_F(KeyRanges, AnEmptyRangeContainsNothing) {
  int emptyCount = 0;
  for (int i = 0; i < rounds_; ++i) {
    const KeyRange range = randomRange();
    if (!range.empty()) {
      ASSERT_TRUE(range.contains(range.lower));
      continue;
    }
    ++emptyCount;
    ASSERT_FALSE(range.contains(randomBytes()));
    ASSERT_FALSE(range.contains(range.lower));
  }
  EXPECT_GT(emptyCount, 0);
}

TEST_F(KeyRanges, KeysAreShownAsTheirValues) {
  KeyBytes key = encode({"p1", 2.5});
  EXPECT_EQ(describeKey(key, 2), "(\"p1\", 2.5)");
  KeyWriter(key).appendIdTail("t1");
  EXPECT_EQ(describeKey(key, 2), "(\"p1\", 2.5, id \"t1\")");
  EXPECT_EQ(describeKey("t1", 0), "(id \"t1\")");
  EXPECT_EQ(describeKey("", 0), "()");
}

TEST_F(KeyRanges, UndecodableKeysAreShownInHexadecimal) {
  EXPECT_EQ(describeKey(std::string("\x08"
                                    "ab\xFF",
                                    4),
                        1),
            "0x086162ff");
  EXPECT_EQ(describeKey(encode({"\xFF"}), 1), "(0xff)");
}

TEST_F(KeyRanges, RangesAreShownWithTheirKindOfEnds) {
  const KeyBytes p1 = encode({"p1"}), p2 = encode({"p2"});
  EXPECT_EQ(describeRange(KeyRange::all(), 1), "(-inf .. +inf)");
  EXPECT_EQ(describeRange(KeyRange::between(p1, p2), 1), "[(\"p1\") .. (\"p2\"))");
  EXPECT_EQ(describeRange(KeyRange::prefix(p1), 1), "[(\"p1\") .. (\"p1\")]");
  EXPECT_EQ(describeRange(KeyRange::between(*prefixSuccessor(p1), *prefixSuccessor(p2)), 1), "((\"p1\") .. (\"p2\")]");
  EXPECT_EQ(describeRange({p1, {}, true}, 1), "[(\"p1\") .. +inf)");
  EXPECT_EQ(describeRange(KeyRange::between("\x0C", "\x0D\xFF"), 1), "[0x0c .. 0x0dff)");
}

TEST_F(KeyRanges, DescribingNeverFailsWhateverTheBytes) {
  for (int i = 0; i < rounds_ / 6; ++i) {
    const KeyRange range = randomRange();
    ASSERT_FALSE(describeRange(range, random_.pick(4)).empty());
    ASSERT_FALSE(describeKey(range.lower, random_.pick(4)).empty());
  }
}

TEST(DescribeRange, ShowsTheLastKeyOfAFilledLimitAsIncluded) {
  KeyBytes last;
  KeyWriter writer(last);
  writer.appendString("nano");
  writer.appendIdTail("nano:amd64");
  EXPECT_EQ(describeRange(KeyRange::between({}, last + '\0'), 1), "(-inf .. (\"nano\", id \"nano:amd64\")]");
  KeyBytes id;
  KeyWriter(id).appendString("t1");
  EXPECT_EQ(describeRange(KeyRange::between(id, id + '\0'), 1), "[(\"t1\") .. (\"t1\")]");
  EXPECT_EQ(describeRange(KeyRange::between({}, id), 1), "(-inf .. (\"t1\"))");
}

}  // namespace
}  // namespace hyperdb::test
