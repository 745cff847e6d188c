// Typed and dynamic builders: the descriptions they make, and what users get from the rows.
#include <hyperdb/changes.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/query.hpp>
#include <hyperdb/writes.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <iterator>

namespace typedquery {

enum class State { todo, done };

struct Task {
  std::string id;
  std::string projectId;
  State state = State::todo;
  std::optional<double> rank;
  std::variant<hyperdb::Null, std::string> parent;
  std::int64_t size = 0;
};
struct Note {
  std::string id;
  int rank = 0;
};
struct Post {
  std::string id;
  int rank = 0;
  std::string title;
};

}  // namespace typedquery

namespace hyperdb {
namespace {

using namespace typedquery;

constexpr auto byProject = btree<&Task::projectId, &Task::state, &Task::rank>("byProject");
constexpr auto byRank = btree<&Task::rank, &Task::size>("byRank");
constexpr auto byParent = hash<&Task::parent>("byParent");
const auto tasks = defineTable<Task>("tasks").index(byProject).index(byRank).index(byParent);
const auto twin = tasks.dynamic();

Task makeTask(std::string id, double rank = 0) {
  Task task;
  task.id = std::move(id);
  task.rank = rank;
  return task;
}

TEST(TypedConditions, EncodeTheSameAsDynamicOnes) {
  EXPECT_EQ(eq<&Task::projectId>("p1").erased, eq("projectId", "p1"));
  EXPECT_EQ(eq<&Task::projectId>(std::string("p2")).erased, eq("projectId", "p2"));
  EXPECT_EQ(gt<&Task::state>(State::done).erased, gt("state", "done"));
  EXPECT_EQ(gte<&Task::rank>(3).erased, gte("rank", 3));
  EXPECT_EQ(lt<&Task::size>(3).erased, lt("size", std::int64_t{3}));
  EXPECT_EQ(lte<&Task::parent>("x").erased, lte("parent", "x"));
  EXPECT_EQ(eq<&Task::parent>(nullptr).erased, eq("parent", nullptr));
  EXPECT_EQ(eq<&Task::rank>(std::nan("")).erased, eq("rank", std::nan("")));
  EXPECT_EQ(eq<&Task::state>(static_cast<State>(9)).erased.state, OperandState::notKeyValue);
}

struct Numbers {
  std::string id;
  int small = 0;
  std::uint8_t byte = 0;
  unsigned plain = 0;
  float single = 0;
  double number = 0;
  std::int64_t large = 0;
  SafeInteger safe = 0;
  BigInt big;
  std::optional<double> perhaps;
  std::variant<Null, double> nullable;
  std::variant<double, std::int64_t> either;
  bool flag = false;
};

TEST(TypedConditions, TakeALiteralZeroForTheNumber) {
  EXPECT_EQ(eq<&Numbers::byte>(0).erased, eq("byte", 0));
  EXPECT_EQ(eq<&Numbers::plain>(0).erased, eq("plain", 0));
  EXPECT_EQ(eq<&Numbers::single>(0).erased, eq("single", 0));
  EXPECT_EQ(gt<&Numbers::number>(0).erased, gt("number", 0));
  EXPECT_EQ(gte<&Numbers::large>(0).erased, gte("large", BigInt(0)));
  EXPECT_EQ(lt<&Numbers::safe>(0).erased, lt("safe", 0));
  EXPECT_EQ(lte<&Numbers::big>(0).erased, lte("big", BigInt(0)));
  EXPECT_EQ(eq<&Numbers::perhaps>(0).erased, eq("perhaps", 0));
  EXPECT_EQ(eq<&Numbers::nullable>(0).erased, eq("nullable", 0));
  EXPECT_EQ(eq<&Numbers::either>(0).erased, eq("either", BigInt(0)));
  EXPECT_EQ(eq<&Numbers::nullable>(nullptr).erased, eq("nullable", nullptr));
  EXPECT_EQ(eq<&Numbers::nullable>(Null{}).erased, eq("nullable", nullptr));
}

TEST(TypedConditions, NeverNarrowAnOperand) {
  const std::int64_t unsafe = SafeInteger::max + 1;
  const auto power = [](int exponent) { return std::ldexp(1.0, exponent); };
  EXPECT_EQ(gte<&Numbers::small>(2.5).erased, gte("small", 2.5));
  EXPECT_EQ(gt<&Numbers::small>(3e9).erased, gt("small", 3e9));
  EXPECT_EQ(eq<&Numbers::byte>(259).erased, eq("byte", 259));
  EXPECT_EQ(eq<&Numbers::single>(0.1).erased, eq("single", 0.1));
  EXPECT_EQ(eq<&Numbers::safe>(unsafe).erased, eq("safe", BigInt(unsafe)));  // which no number is equal to
  EXPECT_EQ(gte<&Numbers::safe>(unsafe).erased, gt("safe", power(53)));
  EXPECT_EQ(lt<&Numbers::safe>(-unsafe).erased, lte("safe", -power(53) - 2));
  EXPECT_EQ(eq<&Numbers::large>(2.5).erased, eq("large", 2.5));
  EXPECT_EQ(gte<&Numbers::large>(2.5).erased, gt("large", BigInt(2)));
  EXPECT_EQ(lt<&Numbers::large>(-2.5).erased, lte("large", BigInt(-3)));
  EXPECT_EQ(gt<&Numbers::large>(HUGE_VAL).erased, gt("large", HUGE_VAL));
  EXPECT_EQ(gte<&Numbers::large>(-HUGE_VAL).erased, gt("large", nullptr));
  EXPECT_EQ(eq<&Numbers::big>(power(70)).erased, eq("big", *BigInt::parse("1180591620717411303424")));
  EXPECT_EQ(eq<&Numbers::number>(*BigInt::parse("1180591620717411303424")).erased, eq("number", power(70)));
  EXPECT_EQ(gt<&Numbers::number>(BigInt::fromMagnitude(false, std::string(200, '\1'))).erased,
            gt("number", std::numeric_limits<double>::max()));
  EXPECT_EQ(lt<&Numbers::number>(BigInt::fromMagnitude(true, std::string(200, '\1'))).erased, lte("number", -HUGE_VAL));
  EXPECT_EQ(eq<&Numbers::flag>(false).erased, eq("flag", false));
}

TEST(Query, DescribesWhatItReads) {
  const auto query = selectFrom(tasks, byProject)
                         .where(eq<&Task::projectId>("p1"), eq<&Task::state>(State::todo), gt<&Task::rank>(1))
                         .order(desc)
                         .limit(5u);
  const QuerySpec& spec = query.spec();
  EXPECT_EQ(spec.table, tasks.sharedDef());
  EXPECT_EQ(spec.indexName, "byProject");
  EXPECT_EQ(spec.order, Order::descending);
  EXPECT_EQ(spec.limit, 5);
  EXPECT_FALSE(spec.first);
  const Branch expected{eq("projectId", "p1"), eq("state", "todo"), gt("rank", 1)};
  EXPECT_EQ(spec.branches, std::vector<Branch>{expected});
  EXPECT_NO_THROW(planQuery(spec));
}

TEST(Query, IsAValueThatItsBuildersDoNotChange) {
  const auto whole = selectFrom(tasks, byRank);
  const auto limited = whole.limit(1);
  const auto ordered = limited.order(desc).where(eq<&Task::rank>(1));
  EXPECT_FALSE(whole.spec().limit);
  EXPECT_FALSE(whole.spec().branches);
  EXPECT_EQ(limited.spec().order, Order::ascending);
  EXPECT_TRUE(ordered.spec().branches && ordered.spec().limit);
  EXPECT_TRUE(ordered.first().spec().first);
}

TEST(Query, JoinsBranches) {
  const auto query =
      selectFrom(tasks, byRank)
          .where(anyOf(eq<&Task::rank>(1), allOf(eq<&Task::rank>(2), gte<&Task::size>(3), lt<&Task::size>(9))));
  const std::vector<Branch> expected{{eq("rank", 1)},
                                     {eq("rank", 2), gte("size", std::int64_t{3}), lt("size", std::int64_t{9})}};
  EXPECT_EQ(query.spec().branches, expected);

  std::vector<decltype(eq<&Task::rank>(1))> batch;
  EXPECT_EQ(selectFrom(tasks, byRank).where(anyOf(batch)).spec().branches, std::vector<Branch>{});
  batch.push_back(eq<&Task::rank>(1));
  batch.push_back(eq<&Task::rank>(2));
  EXPECT_EQ(selectFrom(tasks, byRank).where(anyOf(batch)).spec().branches->size(), 2u);
  const auto one = selectFrom(tasks, byRank).where(allOf(eq<&Task::rank>(1), eq<&Task::size>(2)));
  EXPECT_EQ(one.spec().branches->size(), 1u);
}

TEST(Query, ReadsThroughAnIndexNamedAtRunTime) {
  const auto query = selectFrom(twin, "byProject").where(eq("projectId", "p1"), gt("state", "a"));
  EXPECT_EQ(query.spec().branches, (std::vector<Branch>{{eq("projectId", "p1"), gt("state", "a")}}));
  EXPECT_EQ(selectFrom(tasks, "byRank").where(anyOf(eq("rank", 1), eq("rank", 2))).spec().branches->size(), 2u);
  EXPECT_EQ(selectFrom(tasks, "byRank").where(allOf(eq("rank", 1))).spec().branches->size(), 1u);
  EXPECT_EQ(selectFrom(tasks, "byRank").where().spec().branches, std::vector<Branch>{{}});
  EXPECT_THROW(planQuery(selectFrom(tasks, "byNothing").spec()), Error);
}

TEST(Query, RefusesANegativeLimitWhenPlanned) {
  const auto query = selectFrom(tasks, byRank).limit(-1);
  try {
    planQuery(query.spec());
    FAIL() << "planned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalidLimit);
  }
  EXPECT_NO_THROW(planQuery(selectFrom(tasks, byRank).limit(~std::uint64_t{0}).spec()));
}

TEST(Query, TakesColumnsOfAnyKindOfRowOfAUnion) {
  using Entry = std::variant<Note, Post>;
  constexpr auto byEntryRank = btree<&Note::rank>("byRank");
  constexpr auto byTitle = btree<&Post::title, &Note::rank>("byTitle");
  const auto entries = defineTable<Entry>("entries").index(byEntryRank).index(byTitle);
  EXPECT_NO_THROW(planQuery(selectFrom(entries, byEntryRank).where(eq<&Post::rank>(1)).spec()));
  EXPECT_NO_THROW(planQuery(selectFrom(entries, byId).where(eq<&Post::id>("p")).spec()));
}

RowSequence rowsOf(const WriteCommand& command) { return RowSequence::fromRows(command.rows); }

TEST(Query, MakesWhatTheUserSees) {
  const RowSequence rows = rowsOf(insert(tasks, {makeTask("a", 1), makeTask("b", 2)}));
  const Rows<Task> list = selectFrom(tasks, byRank).finish(rows);
  EXPECT_EQ(list.size(), 2u);
  EXPECT_EQ(list[1].id, "b");
  const RowPtr<Task> first = selectFrom(tasks, byRank).first().finish(rows);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->id, "a");
  EXPECT_FALSE(selectFrom(tasks, byRank).first().finish({}));
  EXPECT_EQ(selectFrom(tasks, byRank).firstOr(makeTask("z")).finish({}).id, "z");
  EXPECT_EQ(selectFrom(tasks, byRank).firstOr(makeTask("z")).finish(rows).id, "a");
}

TEST(Query, GivesObjectsForTheDynamicTwin) {
  const auto before = RowHeader::liveCount();
  {
    const RowSequence rows = rowsOf(insert(tasks, {makeTask("a", 1), makeTask("b", 2)}));
    const Rows<Object> list = selectFrom(twin, "byRank").finish(rows);
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[1].at("id"), Value("b"));
    EXPECT_EQ(list[1].at("rank"), Value(2));
    EXPECT_EQ(selectFrom(twin, "byRank").first().finish(rows)->at("id"), Value("a"));
    const Rows<Object> again = selectFrom(twin, "byRank").finish(list.sequence());
    EXPECT_TRUE(again == list) << "rows that are objects stay the same objects";
  }
  EXPECT_EQ(RowHeader::liveCount(), before);
}

