// check(condition): the guide's programs end with an error at the first claim that does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>

inline void check(bool holds, int line = __builtin_LINE()) {
  if (holds) return;
  std::printf("line %d: does not hold\n", line);
  std::exit(1);
}
