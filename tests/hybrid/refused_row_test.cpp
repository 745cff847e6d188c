// A row that the primary can never store, whether or not its error names the row.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

Task noted(const std::string& id, const std::string& note, double rank) {
  Task task = makeTask(id, "p1", rank);
  task.note = note;
  return task;
}

template <class Hybrid, bool isNamed>
struct Refusing {
  using Driver = Hybrid;
  static constexpr bool isNamedByError = isNamed;
};

template <class Kind>
class HybridRefusedRow : public DiskTest<typename Kind::Driver> {
 protected:
  HybridRefusedRow() { this->disk->namesRefused = Kind::isNamedByError; }
  /// The error of `flushed()`.
  std::optional<Error> flush() {
    try {
      this->hybrid().flushed().get();
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  }
  /// "tasks/huge", ...: the rows that conflict events name.
  std::string conflicts() const {
    std::string rows;
    for (const HybridEvent& event : this->events) {
      if (event.kind == HybridEventKind::conflict) {
        rows += (rows.empty() ? "" : " ") + event.table + "/" + event.rowId;
      }
    }
    return rows;
  }
  void putAll(const std::vector<Task>& tasks) { execSync(this->db(), upsert(tasksTable, tasks)); }
};
using Kinds = ::testing::Types<Refusing<HybridDB, true>, Refusing<HybridDB, false>, Refusing<PreloadedHybridDB, true>,
                               Refusing<PreloadedHybridDB, false>>;
TYPED_TEST_SUITE(HybridRefusedRow, Kinds);

TYPED_TEST(HybridRefusedRow, IsRolledBackAndTheOtherRowsAreFlushed) {
  this->store({makeTask("huge", "p1", 1)});
  this->open();
  auto live = cachedSelector(this->db(), allTasks());
  const Subscription subscription = live.subscribe([] {});
  this->disk->refusedIds = {"huge"};
  for (int i = 2; i < 12; ++i) this->put("t" + std::to_string(i), i);
  this->put("huge", 50);
  for (int i = 12; i < 22; ++i) this->put("t" + std::to_string(i), i);
  const std::optional<Error> error = this->flush();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidRow);
  EXPECT_EQ(error->message(), "the row is too large");
  EXPECT_EQ(error->place().table + "/" + error->place().rowId, "tasks/huge");
  EXPECT_EQ(this->hybrid().state(), HybridState::running);
  EXPECT_EQ(this->hybrid().pendingCommits(), 0U);
  EXPECT_EQ(this->conflicts(), "tasks/huge");
  EXPECT_EQ(this->stored().find("huge:50"), std::string::npos);
  EXPECT_EQ(textOf(live.snapshot()).substr(0, 7), "huge:1 ");
  EXPECT_EQ(live.snapshot().size(), 21U);
  EXPECT_NE(this->stored().find("t21:21"), std::string::npos);
  this->put("later", 60);
  EXPECT_FALSE(this->flush());
}

TYPED_TEST(HybridRefusedRow, SeveralOfOneCommitAreRolledBackAndItsOtherRowsAreFlushed) {
  this->open();
  this->disk->refusedIds = {"b", "c", "f"};
  this->putAll({makeTask("a", "p1", 1), makeTask("b", "p1", 2), makeTask("c", "p1", 3), makeTask("d", "p1", 4)});
  this->putAll({makeTask("e", "p1", 5), makeTask("f", "p1", 6)});
  EXPECT_TRUE(this->flush());
  EXPECT_EQ(this->stored(), "a:1 d:4 e:5");
  EXPECT_EQ(textOf(select(this->db(), allTasks())), "a:1 d:4 e:5");
  EXPECT_EQ(this->conflicts(), "tasks/b tasks/c tasks/f");
}

TYPED_TEST(HybridRefusedRow, InAnyPlaceIsFound) {
  this->open();
  for (int count = 1; count < 10; ++count) {
    for (int refused = 0; refused < count; ++refused) {
      SCOPED_TRACE(std::to_string(refused) + " of " + std::to_string(count));
      std::vector<std::string> ids;
      for (int i = 0; i < count; ++i) ids.push_back("t" + std::to_string(i));
      this->disk->refusedIds = {ids[static_cast<std::size_t>(refused)]};
      this->events.clear();
      for (const std::string& id : ids) this->put(id, 1);
      EXPECT_TRUE(this->flush());
      EXPECT_EQ(this->conflicts(), "tasks/t" + std::to_string(refused));
      EXPECT_EQ(select(this->db(), allTasks()).size(), ids.size() - 1);
      execSync(this->db(), deleteRows(tasksTable, ids));
      EXPECT_FALSE(this->flush());
      EXPECT_EQ(this->stored(), "");
    }
  }
}

