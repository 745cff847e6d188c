// Definitions: names, argument names, what a call is.
#include <functional>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

TEST(Definition, NeedsAName) {
  EXPECT_EQ(codeOf([] { selector("", {}, []() -> Selector<int> { co_return 1; }); }), ErrorCode::invalidDefinition);
  EXPECT_EQ(codeOf([] { action(" \t ", {}, []() -> Action<> { co_return; }); }), ErrorCode::invalidDefinition);
}
TEST(Definition, NamesEveryParameterOnceAndNotEmpty) {
  const auto paint = [] { action("paint", {""}, [](int) -> Action<> { co_return; }); };
  EXPECT_EQ(codeOf(paint), ErrorCode::invalidDefinition);
  EXPECT_EQ(codeOf([] { action("a", {"x", "x"}, [](int, int) -> Action<> { co_return; }); }),
            ErrorCode::invalidDefinition);
  EXPECT_NE(thrownText(paint).find("paint"), std::string::npos);
}
TEST(Definition, RefusesANegativeGcTime) {
  SelectorOptions options;
  options.gcTimeMs = -2;
  EXPECT_EQ(codeOf([&] { selector("s", {}, []() -> Selector<int> { co_return 1; }, options); }),
            ErrorCode::invalidDefinition);
}

class CommandTest : public TaskTest {};

TEST_F(CommandTest, ACallRunsNothingAndMayBeRunAgain) {
  const auto call = addTask("t1");
  EXPECT_EQ(all(), "");
  syncDispatch(db(), call);
  EXPECT_EQ(codeOf([&] { syncDispatch(db(), call); }), ErrorCode::duplicateId);
  EXPECT_EQ(all(), "t1");
}

TEST_F(CommandTest, ACallOutlivesItsDefinition) {
  const auto call = [] {
    const auto local = selector("local", {"n"}, [](int n) -> Selector<int> { co_return n + 1; });
    return local(41);
  }();
  EXPECT_EQ(select(db(), call), 42);
}

struct Options {
  std::string id;
  std::optional<double> rank{};
};

TEST_F(CommandTest, ADescribedStructIsAnArgument) {
  const auto create = action("create", {"options"}, [](Options options) -> Action<std::string> {
    Task task = makeTask(options.id, "p1", options.rank.value_or(7));
    co_await insert(tasksTable, task);
    co_return options.id + "!";
  });
  EXPECT_EQ(syncDispatch(db(), create({.id = "t1"})), "t1!");
  EXPECT_EQ(select(db(), allTasks())[0].rank, 7);
}

TEST_F(CommandTest, ArgumentsAreValidatedWhenThatIsSwitchedOn) {
  const auto halve = selector("halve", {"number"}, [](double number) -> Selector<double> { co_return number / 2; });
  const auto caller = selector("caller", {}, []() -> Selector<double> {
    const auto inner = selector("inner", {"text"}, [](std::string) -> Selector<double> { co_return 1; });
    co_return co_await inner("\xFF");
  });
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NO_THROW(select(db(), halve(nan)));
  DBOptions options;
  options.argumentsValidation = true;
  open(options);
  EXPECT_EQ(select(db(), halve(4)), 2);
  EXPECT_EQ(codeOf([&] { select(db(), halve(nan)); }), ErrorCode::invalidArgument);
  const std::string text = thrownText([&] { select(db(), halve(nan)); });
  EXPECT_NE(text.find("number"), std::string::npos) << text;
  EXPECT_NE(text.find("halve"), std::string::npos) << text;
  EXPECT_EQ(codeOf([&] { select(db(), caller()); }), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf([&] { selectAsync(db(), halve(nan)).get(); }), ErrorCode::invalidArgument);
}

}  // namespace
}  // namespace hyperdb::test
