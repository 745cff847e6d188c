// Has a bug on purpose: a fuzzer that does not find it would find nothing else either.
#include "fuzz_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.substr(0, 1) == "b" && text.substr(1, 1) == "u" && text.substr(2, 1) == "g") {
    hyperdb::fuzz::require(false, "nobody says bug");
  }
  return 0;
}
