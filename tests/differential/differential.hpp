// The comparison: a program on the memory driver, which is the reference, and on another one; every step must show the
// same on both. HYPERDB_TEST_SHOW_STEPS=1 prints each step and what was seen of it.
#pragma once

#include <gtest/gtest.h>

#include "differential/session.hpp"

namespace hyperdb::test {

class Differential : public ::testing::TestWithParam<DriverEntry> {
 protected:
  /// Runs the program of each seed.
  void compare(int programsCount);

 private:
  /// Says what is different, or "".
  std::string compareProgram(std::uint64_t seed);
};

inline std::string entryName(const ::testing::TestParamInfo<DriverEntry>& info) { return info.param.name; }

}  // namespace hyperdb::test
