// Random tests: where the seed comes from, and how many rounds to run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace hyperdb::test {

/// HYPERDB_TEST_SEED if it is set, else always the same.
inline std::uint64_t testSeed() {
  const char* text = std::getenv("HYPERDB_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20240229;
}

/// `rounds` times HYPERDB_TEST_ROUNDS_MULTIPLIER.
inline int testRounds(int rounds) {
  const char* text = std::getenv("HYPERDB_TEST_ROUNDS_MULTIPLIER");
  int factor = text != nullptr ? std::atoi(text) : 1;
  return rounds * (factor > 0 ? factor : 1);
}

/// A source of random numbers that gives the same ones with every standard library.
class TestRandom {
 public:
  explicit TestRandom(std::uint64_t seed = testSeed()) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  /// From 0 to `end` - 1. REQUIRES: end > 0.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(bits() % end); }
  bool chance(std::size_t oneIn) { return below(oneIn) == 0; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace hyperdb::test