/// A result of several runs, walked backwards.
class TwoRuns final : public RowSequenceBody {
 public:
  explicit TwoRuns(std::vector<RowRef> rows) : rows_(std::move(rows)) {}
  std::size_t size() const noexcept override { return rows_.size(); }
  RowRun runAt(std::size_t position) const noexcept override {
    const std::size_t half = rows_.size() / 2;
    const std::size_t end = position < half ? half : rows_.size();
    return {&rows_[rows_.size() - 1 - position], -1, end - position};
  }

 private:
  std::vector<RowRef> rows_;
};

TEST(Rows, AreWalkedInAnyDirectionOverTheirRuns) {
  std::vector<Task> content;
  for (int i = 0; i < 41; ++i) content.push_back(makeTask(std::to_string(i), i));
  const Rows<Task> rows(RowSequence(new TwoRuns(insert(tasks, content).rows)));
  std::vector<double> forward;
  for (const Task& task : rows) forward.push_back(*task.rank);
  ASSERT_EQ(forward.size(), 41u);
  for (std::size_t i = 0; i < 41; ++i) {
    EXPECT_EQ(forward[i], static_cast<double>(40 - i));
    EXPECT_EQ(*rows[i].rank, forward[i]);
    EXPECT_EQ(*rows.begin()[static_cast<std::ptrdiff_t>(i)].rank, forward[i]);
  }
  std::vector<double> backward;
  for (auto i = rows.end(); i != rows.begin();) backward.push_back(*(--i)->rank);
  EXPECT_EQ(backward, std::vector<double>(forward.rbegin(), forward.rend()));
  auto at = rows.begin() + 19;
  ++at;
  --at;
  --at;
  EXPECT_EQ(*at->rank, forward[18]);
  EXPECT_EQ(rows.end() - rows.begin(), 41);
  EXPECT_EQ(rows.front().id, "40");
  EXPECT_EQ(rows.back().id, "0");
}

