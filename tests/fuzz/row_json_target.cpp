// Rows from JSON text: any bytes give the same row, failure or error directly as through an object.
#include <string>

#include "fuzz_target.hpp"
#include "support/row_json.hpp"

using namespace hyperdb;

namespace {

/// Little is needed to make one, so many inputs are rows.
struct Sparse {
  std::string id;
  std::optional<double> number;
  std::optional<std::int64_t> wide;
  std::optional<Bytes> bytes;
  std::optional<test::Kind> kind;
  std::optional<test::Part> part;
  std::optional<std::vector<std::string>> tags;
  std::optional<Value> any;
};

void compare(const RowType& type, std::string_view text) {
  for (const Strictness strictness : {Strictness::full, Strictness::shape}) {
    const std::string outcome = test::directOutcome(type, text, strictness);
    fuzz::require(outcome == test::objectOutcome(type, text, strictness), "both ways say the same");
  }
  ValidationFailure failure;
  RowRef row;
  try {
    row = type.fromJson(text, Strictness::shape, failure);
  } catch (const Error&) {
    return;
  }
  if (!row) return;
  std::string written;
  type.appendJson(*row, written);
  const Object unknown = row->unknownMembers() != nullptr ? *row->unknownMembers() : Object();
  Object object = type.toObject(*row);
  for (const Object::Member& member : unknown) object.set(member.name, member.value);
  fuzz::require(parseJson(written) == Value(object), "what is written is the row's object, with what it does not name");
  const Strictness strictness = unknown.empty() ? Strictness::full : Strictness::shape;
  const RowRef again = type.fromJson(written, strictness, failure);
  fuzz::require(again && type.equal(*row, *again), "what is written reads back as the same row");
  fuzz::require(unknown.empty() || *again->unknownMembers() == unknown, "nothing that it does not name is lost");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  compare(*structRowType<Sparse>(), text);
  compare(*structRowType<test::Everything>(), text);
  return 0;
}
