// A row of more members than reflection can see.
// expect: hyperdb: a row has up to 32 members, or is described
#include "_task.hpp"

using namespace hyperdb;

struct Wide {
  std::string id;
  int m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0, m6 = 0, m7 = 0, m8 = 0, m9 = 0, m10 = 0, m11 = 0, m12 = 0,
      m13 = 0, m14 = 0, m15 = 0, m16 = 0, m17 = 0, m18 = 0, m19 = 0, m20 = 0, m21 = 0, m22 = 0, m23 = 0, m24 = 0,
      m25 = 0, m26 = 0, m27 = 0, m28 = 0, m29 = 0, m30 = 0, m31 = 0;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Wide>("wide");  // offending line
#endif
