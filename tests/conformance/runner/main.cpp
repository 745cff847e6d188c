// hyperdb-conformance: runs recorded scenarios and prints what happened. See `hyperdb-conformance --help`.
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

#include "options.hpp"
#include "scenario.hpp"
#include "values.hpp"

namespace {

using namespace hyperdb;
using namespace hyperdb::conformance;

Value readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw BadScenario("can't be opened");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad() || (text.empty() && file.fail() && !file.eof())) throw BadScenario("can't be read");
  return parseJson(text);
}

std::string placeOf(const Value& scenario, std::size_t number) {
  const Object* description = scenario.get<Object>();
  const Value* name = description != nullptr ? description->find("name") : nullptr;
  return "scenario " + std::to_string(number) + (name != nullptr ? " (" + describe(*name) + ")" : "");
}

void runScenarios(const Value& content, const SessionOptions& options) {
  std::size_t number = 0;
  for (const Value& each : asList(content)) {
    ++number;
    std::string line;
    try {
      line = toJson(Scenario(asDescription(each), options).run());
    } catch (const BadScenario& error) {
      throw BadScenario(placeOf(each, number) + ": " + error.what());
    }
    line += '\n';
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size())
      throw BadScenario("the results can't be written");
  }
}

int fail(const std::string& message) {
  std::fprintf(stderr, "hyperdb-conformance: %s\n", message.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  try {
    options = parseOptions(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const BadUsage& error) {
    return fail(std::string(error.what()) + "\nTry hyperdb-conformance --help.");
  }
  if (options.isHelpWanted) {
    std::fwrite(helpText.data(), 1, helpText.size(), stdout);
    return 0;
  }
  try {
    runScenarios(readFile(options.file), options.session);
    return 0;
  } catch (const std::exception& error) {
    return fail(options.file + ": " + error.what());
  }
}
