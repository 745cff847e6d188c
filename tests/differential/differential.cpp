#include "differential/differential.hpp"

#include <cstdlib>
#include <iostream>

#include "support/task_db.hpp"

namespace hyperdb::test {

namespace {

DriverEntry reference() { return {"memory", Answering::atOnce, memory()}; }

std::string failureText(std::uint64_t seed, const std::string& name, const std::vector<Step>& steps, std::size_t at,
                        const std::string& expected, const std::string& seen) {
  std::string text = "HYPERDB_TEST_SEED=" + std::to_string(seed) + ", driver " + name + ", step " + std::to_string(at) +
                     " of " + std::to_string(steps.size()) + ": " + textOf(steps[at]);
  return text + "\nmemory shows\n" + expected + name + " shows\n" + seen;
}

}  // namespace

std::string Differential::compareProgram(std::uint64_t seed) {
  const std::vector<Step> steps = randomProgram(seed);
  const DriverEntry expectedEntry = reference();
  Session expected(expectedEntry, seed);
  Session tried(GetParam(), seed);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string expectedText = expected.run(steps[i]);
    const std::string text = tried.run(steps[i]);
    if (std::getenv("HYPERDB_TEST_SHOW_STEPS") != nullptr) {
      std::cout << "step " << i << ": " << textOf(steps[i]) << "\n" << text;
    }
    if (text != expectedText) return failureText(seed, GetParam().name, steps, i, expectedText, text);
  }
  return "";
}

void Differential::compare(int programsCount) {
  const AliveInProcess before;
  for (int i = 0; i < programsCount; ++i) {
    const std::uint64_t seed = testSeed() + static_cast<std::uint64_t>(i);
    SCOPED_TRACE("HYPERDB_TEST_SEED=" + std::to_string(seed));
    const std::string difference = compareProgram(seed);
    if (!difference.empty()) FAIL() << difference;
    ASSERT_EQ(AliveInProcess(), before) << "something is left behind";
  }
}

TEST_P(Differential, ARandomProgramShowsWhatItShowsInMemory) { compare(testRounds(12)); }

}  // namespace hyperdb::test