TYPED_TEST(HybridRefusedRow, RowsThatExchangeUniqueValuesBesideItAreFlushed) {
  this->store({noted("x", "one", 1), noted("y", "two", 2)});
  this->open();
  this->disk->refusedIds = {"huge"};
  this->putAll({noted("x", "two", 3), noted("y", "one", 4), noted("huge", "three", 5)});
  EXPECT_TRUE(this->flush());
  EXPECT_EQ(this->stored(), "x:3 y:4");
  EXPECT_EQ(this->conflicts(), "tasks/huge");
}

TYPED_TEST(HybridRefusedRow, OneWhoseUniqueValueAnotherProcessTookIsFoundAmongRowsThatPassTheirsOn) {
  this->store({noted("x", "one", 1), noted("y", "two", 2)});
  this->open();
  this->put("x", 3);                                               // x gives up its value,
  execSync(this->db(), upsert(tasksTable, noted("z", "one", 4)));  // z takes it,
  this->put("x", 5);                                               // and x changes once more
  execSync(this->db(), upsert(tasksTable, noted("u", "taken", 6)));
  this->put("last", 7);
  this->store({noted("v", "taken", 8)});
  const std::optional<Error> error = this->flush();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::uniqueViolation);
  EXPECT_EQ(this->stored(), "last:7 v:8 x:5 y:2 z:4");
  EXPECT_EQ(this->conflicts(), "tasks/u");
}

TYPED_TEST(HybridRefusedRow, OneThatALaterCommitMakesAcceptableIsKept) {
  HybridOptions options;
  options.commitsPerFlushMax = 2;
  this->open(options);
  this->putAll({noted("x", "taken", 1)});
  for (int i = 2; i < 6; ++i) this->put("t" + std::to_string(i), i);
  this->putAll({noted("x", "free", 6)});
  this->store({noted("y", "taken", 7)});
  EXPECT_FALSE(this->flush());
  EXPECT_EQ(this->stored(), "t2:2 t3:3 t4:4 t5:5 x:6 y:7");
  EXPECT_EQ(this->conflicts(), "");
}

TYPED_TEST(HybridRefusedRow, OneThatEveryCommitChangesIsRolledBack) {
  HybridOptions options;
  options.commitsPerFlushMax = 2;
  this->open(options);
  for (int i = 1; i < 9; ++i) this->putAll({noted("x", "taken", i), makeTask("t" + std::to_string(i), "p1", i)});
  this->store({noted("y", "taken", 9)});
  EXPECT_TRUE(this->flush());
  EXPECT_EQ(this->stored(), "t1:1 t2:2 t3:3 t4:4 t5:5 t6:6 t7:7 t8:8 y:9");
  EXPECT_EQ(this->conflicts(), "tasks/x");
}

TYPED_TEST(HybridRefusedRow, AWaitForEarlierCommitsDoesNotFail) {
  this->open();
  this->put("a", 1);
  this->disk->commitsToFail = 1;
  Completion<void> before = this->hybrid().flushed();
  this->disk->refusedIds = {"huge"};
  this->put("huge", 2);
  Completion<void> after = this->hybrid().flushed();
  this->timer.advanceMs(1000);
  this->loop.runReady();
  before.get();
  EXPECT_EQ(codeOf([&] { after.get(); }), ErrorCode::invalidRow);
  EXPECT_EQ(this->stored(), "a:1");
}

TYPED_TEST(HybridRefusedRow, OneThatIsRefusedInTheCommitStopsTheDriverUnlessItIsNamed) {
  this->open();
  this->disk->refusesInCommit = true;
  this->disk->refusedIds = {"huge"};
  this->put("a", 1);
  this->put("huge", 2);
  for (int i = 0; i < 3; ++i) {
    this->loop.runReady();
    this->timer.advanceMs(10'000);
  }
  EXPECT_EQ(this->hybrid().state(), TypeParam::isNamedByError ? HybridState::running : HybridState::crashed);
  EXPECT_EQ(this->stored(), TypeParam::isNamedByError ? "a:1" : "");
}

}  // namespace
}  // namespace hyperdb::test
