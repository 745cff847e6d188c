// Ids that a client has made so that std::hash gives one number for all of them.
#include <hyperdb/writes.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <ctime>
#include <functional>
#include <random>
#include <set>

#include "base/text_hash.hpp"
#include "support/test_random.hpp"

namespace collidingids {
struct Item {
  std::string id;
};
}  // namespace collidingids

namespace hyperdb {
namespace {

using collidingids::Item;

const auto items = defineTable<Item>("items");

// The steps of MurmurHash64A, which libstdc++ has, for a text of two words of eight bytes.
constexpr std::uint64_t factor = (std::uint64_t{0xC6A4A793U} << 32U) + 0x5BD1E995U;
constexpr std::uint64_t seed = 0xC70F6907U;

std::uint64_t inverseOf(std::uint64_t odd) {
  std::uint64_t inverse = odd;
  for (int i = 0; i < 6; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}
std::uint64_t mixed(std::uint64_t word) {
  word *= factor;
  return (word ^ word >> 47U) * factor;
}
std::uint64_t unmixed(std::uint64_t word) {
  word *= inverseOf(factor);
  return (word ^ word >> 47U) * inverseOf(factor);
}

/// ASCII texts of 16 bytes that std::hash can't tell apart.
std::vector<std::string> collidingTexts(std::size_t count) {
  std::mt19937_64 random(test::testSeed());
  std::set<std::string> texts;
  const std::uint64_t target = 12345;  // the state behind both words, but for the last multiplication
  while (texts.size() < count) {
    const std::uint64_t first = random() & 0x7F7F7F7F7F7F7F7FU;
    const std::uint64_t state = ((seed ^ 16 * factor) ^ mixed(first)) * factor;
    const std::uint64_t second = unmixed(state ^ target);
    if ((second & 0x8080808080808080U) != 0) continue;
    std::string text(16, '\0');
    std::memcpy(text.data(), &first, 8);
    std::memcpy(text.data() + 8, &second, 8);
    texts.insert(std::move(text));
  }
  return {texts.begin(), texts.end()};
}

double secondsToPrepare(const std::vector<std::string>& ids) {
  std::vector<Item> rows;
  for (const std::string& id : ids) rows.push_back({id});
  WriteCommand command = upsert(items, std::move(rows));
  const std::clock_t start = std::clock();
  prepareRows(command, Strictness::shape);
  EXPECT_EQ(command.rows.size(), ids.size());
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

TEST(CollidingIds, AreToldApartByAHashThatNoClientKnows) {
  const std::vector<std::string> ids = collidingTexts(200);
  std::set<std::uint64_t> hashes;
  for (const std::string& id : ids) hashes.insert(detail::hashText(id));
  EXPECT_EQ(hashes.size(), ids.size());
}

TEST(CollidingIds, CostAnUpsertNoMoreThanOtherIds) {
  const std::vector<std::string> ids = collidingTexts(24'000);
  if (std::hash<std::string>()(ids.front()) != std::hash<std::string>()(ids.back())) {
    GTEST_SKIP() << "this standard library has another hash";
  }
  std::vector<std::string> others;
  for (std::size_t i = 0; i < ids.size(); ++i) others.push_back("item number " + std::to_string(10'000 + i));
  const double usual = secondsToPrepare(others) + 0.01;
  EXPECT_LT(secondsToPrepare(ids), usual * 20);
}

}  // namespace
}  // namespace hyperdb
