// Rows of C++ structs as the engine sees them.
#include <hyperdb/describe.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/table.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace structrows {

enum class State { todo, done };

struct Task {
  std::string id;
  State state = State::todo;
  std::optional<double> rank;
  std::vector<std::string> tags;
};

struct Note {
  std::string id;
  std::string text;
  int rank = 0;
};
struct Post {
  int rank = 0;
  std::string title;
  std::string id;
};
using Entry = std::variant<Note, Post>;

struct Base {
  std::string id;
};
class Described : public Base {
 public:
  int shown = 0;
  int secret() const { return secret_; }
  void setSecret(int value) { secret_ = value; }

 private:
  int secret_ = 0;
  BOOST_DESCRIBE_CLASS(Described, (Base), (shown), (), (secret_))
};
BOOST_DESCRIBE_STRUCT(Base, (), (id))

}  // namespace structrows

namespace hyperdb {
namespace {

using namespace structrows;

template <class T>
RowRef makeRow(T content) {
  return RowRef(new RowBox<T>(*structRowType<T>(), std::move(content)));
}

template <class T>
RowRef fromObject(Object object, Strictness strictness, std::string* message = nullptr) {
  ValidationFailure failure;
  RowRef row = structRowType<T>()->fromObject(std::move(object), strictness, failure);
  if (message != nullptr) *message = row ? "fine" : failure.message();
  return row;
}

template <class T>
const T& contentOf(const RowRef& row) {
  return static_cast<const RowBox<T>*>(row.get())->value;
}

KeyBytes columnOf(const RowRef& row, const char* name) {
  KeyBytes bytes;
  KeyWriter writer(bytes);
  const RowType& type = row->type();
  return type.appendColumn(*row, type.column(name), writer) ? bytes : KeyBytes("absent");
}

KeyBytes keyOf(const Value& value) {
  KeyBytes bytes;
  KeyWriter(bytes).appendValue(value);
  return bytes;
}

TEST(StructRowType, GivesIdColumnsAndObject) {
  const RowRef row = makeRow(Task{"t1", State::done, 2.5, {"a"}});
  const RowType& type = row->type();
  EXPECT_EQ(type.id(*row), "t1");
  EXPECT_EQ(columnOf(row, "state"), keyOf("done"));
  EXPECT_EQ(columnOf(row, "rank"), keyOf(2.5));
  EXPECT_EQ(columnOf(makeRow(Task{"t1", State::done, std::nullopt, {}}), "rank"), "absent");
  EXPECT_EQ(Value(type.toObject(*row)),
            Value(Object{{"id", "t1"}, {"state", "done"}, {"rank", 2.5}, {"tags", Array{"a"}}}));
  EXPECT_TRUE(type.schema().accepts(Value(type.toObject(*row))));
}

TEST(StructRowType, ReadsAnObjectBackAndComparesByContent) {
  const RowRef row = makeRow(Task{"t1", State::done, std::nullopt, {"a"}});
  const RowRef same = fromObject<Task>(row->type().toObject(*row), Strictness::full);
  ASSERT_TRUE(same);
  EXPECT_NE(row, same);
  EXPECT_TRUE(row->type().equal(*row, *same));
  EXPECT_FALSE(row->type().equal(*row, *makeRow(Task{"t1", State::todo, std::nullopt, {"a"}})));
  EXPECT_EQ(contentOf<Task>(same).tags, std::vector<std::string>{"a"});
}

TEST(StructRowType, SaysWhereAnObjectDoesNotFit) {
  std::string message;
  EXPECT_FALSE(fromObject<Task>(Object{{"id", "t"}, {"state", "new"}, {"tags", Array{}}}, Strictness::shape, &message));
  EXPECT_EQ(message.substr(0, 6), "state:") << message;
  EXPECT_FALSE(fromObject<Task>(Object{{"id", "t"}, {"state", "done"}}, Strictness::shape, &message));
  EXPECT_EQ(message, "tags: expected an array, got nothing");
  const Object more{{"id", "t"}, {"state", "done"}, {"tags", Array{}}, {"more", 1}};
  EXPECT_TRUE(fromObject<Task>(more, Strictness::shape, &message)) << message;
  EXPECT_FALSE(fromObject<Task>(more, Strictness::full));
}

TEST(StructRowType, ChecksThatARowCanBeStored) {
  const RowRef bad = makeRow(Task{"t1", State::done, std::nan(""), {}});
  const auto failure = bad->type().check(*bad, Strictness::shape);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->path, "rank");
  const RowRef fine = makeRow(Task{"t1", State::done, 1, {}});
  EXPECT_FALSE(fine->type().check(*fine, Strictness::full));
}

TEST(StructRowType, KeepsRowsOfSeveralKindsInOneTable) {
  const RowRef note = makeRow(Entry(Note{"n1", "hello", 3}));
  const RowRef post = makeRow(Entry(Post{4, "news", "p1"}));
  EXPECT_EQ(note->type().id(*note), "n1");
  EXPECT_EQ(post->type().id(*post), "p1");
  EXPECT_EQ(columnOf(note, "rank"), keyOf(3));
  EXPECT_EQ(columnOf(post, "rank"), keyOf(4));
  EXPECT_EQ(columnOf(note, "title"), "absent");
  EXPECT_EQ(columnOf(post, "title"), keyOf("news"));
  EXPECT_FALSE(note->type().equal(*note, *post));
  EXPECT_EQ(note->type().schema().alternatives().size(), 2u);
}

TEST(StructRowType, ReadsTheKindThatFitsExactlyBeforeOneThatDropsMembers) {
  const Object post{{"id", "p"}, {"rank", 1}, {"title", "x"}};
  Object both = post;
  both.set("text", "y");
  const RowRef exact = fromObject<Entry>(post, Strictness::shape);
  ASSERT_TRUE(exact);
  EXPECT_TRUE(std::holds_alternative<Post>(contentOf<Entry>(exact)));
  const RowRef dropped = fromObject<Entry>(both, Strictness::shape);
  ASSERT_TRUE(dropped);
  EXPECT_TRUE(std::holds_alternative<Note>(contentOf<Entry>(dropped)));
  std::string message;
  EXPECT_FALSE(fromObject<Entry>(both, Strictness::full, &message));
  EXPECT_FALSE(message.empty());
}

TEST(StructRowType, HonoursBoostDescribeForBasesAndPrivateMembers) {
  Described content;
  content.id = "d1";
  content.shown = 2;
  content.setSecret(3);
  const RowRef row = makeRow(content);
  EXPECT_EQ(Value(row->type().toObject(*row)), Value(Object{{"id", "d1"}, {"shown", 2}, {"secret_", 3}}));
  const RowRef back = fromObject<Described>(row->type().toObject(*row), Strictness::full);
  ASSERT_TRUE(back);
  EXPECT_EQ(contentOf<Described>(back).secret(), 3);
  EXPECT_EQ(back->type().id(*back), "d1");
  const auto table = defineTable<Described>("described").index(btree<&Described::shown, &Described::id>("byShown"));
  EXPECT_EQ(table.def().index(1).columns[1].name, "id");
}

TEST(StructRowType, FreesItsRows) {
  const auto before = RowHeader::liveCount();
  {
    const RowRef row = makeRow(Task{"t1", State::done, 1, {"a"}});
    const RowRef other = fromObject<Task>(row->type().toObject(*row), Strictness::full);
    EXPECT_EQ(RowHeader::liveCount(), before + 2);
    fromObject<Task>(Object{{"id", 1}}, Strictness::full);
  }
  EXPECT_EQ(RowHeader::liveCount(), before);
}

TEST(Table, IsAnotherOneWhenItsRowsAreOfAnotherType) {
  const auto typed = defineTable<Note>("notes");
  const auto dynamic = defineTable("notes", typed.def().rowType().schema());
  EXPECT_TRUE(typed.def().isEquivalent(defineTable<Note>("notes").def()));
  EXPECT_FALSE(typed.def().isEquivalent(dynamic.def()));
  EXPECT_FALSE(typed.def().isEquivalent(defineTable<Task>("notes").def()));
  EXPECT_TRUE(dynamic.def().isEquivalent(defineTable("notes", typed.def().rowType().schema()).def()));
}

TEST(Table, IsDefinedFromAStructWithItsIndexes) {
  const auto table =
      defineTable<Task>("tasks").index(btree<&Task::state, &Task::rank>("byState")).index(hash<&Task::rank>("byRank"));
  EXPECT_EQ(table.name(), "tasks");
  ASSERT_EQ(table.def().indexes().size(), 3u);
  EXPECT_EQ(table.def().index(1).columns[1].name, "rank");
  EXPECT_EQ(table.def().index(2).type, IndexType::hash);
  EXPECT_EQ(&table.dynamic().def(), &table.def());
  EXPECT_THROW(defineTable<Task>("no name"), Error);
  EXPECT_THROW(table.index(btree<&Task::state>("byState")), Error);
}

TEST(Table, IsDefinedAtRunTimeFromFieldsOrASchema) {
  const DynamicTable table =
      defineTable("tasks", {{"id", v::string()}, {"state", v::union_(v::literal("todo"), v::literal("done"))}})
          .index("byState", {"state"})
          .index("byStateHash", {"state"}, IndexType::hash);
  EXPECT_EQ(table.def().indexes().size(), 3u);
  EXPECT_EQ(defineTable("one", {{"id", v::string()}}).def().rowType().schema().fields().size(), 1u);
  EXPECT_NO_THROW(defineTable("schema", v::object({{"id", v::string()}})));
  EXPECT_THROW(defineTable("none", {{"name", v::string()}}), Error);
}

}  // namespace
}  // namespace hyperdb
