// The code of docs/values.md.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

void kinds() {
  // [kinds]
  check(Value("text").kind() == ValueKind::string);
  check(Value(1.5).kind() == ValueKind::number);
  check(Value(1).kind() == ValueKind::number);                // up to 32 bits: a number
  check(Value(std::int64_t{1}).kind() == ValueKind::bigint);  // 64 bits: a bigint
  check(Value(true).kind() == ValueKind::boolean);
  check(Value(nullptr).kind() == ValueKind::null);
  check(Value(Bytes{"\x01\x02"}).kind() == ValueKind::bytes);
  check(Value(Array{1, "two", nullptr}).kind() == ValueKind::array);
  check(Value(Object{{"a", 1}}).kind() == ValueKind::object);
  check(Value().isUndefined());  // "no value"; never stored

  check(Value(true) != Value(1));  // values of two kinds are never equal
  check(Value(1) != Value(BigInt(1)));
  // [/kinds]
}

void access() {
  // [access]
  Object task{{"title", "Ship"}, {"rank", 2}};
  task.set("done", false);
  check(task.at("title").asString() ==
        "Ship");                        // throws Error(invalidArgument) if it is something else
  check(task.find("note") == nullptr);  // no such member
  if (const double* rank = task.at("rank").get<double>()) check(*rank == 2);
  check(task.begin()->name == "done");  // members are kept sorted by name
  // [/access]
}

void bigIntegers() {
  // [bigint]
  const BigInt large = BigInt::parse("123456789012345678901234567890").value();
  check((large + 1 - large).toInt64() == 1);
  check(!large.toInt64().has_value());
  check((large * large).toString() ==
        "15241578753238836750495351562536198787501905199875019052100");
  // [/bigint]
}

void json() {
  // [json]
  const Value value = parseJson(R"({"title": "Ship", "size": {"$bigint": "9007199254740993"}})");
  check(value.asObject().at("size").asBigInt() == BigInt(std::int64_t{9007199254740993}));
  check(toJson(value) == R"({"size":{"$bigint":"9007199254740993"},"title":"Ship"})");
  check(toJson(Value(Bytes{std::string("\x00\xff", 2)})) == R"({"$bytes":"00ff"})");

  try {
    parseJson("{\"title\": }");
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::invalidJson);
    std::printf("%s\n", error.what());
  }
  // [/json]
}

void validators() {
  // [validators]
  const Validator item = v::object({{"name", v::string()},
                                    {"price", v::number()},
                                    {"state", v::union_(v::literal("open"), v::literal("paid"))},
                                    {"note", v::optional(v::string())}});
  const Validator order = v::object({{"id", v::string()},
                                     {"items", v::array(item)},
                                     {"labels", v::record(v::string(), v::any())}});

  const Value good = parseJson(R"({"id": "o1", "items": [], "labels": {"vip": true}})");
  check(order.accepts(good));

  const Value bad = parseJson(
      R"({"id": "o1", "items": [{"name": "pen", "price": "3", "state": "open"}],
                                  "labels": {}})");
  const std::optional<ValidationFailure> failure = order.check(bad);
  check(failure.has_value());
  check(failure->path == "items[0].price");
  check(failure->message() == "items[0].price: expected a number, got \"3\"");
  // [/validators]
}

void derived() {
  // [derived]
  const Validator task =
      v::object({{"id", v::string()}, {"title", v::string()}, {"rank", v::number()}});
  const Validator patch = v::required(v::partial(task), {"id"});  // only `id` must be there
  check(patch.accepts(Object{{"id", "t1"}, {"rank", 3}}));
  check(!patch.accepts(Object{{"rank", 3}}));
  // [/derived]
}

// [struct]
struct Pen {
  std::string id;
  std::string name;
  double price = 0;
};
// [/struct]

void structs() {
  // [fromValue]
  const Pen pen = fromValue<Pen>(parseJson(R"({"id": "p1", "name": "blue", "price": 3})"));
  check(toValue(pen) == Value(Object{{"id", "p1"}, {"name", "blue"}, {"price", 3}}));

  ValidationFailure failure;
  check(!fromValue<Pen>(parseJson(R"({"id": "p1", "name": 7, "price": 3})"), failure));
  check(failure.message() == "name: expected a string, got 7");
  // [/fromValue]

  // [pick]
  const Validator patch = v::partial(v::pick(validatorOf<Pen>(), {"name", "price"}));
  check(patch.accepts(parseJson(R"({"price": 4})")));
  check(!patch.accepts(parseJson(R"({"id": "p2"})")));  // a client must not change this
  const Validator content = v::omit(validatorOf<Pen>(), {"id"});
  check(content.accepts(parseJson(R"({"name": "red", "price": 4})")));
  // [/pick]
}

// [lazy]
Validator tree() {
  return v::object({{"label", v::string()}, {"children", v::array(v::lazy(tree))}});
}
// [/lazy]

void normalising() {
  // [normalize]
  const Validator task = v::object({{"id", v::string()}, {"note", v::optional(v::string())}});

  Value row = Object{{"id", "t1"}, {"note", Undefined{}}};
  check(!task.normalize(row));                // nothing is returned: it fits
  check(row == Value(Object{{"id", "t1"}}));  // present but undefined became absent

  Value loose = Object{{"id", "t1"}, {"note", 7}, {"extra", 1}};
  check(task.check(loose).has_value());  // full: `note` is no string, `extra` is unknown
  check(!task.normalize(loose, Strictness::shape));  // shape: only what can't be stored is refused
  check(loose == Value(Object{{"id", "t1"}, {"note", 7}}));

  Value endless = Object{{"id", "t1"}, {"note", std::nan("")}};
  check(task.normalize(endless, Strictness::shape).has_value());  // NaN can't be stored
  // [/normalize]
}

}  // namespace

int main() {
  kinds();
  access();
  bigIntegers();
  json();
  validators();
  derived();
  structs();
  check(
      tree().accepts(parseJson(R"({"label": "a", "children": [{"label": "b", "children": []}]})")));
  normalising();
}
