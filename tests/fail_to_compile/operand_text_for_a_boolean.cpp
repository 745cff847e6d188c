// Text is no boolean, although a pointer converts to one.
// expect: hyperdb: a column of booleans is compared with true or false only
#include "_task.hpp"

using namespace hyperdb;

struct Switch {
  std::string id;
  bool isOn = false;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto condition = eq<&Switch::isOn>(false);
#else
const auto condition = eq<&Switch::isOn>("false");  // offending line
#endif
