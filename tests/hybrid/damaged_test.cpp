// A primary that contradicts itself, also when it is read again: what reads it fails, and nothing else.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

template <class Hybrid>
class HybridDamaged : public DiskTest<Hybrid> {
 protected:
  RowRef rowOf(const Task& task) { return RowRef(new RowBox<Task>(tasksTable.def().rowType(), task)); }
  /// Runs what is posted, and fails if that never ends.
  void rest() {
    for (int i = 0; i < 1000; ++i) {
      if (!this->loop.runOne()) return;
    }
    FAIL() << "the executor does not come to rest";
  }
  std::size_t countOf(HybridEventKind kind) {
    std::size_t count = 0;
    for (const HybridEvent& event : this->events) count += event.kind == kind ? 1U : 0U;
    return count;
  }
  /// A live result that reads the damage ends in an error; everything else works.
  void expectUsable() {
    auto live = asyncSelector(this->db(), allTasks());
    const Subscription subscription = live.subscribe([] {});
    auto other = cachedSelector(this->db(), tasksFrom(5, 100));
    const Subscription watch = other.subscribe([] {});
    rest();
    EXPECT_EQ(live.status(), SelectorStatus::failed);
    EXPECT_GT(countOf(HybridEventKind::damaged), 0U);
    this->put("t9", 9);
    rest();
    EXPECT_EQ(textOf(other.snapshot()), "t7:7 t9:9");
    EXPECT_EQ(codeOf([&] { select(this->db(), allTasks()); }), ErrorCode::driverFailure);
    rest();
    EXPECT_EQ(this->hybrid().state(), HybridState::running);
    this->hybrid().flushed().get();
  }
};

class PreloadedDamaged : public HybridDamaged<PreloadedHybridDB> {};

TEST_F(PreloadedDamaged, ARowThatDisagreesWithItsIndexKeysIsAnErrorAndTheExecutorRests) {
  this->store({makeTask("t1", "p1", 1), makeTask("t7", "p1", 7)});
  disk->givesKeys = true;
  open();
  disk->forged["t1"] = rowOf(makeTask("t1", "p1", 3));
  expectUsable();
  std::string message;
  try {
    select(db(), taskById("t1"));
  } catch (const Error& error) {
    message = error.what();
    EXPECT_EQ(error.place().table + "/" + error.place().rowId, "tasks/t1");
  }
  EXPECT_NE(message.find("damaged"), std::string::npos) << message;
}

TEST_F(PreloadedDamaged, ARowThatIsGoneWhileItsKeysAreThereIsAnErrorAndTheExecutorRests) {
  this->store({makeTask("t1", "p1", 1), makeTask("t7", "p1", 7)});
  disk->givesKeys = true;
  open();
  disk->forged["t1"] = RowRef();
  expectUsable();
}

TEST_F(PreloadedDamaged, AfterAReportOfThePrimaryEverythingIsReadAgain) {
  this->store({makeTask("t1", "p1", 1), makeTask("t7", "p1", 7)});
  disk->givesKeys = true;
  open();
  disk->forged["t1"] = rowOf(makeTask("t1", "p1", 3));
  expectUsable();
  disk->forged.clear();
  disk->host->onUnknownChange();
  rest();
  EXPECT_EQ(textOf(select(db(), allTasks())), "t1:1 t7:7 t9:9");
}

class RangeDamaged : public HybridDamaged<HybridDB> {};

TEST_F(RangeDamaged, TwoRowsWithOneUniqueValueAreAnErrorAndTheExecutorRests) {
  Task first = makeTask("t1", "p1", 1);
  first.note = "n";
  this->store({first, makeTask("t2", "p1", 2), makeTask("t7", "p1", 7)});
  open();
  Task second = makeTask("t2", "p1", 2);
  second.note = "n";
  disk->forged["t2"] = rowOf(second);
  expectUsable();
}

}  // namespace
}  // namespace hyperdb::test
