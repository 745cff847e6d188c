// hyperdb-conformance: any text is a file of scenarios that run to their end, or is refused with a message, over the
// memory driver and over the one that answers late.
#include <exception>
#include <string>

#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

#include "conformance/runner/scenario.hpp"
#include "conformance/runner/values.hpp"
#include "fuzz_target.hpp"

using namespace hyperdb;
using namespace hyperdb::conformance;

namespace {

/// What is not the database's own error must be one that the runner means to report.
void checkErrors(const Value& result) {
  if (const Array* items = result.get<Array>()) {
    for (const Value& item : *items) checkErrors(item);
    return;
  }
  const Object* object = result.get<Object>();
  if (object == nullptr) return;
  const Value* category = object->find("error");
  const Value* message = object->find("message");
  if (category != nullptr && message != nullptr && *category == Value("internal")) {
    const std::string* text = message->get<std::string>();
    fuzz::require(text != nullptr && text->rfind("nothing is watched", 0) == 0, "errors have codes");
  }
  for (const Object::Member& member : *object) checkErrors(member.value);
}

std::string run(const Value& scenario, DriverChoice driver) {
  SessionOptions options;
  options.driver = driver;
  try {
    const Object result = Scenario(asDescription(scenario), options).run();
    checkErrors(result);
    return toJson(result);
  } catch (const BadScenario& error) {
    return error.what();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Value content;
  try {
    content = parseJson(std::string_view(reinterpret_cast<const char*>(data), size));
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::invalidJson, "what is not JSON is invalidJson");
    return 0;
  }
  const Array* scenarios = content.get<Array>();
  if (scenarios == nullptr) return 0;
  for (const Value& scenario : *scenarios) {
    for (const DriverChoice driver : {DriverChoice::memory, DriverChoice::late}) {
      fuzz::require(isValidUtf8(run(scenario, driver)), "results are UTF-8");
    }
  }
  return 0;
}
