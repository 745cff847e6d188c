// Nullable<T>: null as a value of its own, in fields, columns and JSON.
#include <hyperdb/codec.hpp>
#include <hyperdb/json.hpp>
#include <hyperdb/query.hpp>

#include <gtest/gtest.h>

namespace nullabletest {
enum class State { open, closed };
struct Task {
  std::string id;
  hyperdb::Nullable<std::string> parentId{};
  std::optional<hyperdb::Nullable<double>> estimate{};
  hyperdb::Nullable<State> state{};
  std::vector<hyperdb::Nullable<std::int64_t>> sizes{};
  friend bool operator==(const Task&, const Task&) = default;
};
}  // namespace nullabletest

namespace hyperdb {
namespace {

using namespace nullabletest;

constexpr auto byParent = btree<&Task::parentId, &Task::estimate>("byParent");
const auto tasks = defineTable<Task>("tasks").index(byParent);

RowRef rowOf(const Task& task) { return RowRef(new RowBox<Task>(tasks.def().rowType(), task)); }
KeyBytes keyOf(const Task& task) {
  KeyBytes key;
  tasks.def().appendIndexKey(1, *rowOf(task), key);
  return key;
}

TEST(Nullable, IsReadLikeAnOptional) {
  Nullable<std::string> text;
  EXPECT_TRUE(text.isNull());
  EXPECT_TRUE(text == nullptr);
  EXPECT_EQ(text.valueOr("none"), "none");
  text = "abc";
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "abc");
  EXPECT_EQ(text->size(), 3U);
  EXPECT_TRUE(text == "abc");
  EXPECT_FALSE(text == nullptr);
  EXPECT_FALSE(text == Nullable<std::string>());
  *text += "d";
  EXPECT_EQ(text.valueOr("none"), "abcd");
  text = nullptr;
  EXPECT_FALSE(text);
  EXPECT_EQ(text.emplace(2, 'x'), "xx");
}

TEST(Nullable, IsStoredAsNullOrAsItsContent) {
  Task task{.id = "t"};
  EXPECT_EQ(toJson(toValue(task)), R"({"id":"t","parentId":null,"sizes":[],"state":null})");
  task.parentId = "p";
  task.estimate = Nullable<double>();
  task.state = State::closed;
  task.sizes = {nullptr, std::int64_t{3}};
  EXPECT_EQ(toJson(toValue(task)),
            R"({"estimate":null,"id":"t","parentId":"p","sizes":[null,{"$bigint":"3"}],"state":"closed"})");
}

TEST(Nullable, ComesBackFromObjectsAndFromText) {
  const Task task{.id = "t",
                  .parentId = "p",
                  .estimate = Nullable<double>(),
                  .state = nullptr,
                  .sizes = {std::int64_t{3}, nullptr}};
  ValidationFailure failure;
  for (const Task& each : {task, Task{.id = "u", .estimate = 2.5, .state = State::open}}) {
    const RowRef row = rowOf(each);
    EXPECT_EQ(fromValue<Task>(toValue(each)), each);
    std::string text;
    row->type().appendJson(*row, text);
    const RowRef read = row->type().fromJson(text, Strictness::full, failure);
    ASSERT_TRUE(read) << failure.message();
    EXPECT_EQ(RowPtr<Task>(read).operator*(), each) << text;
  }
}

TEST(Nullable, MustBeThereWhereAnOptionalMayBeAbsent) {
  ValidationFailure failure;
  const auto read = [&](const char* text) { return fromValue<Task>(parseJson(text), failure).has_value(); };
  EXPECT_TRUE(read(R"({"id":"t","parentId":null,"state":null,"sizes":[]})"));
  EXPECT_FALSE(read(R"({"id":"t","state":null,"sizes":[]})"));
  EXPECT_EQ(failure.path, "parentId");
  EXPECT_FALSE(read(R"({"id":"t","parentId":7,"state":null,"sizes":[]})"));
  EXPECT_EQ(failure.message(), "parentId: expected a string or null, got 7");
  EXPECT_FALSE(read(R"({"id":"t","parentId":null,"state":null,"sizes":["x"]})"));
  EXPECT_EQ(failure.path, "sizes[0]");
}

TEST(Nullable, IsAColumnInWhichNullIsAValue) {
  Task task{.id = "t", .estimate = Nullable<double>()};
  const auto ranges = planQuery(selectFrom(tasks, byParent).where(eq<&Task::parentId>(nullptr)).spec()).ranges;
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_TRUE(ranges[0].contains(keyOf(task)));
  task.parentId = "p";
  EXPECT_FALSE(ranges[0].contains(keyOf(task)));
  const auto both =
      planQuery(selectFrom(tasks, byParent).where(in<&Task::parentId>({"o", "p"}), eq<&Task::estimate>(nullptr)).spec())
          .ranges;
  ASSERT_EQ(both.size(), 2U);
  EXPECT_TRUE(both[1].contains(keyOf(task)));
  const Condition ofItsParent = eq<&Task::parentId>(task.parentId).erased;
  EXPECT_EQ(ofItsParent, eq("parentId", "p"));
  EXPECT_EQ(eq<&Task::parentId>(Nullable<std::string>()).erased, eq("parentId", nullptr));
  task.estimate.reset();
  EXPECT_EQ(keyOf(task), "") << "an absent column: the row is not in the index";
}

TEST(Nullable, HasNoContentThatIsNullItself) {
  EXPECT_TRUE((detail::isStorable<Nullable<std::string>>()));
  EXPECT_FALSE((detail::isStorable<Nullable<Null>>()));
  EXPECT_FALSE((detail::isStorable<Nullable<Value>>()));
  EXPECT_FALSE((detail::isStorable<Nullable<std::variant<Null, double>>>()));
  EXPECT_FALSE((detail::isStorable<Nullable<Nullable<double>>>()));
  EXPECT_FALSE((detail::isStorable<Nullable<std::optional<double>>>()));
}

}  // namespace
}  // namespace hyperdb
