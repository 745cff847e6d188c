// A struct and a validator that describe the same rows refuse the same values, in the same words, at the same path.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include <hyperdb/db.hpp>
#include <hyperdb/detail/struct_row_type.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/execute.hpp>
#include <hyperdb/json.hpp>
#include <hyperdb/memory_driver.hpp>
#include <hyperdb/table.hpp>
#include <hyperdb/writes.hpp>

#include "support/same_rules.hpp"

namespace hyperdb {
namespace {

using namespace samerules;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const RowType& typedInvoices() { return *structRowType<Invoice>(); }
const RowType& dynamicInvoices() {
  static const auto type = objectRowType(v::object(invoiceFields()));
  return *type;
}

Object goodInvoice() { return *toValue(Invoice{.id = "o1", .tags = {"a"}, .lines = {Line{"x", 1}}}).get<Object>(); }
Object withColumn(std::string column, Value value) {
  Object invoice = goodInvoice();
  invoice.set(std::move(column), std::move(value));
  return invoice;
}

/// What a read gave: the row, or the sentence of the refusal.
std::string outcome(const std::function<RowRef(ValidationFailure&)>& read) {
  ValidationFailure failure;
  try {
    const RowRef row = read(failure);
    return row ? "row " + toJson(Value(row->type().toObject(*row))) : failure.message();
  } catch (const Error& error) {
    return std::string(errorCodeName(error.code())) + ": " + error.what();
  }
}
std::string fromObject(const RowType& type, const Object& row, Strictness strictness) {
  return outcome([&](ValidationFailure& failure) { return type.fromObject(row, strictness, failure); });
}
std::string fromJson(const RowType& type, const std::string& text, Strictness strictness) {
  return outcome([&](ValidationFailure& failure) { return type.fromJson(text, strictness, failure); });
}

/// Writes the row to a table of its own. Returns the whole message, which has the table, the row and the path.
std::string insertInto(const DynamicTable& table, const Object& row, bool isValidating) {
  DB db(BptreeInmemDriver{}, {.runtimeRowsValidation = isValidating});
  execSync(db.loadTables({table}));
  try {
    execSync(db, insert(table, row));
    return "fine";
  } catch (const Error& error) {
    return error.what();
  }
}

enum class Refused { always, ifKindsAreChecked };
constexpr Refused always = Refused::always;
constexpr Refused ifKindsAreChecked = Refused::ifKindsAreChecked;

struct Case {
  std::string column;
  Value value;
  std::string message;
  Refused refused = ifKindsAreChecked;
};

/// Both types say `message`, of the object and of its JSON text; with Strictness::shape too if it is always refused.
void expectSame(const RowType& typed, const RowType& dynamic, const Object& row, const Case& each) {
  SCOPED_TRACE("column " + each.column + " is " + describe(each.value));
  const std::string text = toJson(Value(row));
  EXPECT_EQ(fromObject(typed, row, Strictness::full), each.message);
  EXPECT_EQ(fromObject(dynamic, row, Strictness::full), each.message);
  EXPECT_EQ(fromJson(typed, text, Strictness::full), fromJson(dynamic, text, Strictness::full));
  if (each.refused == ifKindsAreChecked) return;
  EXPECT_EQ(fromObject(typed, row, Strictness::shape), fromObject(dynamic, row, Strictness::shape));
  EXPECT_EQ(fromJson(typed, text, Strictness::shape), fromJson(dynamic, text, Strictness::shape));
}

void expectSame(const std::vector<Case>& cases) {
  const DynamicTable typed = defineTable<Invoice>("invoices").dynamic();
  const DynamicTable dynamic = defineTable("invoices", invoiceFields());
  for (const Case& each : cases) {
    const Object row = withColumn(each.column, each.value);
    expectSame(typedInvoices(), dynamicInvoices(), row, each);
    EXPECT_EQ(insertInto(typed, row, true), insertInto(dynamic, row, true));
    if (each.refused == always) {
      EXPECT_EQ(insertInto(typed, row, false), insertInto(dynamic, row, false));
    }
  }
}

Value nested(int levels) {
  Value value(1);
  for (int i = 0; i < levels; ++i) value = Value(Array{std::move(value)});
  return value;
}
Value nestedParts(int levels) {
  Value value(Object{{"parts", Array{}}});
  for (int i = 1; i < levels; ++i) value = Value(Object{{"parts", Array{std::move(value)}}});
  return value;
}
Value lineWith(const char* member, Value value) {
  Object object{{"sku", "x"}, {"price", 1}};
  object.set(member, std::move(value));
  return Value(std::move(object));
}

TEST(SameRules, TheRightValuesAreAccepted) {
  Invoice invoice{.id = "o1", .tags = {"a", "b"}, .lines = {Line{"x", 1}, Line{"y", -0.0, "n"}}, .marks = {{"a b", 1}}};
  invoice.score = 2.5;
  invoice.email = "a@example.org";
  invoice.before = Nullable<State>(State::paid);
  invoice.payment = Cash{CashTag::cash, "2"};
  invoice.refund.emplace().emplace() = Card{CardTag::card, 3};
  invoice.code = "c";
  invoice.root = {{Part{}, Part{}}};
  invoice.extra = Value(Object{{"key with space", Array{nullptr, std::int64_t{1}}}});
  for (const Value& content : {toValue(invoice), Value(goodInvoice())}) {
    const Object& row = *content.get<Object>();
    for (const Strictness strictness : {Strictness::full, Strictness::shape}) {
      EXPECT_EQ(fromObject(typedInvoices(), row, strictness), "row " + toJson(content));
      EXPECT_EQ(fromObject(dynamicInvoices(), row, strictness), "row " + toJson(content));
      EXPECT_EQ(fromJson(typedInvoices(), toJson(content), strictness), "row " + toJson(content));
      EXPECT_EQ(fromJson(dynamicInvoices(), toJson(content), strictness), "row " + toJson(content));
    }
  }
  expectSame({{"email", Value(), "row " + toJson(Value(goodInvoice())), always},
              {"extra", nested(499), "row " + toJson(withColumn("extra", nested(499))), always},
              {"root", nestedParts(249), "row " + toJson(withColumn("root", nestedParts(249))), always}});
}

TEST(SameRules, AColumnOfAnotherKindIsRefused) {
  expectSame({{"id", 7, "id: expected a string, got 7", always},
              {"title", 7, "title: expected a string, got 7"},
              {"title", nullptr, "title: expected a string, got null"},
              {"isOpen", 1, "isOpen: expected a boolean, got 1"},
              {"total", "7", "total: expected a number, got \"7\""},
              {"total", std::int64_t{7}, "total: expected a number, got 7n"},
              {"count", true, "count: expected a number, got true"},
              {"serial", 7, "serial: expected a bigint, got 7"},
              {"photo", "00", "photo: expected bytes, got \"00\""},
              {"gap", false, "gap: expected null, got false"},
              {"email", nullptr, "email: expected a string, got null"},
              {"score", "7", "score: expected a number or null, got \"7\""},
              {"tags", "a", "tags: expected an array, got \"a\""},
              {"tags", nullptr, "tags: expected an array, got null"},
              {"marks", Array{}, "marks: expected a record, got []"},
              {"first", Array{}, "first: expected an object, got []"},
              {"code", true, "code: expected a number or a string, got true"},
              {"payment", 7, "payment: expected an object, got 7"},
              {"refund", 7, "refund: expected an object or null, got 7"}});
}

TEST(SameRules, AMissingMemberIsRefused) {
  std::vector<Case> cases;
  for (const auto& [column, message] :
       std::vector<std::pair<std::string, std::string>>{{"id", "a string"},
                                                        {"title", "a string"},
                                                        {"total", "a number"},
                                                        {"count", "a number"},
                                                        {"serial", "a bigint"},
                                                        {"photo", "bytes"},
                                                        {"state", "one of \"open\", \"paid\""},
                                                        {"gap", "null"},
                                                        {"score", "a number or null"},
                                                        {"tags", "an array"},
                                                        {"marks", "a record"},
                                                        {"first", "an object"},
                                                        {"payment", "an object"},
                                                        {"code", "a number or a string"},
                                                        {"extra", "a value that can be stored"}}) {
    cases.push_back({column, Value(), column + ": expected " + message + ", got nothing", always});
  }
  expectSame(cases);
  for (const Case& each : cases) {
    Object row = goodInvoice();
    row.erase(each.column);
    expectSame(typedInvoices(), dynamicInvoices(), row, each);
  }
}

TEST(SameRules, WhatNoRowCanStoreIsRefused) {
  const std::string key = "expected a key that is UTF-8, not empty and does not start with '$', got the key ";
  const std::string deep = "expected at most 500 levels of nesting, got more";
  expectSame(
      {{"total", nan, "total: expected a finite number, got NaN", always},
       {"count", nan, "count: expected a finite number, got NaN"},
       {"score", -HUGE_VAL, "score: expected a finite number, got -Infinity"},
       {"code", nan, "code: expected a finite number, got NaN"},
       {"title", "\xff", "title: expected well-formed UTF-8, got \"\\xff\"", always},
       {"tags", Array{"a", "\xff"}, "tags[1]: expected well-formed UTF-8, got \"\\xff\"", always},
       {"extra", Array{1, nan}, "extra[1]: expected a finite number, got NaN", always},
       {"extra", Array{Value()}, "extra[0]: expected a value that can be stored, got nothing", always},
       {"extra", Object{{"$a", 1}}, "extra: " + key + "\"$a\"", always},
       {"extra", Array{Object{{"", 1}}}, "extra[0]: " + key + "\"\"", always},
       {"marks", Object{{"$a", 1}}, "marks: " + key + "\"$a\"", always},
       {"marks", Object{{"", 1}}, "marks: " + key + "\"\"", always},
       {"marks", Object{{"\xc3\xa9", 1}}, "marks: expected a key of ASCII characters, got the key \"\xc3\xa9\""}});
  const auto at = [](const char* path, int count) {
    std::string text(path);
    for (int i = 0; i < count; ++i) text += "[0]";
    return text;
  };
  std::string path = "root";
  for (int i = 1; i < 250; ++i) path += ".parts[0]";
  expectSame({{"extra", nested(500), at("extra", 499) + ": " + deep, always},
              {"root", nestedParts(250), path + ".parts: " + deep, always}});
}

TEST(SameRules, APathLeadsIntoArraysObjectsAndRecords) {
  expectSame({{"tags", Array{"a", 7}, "tags[1]: expected a string, got 7"},
              {"tags", Array{Value()}, "tags[0]: expected a string, got nothing", always},
              {"lines", Array{lineWith("price", "1")}, "lines[0].price: expected a number, got \"1\""},
              {"lines", Array{lineWith("sku", Value())}, "lines[0].sku: expected a string, got nothing", always},
              {"first", lineWith("note", 7), "first.note: expected a string, got 7"},
              {"marks", Object{{"a", "x"}}, "marks.a: expected a number, got \"x\""},
              {"marks", Object{{"a b", "x"}}, "marks[\"a b\"]: expected a number, got \"x\""},
              {"marks", Object{{"a", Value()}}, "marks.a: expected a number, got nothing", always},
              {"extra", Object{{"a b", Array{nan}}}, "extra[\"a b\"][0]: expected a finite number, got NaN", always}});
}

TEST(SameRules, AnUnknownMemberIsRefusedOrDropped) {
  const std::string dropped = "row " + toJson(Value(goodInvoice()));
  for (const char* name : {"more", "$more", "a b"}) {
    const Object row = withColumn(name, 1);
    const std::string path = std::string(name) == "more" ? "more" : "[\"" + std::string(name) + "\"]";
    expectSame(typedInvoices(), dynamicInvoices(), row, {name, 1, path + ": expected no member of this name, got 1"});
    EXPECT_EQ(fromObject(typedInvoices(), row, Strictness::shape), dropped);
    EXPECT_EQ(fromObject(dynamicInvoices(), row, Strictness::shape), dropped);
  }
  expectSame({{"more", Value(), "more: expected no member of this name, got undefined", always},
              {"$more", 1, "[\"$more\"]: expected no member of this name, got 1", always},
              {"first", lineWith("more", 1), "first.more: expected no member of this name, got 1", always},
              {"first", lineWith("$more", 1), "first[\"$more\"]: expected no member of this name, got 1", always}});
}

TEST(SameRules, AnUnknownEnumeratorIsRefused) {
  const std::string names = "expected one of \"open\", \"paid\"";
  expectSame({{"state", "lost", "state: " + names + ", got \"lost\""},
              {"state", 1, "state: " + names + ", got 1"},
              {"before", "lost", "before: expected one of \"open\", \"paid\" or null, got \"lost\""}});
}

TEST(SameRules, AUnionSaysWhatItsTagOrItsKindLeavesOpen) {
  const std::string tags = "type: expected one of \"card\", \"cash\", got ";
  const Object gold{{"type", "gold"}, {"number", 1}};
  const Object untagged{{"number", 1}};
  const Object wrong{{"type", "card"}, {"number", "1"}};
  for (const std::string column : {"payment", "refund"}) {
    expectSame({{column, gold, column + "." + tags + "\"gold\""},
                {column, untagged, column + "." + tags + "nothing"},
                {column, wrong, column + ".number: expected a number, got \"1\""}});
  }
  expectSame(
      {{"payment", Object{{"type", "cash"}}, "payment.coins: expected a string, got nothing"},
       {"payment", Object{{"type", "card"}, {"number", nan}}, "payment.number: expected a finite number, got NaN"},
       {"payment", Object{{"type", "card"}, {"number", 1}, {"more", 1}},
        "payment.more: expected no member of this name, got 1", always}});
}

TEST(SameRules, ARowOfSeveralKindsIsJudgedByItsTag) {
  const RowType& typed = *structRowType<Entry>();
  const auto dynamic = objectRowType(entry());
  const auto expect = [&](const Object& row, const std::string& message) {
    expectSame(typed, *dynamic, row, {"type", Value(row), message});
  };
  expect({{"id", "a"}, {"type", "card"}, {"rank", 1}}, R"(row {"id":"a","rank":1,"type":"card"})");
  expect({{"id", "a"}, {"type", "gold"}}, "type: expected one of \"card\", \"cash\", got \"gold\"");
  expect({{"id", "a"}, {"rank", 1}}, "type: expected one of \"card\", \"cash\", got nothing");
  expect({{"id", "a"}, {"type", "card"}, {"rank", "1"}}, "rank: expected a number, got \"1\"");
  expect({{"id", "a"}, {"type", "cash"}}, "url: expected a string, got nothing");
  expect({{"id", 7}, {"type", "cash"}, {"url", "u"}}, "id: expected a string, got 7");
  expect({{"id", "a"}, {"type", "cash"}, {"url", "u"}, {"rank", 1}}, "rank: expected no member of this name, got 1");
}

TEST(SameRules, ATextThatIsNoRowIsRefused) {
  for (const char* text : {"", "null", "[]", "7", "{", "{}", "{\"id\":}", "{\"id\":\"\xff\"}", "{\"id\":\"a\"} x",
                           "{\"$bigint\":\"1\"}", "{\"id\":{\"$number\":\"x\"}}", "{\"id\":\"a\",\"$more\":1}"}) {
    for (const Strictness strictness : {Strictness::full, Strictness::shape}) {
      const std::string said = fromJson(typedInvoices(), text, strictness);
      EXPECT_EQ(said, fromJson(dynamicInvoices(), text, strictness)) << text;
      EXPECT_NE(said.substr(0, 4), "row ") << text;
    }
  }
}

TEST(SameRules, AStructThatIsWrittenIsJudgedAsItsObject) {
  const auto expect = [](auto spoil) {
    Invoice invoice{.id = "o1"};
    spoil(invoice);
    const RowRef row(new RowBox<Invoice>(typedInvoices(), invoice));
    const auto failure = typedInvoices().check(*row, Strictness::shape);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->message(), fromObject(dynamicInvoices(), *toValue(invoice).get<Object>(), Strictness::full));
  };
  expect([](Invoice& invoice) { invoice.title = "\xff"; });
  expect([](Invoice& invoice) { invoice.total = nan; });
  expect([](Invoice& invoice) { invoice.score = nan; });
  expect([](Invoice& invoice) { invoice.lines = {Line{}, Line{"x", nan}}; });
  expect([](Invoice& invoice) { invoice.marks["$a"] = 1; });
  expect([](Invoice& invoice) { invoice.marks["\xc3\xa9"] = 1; });
  expect([](Invoice& invoice) { invoice.marks["a b"] = nan; });
  expect([](Invoice& invoice) { invoice.payment = Card{CardTag::card, nan}; });
  expect([](Invoice& invoice) { invoice.extra = Value(); });
  expect([](Invoice& invoice) { invoice.extra = nested(500); });
}

TEST(SameRules, OnlyAStructHasRangesOfIntegersAndAnIdThatIsNotEmpty) {
  const auto typed = [](const Object& row) { return fromObject(typedInvoices(), row, Strictness::full); };
  const auto isDynamic = [](const Object& row) {
    return fromObject(dynamicInvoices(), row, Strictness::full).substr(0, 4) == "row ";
  };
  EXPECT_EQ(typed(withColumn("count", 1.5)), "count: expected a whole number from -2147483648 to 2147483647, got 1.5");
  EXPECT_EQ(typed(withColumn("serial", *BigInt::parse("9223372036854775808"))),
            "serial: expected a bigint that fits 64 bits, got 9223372036854775808n");
  ValidationFailure failure;
  EXPECT_FALSE(fromValue<Entry>(Object{{"id", "a"}, {"type", "card"}, {"rank", 1.5}}, failure));
  EXPECT_EQ(failure.message(), "rank: expected a whole number from -2147483648 to 2147483647, got 1.5");
  EXPECT_TRUE(isDynamic(withColumn("count", 1.5)));
  EXPECT_TRUE(isDynamic(withColumn("serial", *BigInt::parse("9223372036854775808"))));
  EXPECT_EQ(insertInto(defineTable<Invoice>("invoices").dynamic(), withColumn("id", ""), false),
            "id: expected an id that is not empty, got \"\" (table \"invoices\")");
  EXPECT_EQ(insertInto(defineTable("invoices", invoiceFields()), withColumn("id", ""), true), "fine");
}

}  // namespace
}  // namespace hyperdb
