// Values between a page and a module: what is written is read, and no bytes of a page do harm.
#include <gtest/gtest.h>

#include <hyperdb/error.hpp>

#include "../../src/web/value_bytes.hpp"
#include "support/random_value.hpp"
#include "support/test_random.hpp"
#include "support/thrown.hpp"
#include "web/fake_page.hpp"

namespace hyperdb::test {
namespace {

using detail::ByteReader;
using detail::ByteWriter;
using detail::readValue;
using detail::ValueWriter;

TEST(ValueBytes, WhatAModuleWritesAPageReads) {
  TestRandom random(testSeed());
  ByteWriter out;
  ValueWriter writer(out);
  PageReader page;  // one for all: it remembers shapes
  for (int i = 0; i < testRounds(2000); ++i) {
    const Value value = randomValue(random, 3);
    out.clear();
    writer.write(value);
    ByteReader in(out.data());
    EXPECT_EQ(page.read(in), value);
    EXPECT_TRUE(in.isAtEnd());
  }
}

TEST(ValueBytes, WhatAPageWritesAModuleReads) {
  TestRandom random(testSeed());
  for (int i = 0; i < testRounds(2000); ++i) {
    const Value value = randomValue(random, 3);
    ByteWriter out;
    writeAsPage(value, out);
    ByteReader in(out.data());
    EXPECT_EQ(readValue(in), value);
    EXPECT_TRUE(in.isAtEnd());
  }
}

TEST(ValueBytes, NumbersAreExact) {
  ByteWriter out;
  ValueWriter writer(out);
  PageReader page;
  for (const double number :
       {0.0, -0.0, 1.0, -1.0, 2147483647.0, 2147483648.0, -2147483647.0, -2147483648.0, 0.1, 1e300}) {
    out.clear();
    writer.write(number);
    ByteReader in(out.data());
    EXPECT_EQ(page.read(in), Value(number));  // Value tells -0 from 0
  }
}

TEST(ValueBytes, ObjectsOfOneShapeNameTheirMembersOnce) {
  ByteWriter out;
  ValueWriter writer(out);
  writer.write(Object{{"aMember", 1}, {"bMember", 2}});
  const std::size_t first = out.data().size();
  out.clear();
  writer.write(Object{{"aMember", 3}, {"bMember", 4}});
  EXPECT_LT(out.data().size(), first - std::string("aMemberbMember").size());
  EXPECT_EQ(out.data().find("aMember"), std::string::npos);
}

TEST(ValueBytes, EverNewShapesAreNotRememberedForEver) {
  ByteWriter out;
  ValueWriter writer(out);
  PageReader page;
  for (int i = 0; i < 10'000; ++i) {
    const Value value = Object{{"key" + std::to_string(i), i}};
    out.clear();
    writer.write(value);
    ByteReader in(out.data());
    ASSERT_EQ(page.read(in), value) << i;
  }
  out.clear();
  writer.write(Object{{"another", 1}});
  EXPECT_NE(out.data().find("another"), std::string::npos);
  const std::string first = out.data();
  out.clear();
  writer.write(Object{{"another", 1}});
  EXPECT_EQ(out.data(), first);  // with its names again
}

TEST(ValueBytes, AnyBytesAreAValueOrAnError) {
  TestRandom random(testSeed());
  for (int i = 0; i < testRounds(20'000); ++i) {
    std::string bytes;
    if (random.chance(2)) {
      ByteWriter out;
      writeAsPage(randomValue(random, 3), out);
      bytes = out.data();
      for (std::size_t cuts = random.below(3); cuts > 0 && !bytes.empty(); --cuts) {
        bytes[random.below(bytes.size())] = static_cast<char>(random.bits());
      }
      if (random.chance(2)) bytes.resize(random.below(bytes.size() + 1));
    } else {
      for (std::size_t size = random.below(20); size > 0; --size) bytes += static_cast<char>(random.below(20));
    }
    ByteReader in(bytes);
    try {
      readValue(in);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalidArgument);
    }
  }
}

TEST(ValueBytes, AValueThatIsNestedTooDeepIsRefused) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += {static_cast<char>(detail::WebTag::array), 1};
  bytes += static_cast<char>(detail::WebTag::null);
  ByteReader in(bytes);
  EXPECT_EQ(codeOf([&] { readValue(in); }), ErrorCode::invalidArgument);
}

}  // namespace
}  // namespace hyperdb::test
