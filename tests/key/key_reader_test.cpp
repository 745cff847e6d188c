// What KeyWriter wrote can be read back; anything else is refused.
#include <gtest/gtest.h>

#include <hyperdb/engine/key.hpp>
#include <hyperdb/error.hpp>

#include "random_values.hpp"

namespace hyperdb::test {
namespace {

/// What comes back: booleans as numbers, -0 as 0.
Value readBack(const Value& value) {
  if (const bool* boolean = value.get<bool>()) return *boolean ? 1.0 : 0.0;
  if (const double* number = value.get<double>(); number && *number == 0) return 0.0;
  return value;
}

class KeyReading : public testing::Test {
 protected:
  const std::uint64_t seed_ = testSeed();
  RandomValues random_{seed_};
  const int rounds_ = testRounds(20'000);
  testing::ScopedTrace trace_{__FILE__, __LINE__, "HYPERDB_TEST_SEED=" + std::to_string(seed_)};

  KeyBytes randomKey(std::vector<Value>& columns, std::string& id) {
    columns = random_.row(random_.pick(4));
    id = random_.string();
    KeyBytes key;
    KeyWriter writer(key);
    for (const Value& column : columns) EXPECT_TRUE(writer.appendValue(column));
    writer.appendIdTail(id);
    return key;
  }
};

TEST_F(KeyReading, GivesBackTheColumnsAndTheId) {
  for (int i = 0; i < rounds_; ++i) {
    std::vector<Value> columns;
    std::string id;
    const KeyBytes key = randomKey(columns, id);
    KeyReader reader(key);
    for (const Value& column : columns) ASSERT_EQ(reader.readValue(), readBack(column)) << describe(column);
    ASSERT_EQ(reader.readIdTail(), id);
    ASSERT_TRUE(reader.atEnd());
  }
}

TEST_F(KeyReading, ReadsNothingFromGarbageThatAWriterWouldWriteOtherwise) {
  int readableCount = 0;
  for (int i = 0; i < rounds_ * 2; ++i) {
    // Garbage of three kinds: random bytes behind a tag, a damaged key, a key that was cut off.
    std::vector<Value> columns;
    std::string id;
    std::string bytes = randomKey(columns, id);
    switch (random_.pick(3)) {
      case 0:
        bytes.assign(random_.pick(24), '\0');
        for (char& c : bytes) c = static_cast<char>(random_.pick(2) == 0 ? random_.pick(256) : random_.pick(4) + 0x7D);
        if (!bytes.empty()) bytes[0] = "\x02\x04\x06\x08\x0A\x04"[random_.pick(6)];
        break;
      case 1:
        if (!bytes.empty()) bytes[random_.pick(bytes.size())] ^= static_cast<char>(1U << random_.pick(8));
        break;
      default: bytes.resize(random_.pick(bytes.size() + 1));
    }
    KeyReader reader(bytes);
    KeyBytes again;
    try {
      while (!reader.atEnd()) ASSERT_TRUE(KeyWriter(again).appendValue(reader.readValue()));
      ++readableCount;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::corruptKey);
    }
    ASSERT_EQ(again, bytes.substr(0, again.size())) << "what was read is not what was there";
  }
  EXPECT_GT(readableCount, 0);
}

TEST_F(KeyReading, RefusesBytesThatNoWriterWrote) {
  using std::string_literals::operator""s;
  const std::string corrupt[] = {""s,
                                 "\x00"s,
                                 "\x01"s,
                                 "\x03"s,
                                 "\x0B"s,
                                 "\xFF"s,
                                 "\x04"s,
                                 "\x04\x81"s,
                                 "\x04\x81\x00"s,
                                 "\x04\x7F\xFF"s,
                                 "\x04\x01"s,
                                 "\x04\xFF"s,
                                 "\x04\xFE\0\0\0\0\0\0\0\x02\x01\x01"s,            // the long form of a short number
                                 "\x04\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"s,  // a length beyond everything
                                 "\x06\0\0\0\0\0\0\0"s,
                                 "\x06\xFF\xF8\0\0\0\0\0\0"s,              // too short; NaN
                                 "\x06\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,  // -0
                                 "\x08"s,
                                 "\x08"
                                 "a"s,
                                 "\x08\x01\x00"s,
                                 "\x08\x01\x03\x00"s,
                                 "\x08\x01"s,
                                 "\x0A"
                                 "ab"s};
  for (const std::string& bytes : corrupt) {
    KeyReader reader(bytes);
    try {
      ADD_FAILURE() << describe(reader.readValue());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corruptKey);
    }
  }
}

TEST_F(KeyReading, AFailedReadLeavesTheReaderWhereItWas) {
  KeyReader reader(
      "\x08"
      "ab");
  EXPECT_THROW(reader.readValue(), Error);
  EXPECT_EQ(reader.readIdTail(),
            "\x08"
            "ab");
}

}  // namespace
}  // namespace hyperdb::test
