// Structs from values, and the validators of structs and of parts of them.
#include <hyperdb/codec.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

#include <gtest/gtest.h>

#include "support/thrown.hpp"

namespace fromvaluetest {
enum class Access { default_, private_, shared };
struct Item {
  std::string name;
  double price = 0;
  friend bool operator==(const Item&, const Item&) = default;
};
struct Order {
  std::string id;
  std::vector<Item> items{};
  std::optional<std::string> note{};
  Access access = Access::shared;
  friend bool operator==(const Order&, const Order&) = default;
};
}  // namespace fromvaluetest

template <>
struct hyperdb::EnumNames<fromvaluetest::Access> {
  using Access = fromvaluetest::Access;
  static constexpr hyperdb::EnumName<Access> all[] = {{Access::default_, "default"}, {Access::private_, "private"}};
};

namespace hyperdb {
namespace {

using fromvaluetest::Access;
using fromvaluetest::Item;
using fromvaluetest::Order;

TEST(FromValue, IsTheInverseOfToValue) {
  const Order order{.id = "o", .items = {{"bolt", 2}, {"nut", 1.5}}, .note = "n", .access = Access::default_};
  EXPECT_EQ(fromValue<Order>(toValue(order)), order);
  EXPECT_EQ(fromValue<double>(Value(2.5)), 2.5);
  EXPECT_EQ(fromValue<std::vector<Item>>(toValue(order.items)), order.items);
  EXPECT_EQ(fromValue<Order>(parseJson(R"({"id":"p","items":[],"access":"shared"})")), Order{.id = "p"});
}

TEST(FromValue, SaysWhatDoesNotFit) {
  const Value wrong = parseJson(R"({"id":"o","items":[{"name":"bolt","price":"2"}],"access":"shared"})");
  ValidationFailure failure;
  EXPECT_FALSE(fromValue<Order>(wrong, failure));
  EXPECT_EQ(failure.message(), "items[0].price: expected a number, got \"2\"");
  const auto error = test::thrown([&] { (void)fromValue<Order>(wrong); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidArgument);
  EXPECT_EQ(error->place().column, "items[0].price");
  EXPECT_FALSE(fromValue<Order>(parseJson(R"({"id":"o","items":[],"access":"shared","more":1})"), failure));
}

TEST(ValidatorOf, AcceptsWhatTheStructIsStoredAs) {
  const Validator validator = validatorOf<Order>();
  EXPECT_EQ(validator.kind(), ValidatorKind::object);
  EXPECT_TRUE(validator.accepts(toValue(Order{.id = "o"})));
  EXPECT_FALSE(validator.accepts(parseJson(R"({"id":"o"})")));
  EXPECT_TRUE(validatorOf<double>().accepts(Value(1)));
}

TEST(ValidatorOf, CanBeCutToAPartOfTheStruct) {
  const Validator patch = v::partial(v::pick(validatorOf<Order>(), {"note", "access"}));
  EXPECT_TRUE(patch.accepts(parseJson(R"({"access":"private"})")));
  EXPECT_TRUE(patch.accepts(parseJson("{}")));
  EXPECT_FALSE(patch.accepts(parseJson(R"({"id":"o"})")));
  EXPECT_EQ(patch.check(parseJson(R"({"access":"private_"})"))->path, "access");
  const Validator content = v::omit(validatorOf<Order>(), {"id"});
  EXPECT_TRUE(content.accepts(parseJson(R"({"items":[],"access":"shared"})")));
  EXPECT_FALSE(content.accepts(parseJson(R"({"id":"o","items":[],"access":"shared"})")));
}

TEST(ValidatorOf, RefusesToPickOrOmitWhatIsNotThere) {
  for (const auto cut : {v::pick, v::omit}) {
    const auto error = test::thrown([&] { (void)cut(validatorOf<Order>(), {"note", "nope"}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::invalidDefinition);
    EXPECT_NE(error->message().find("\"nope\""), std::string::npos);
    EXPECT_TRUE(test::thrown([&] { (void)cut(v::string(), {"note"}); }));
  }
}

TEST(EnumNames, AreStoredInsteadOfTheEnumeratorsOwnNames) {
  EXPECT_EQ(toValue(Access::default_), Value("default"));
  EXPECT_EQ(toValue(Access::private_), Value("private"));
  EXPECT_EQ(toValue(Access::shared), Value("shared"));
  EXPECT_EQ(fromValue<Access>(Value("private")), Access::private_);
  EXPECT_TRUE(test::thrown([] { (void)fromValue<Access>(Value("private_")); }));
}

}  // namespace
}  // namespace hyperdb
