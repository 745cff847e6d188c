// The JSON reader: any bytes are either refused with Error(invalidJson), or a value that survives being written.
#include <string>

#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

#include "fuzz_target.hpp"

using namespace hyperdb;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Value value;
  try {
    value = parseJson(text);
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::invalidJson, "what is not JSON is invalidJson");
    fuzz::require(isValidUtf8(error.what()), "messages are UTF-8");
    return 0;
  }
  fuzz::require(isValidUtf8(text), "what is not UTF-8 is refused");
  const std::string written = toJson(value);
  fuzz::require(isValidUtf8(written), "what is written is UTF-8");
  const Value again = parseJson(written);
  fuzz::require(again == value, "what is written reads back as the same value");
  fuzz::require(toJson(again) == written, "equal values are written alike");
  fuzz::require(isValidUtf8(describe(value)), "descriptions are UTF-8");
  return 0;
}
