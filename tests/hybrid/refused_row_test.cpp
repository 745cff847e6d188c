// A row that the primary can never store.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

template <class Hybrid>
class HybridRefusedRow : public DiskTest<Hybrid> {};
using Hybrids = ::testing::Types<HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(HybridRefusedRow, Hybrids);

TYPED_TEST(HybridRefusedRow, IsUndoneAndTheOtherRowsAreFlushed) {
  this->store({makeTask("huge", "p1", 1)});
  this->open();
  auto live = cachedSelector(this->db(), allTasks());
  const Subscription subscription = live.subscribe([] {});
  this->disk->refusedId = "huge";
  for (int i = 2; i < 12; ++i) this->put("t" + std::to_string(i), i);
  this->put("huge", 50);
  for (int i = 12; i < 22; ++i) this->put("t" + std::to_string(i), i);
  EXPECT_EQ(codeOf([&] { this->hybrid().flushed().get(); }), ErrorCode::invalidRow);
  EXPECT_EQ(this->hybrid().state(), HybridState::running);
  EXPECT_EQ(this->hybrid().pendingCommits(), 0U);
  EXPECT_NE(this->kindsOfEvents().find("conflict"), std::string::npos) << this->kindsOfEvents();
  EXPECT_EQ(this->stored().find("huge:50"), std::string::npos);
  EXPECT_EQ(textOf(live.snapshot()).substr(0, 7), "huge:1 ");
  EXPECT_EQ(live.snapshot().size(), 21U);
  EXPECT_NE(this->stored().find("t21:21"), std::string::npos);
  this->put("later", 60);
  this->hybrid().flushed().get();
}

}  // namespace
}  // namespace hyperdb::test