TEST(Rows, KeepTheirRowsAliveAndCheckPositions) {
  const auto before = RowHeader::liveCount();
  {
    RowPtr<Task> kept;
    {
      const Rows<Task> rows(rowsOf(insert(tasks, {makeTask("a"), makeTask("b")})));
      kept = rows.ptr(1);
      EXPECT_EQ(rows.at(1).id, "b");
      EXPECT_THROW(rows.at(2), Error);
      EXPECT_EQ(rows.toVector().size(), 2u);
      EXPECT_TRUE(rows == Rows<Task>(rows.sequence()));
    }
    EXPECT_EQ(kept->id, "b");
    EXPECT_EQ(RowHeader::liveCount(), before + 1);
  }
  EXPECT_EQ(RowHeader::liveCount(), before);
  EXPECT_TRUE(Rows<Task>().empty());
  EXPECT_EQ(Rows<Task>().begin(), Rows<Task>().end());
}

TEST(Changes, TellWhatChangedAndCanBeApplied) {
  const std::vector<RowRef> old = insert(tasks, {makeTask("a", 1), makeTask("b", 2), makeTask("c", 3)}).rows;
  const std::vector<RowRef> fresh = insert(tasks, {makeTask("b", 7), makeTask("d", 4)}).rows;
  const Rows<Task> before(RowSequence::fromRows(old));
  const Rows<Task> after(RowSequence::fromRows({fresh[0], old[2], fresh[1]}));
  const Changes<Task> changes(before, after);
  ASSERT_EQ(changes.removed().size(), 1u);
  EXPECT_EQ(changes.removed()[0].row.id, "a");
  ASSERT_EQ(changes.inserted().size(), 1u);
  EXPECT_EQ(changes.inserted()[0].position, 2u);
  EXPECT_EQ(changes.inserted()[0].row.id, "d");
  ASSERT_EQ(changes.updated().size(), 1u);
  for (const UpdatedRow<Task> each : changes.updated()) {
    EXPECT_EQ(each.before.rank, 2);
    EXPECT_EQ(each.after.rank, 7);
  }

  std::vector<Task> list = before.toVector();
  apply(list, changes);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].rank, 7);
  EXPECT_EQ(list[1].id, "c");
  EXPECT_EQ(list[2].id, "d");
  list.pop_back();
  EXPECT_THROW(apply(list, changes), Error);
  EXPECT_TRUE(Changes<Task>(before, before).empty());
}

}  // namespace
}  // namespace hyperdb
