// Steps that no coroutine awaits: when they end, when they are stopped, and what is freed.
#include "async/detached_step.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace hyperdb::detail {
namespace {

class DetachedStepTest : public testing::Test {
 protected:
  ~DetachedStepTest() override { EXPECT_EQ(liveFramesCount(), framesBefore_); }

  RunLoop loop_;
  CompletionSource<int> answer_{loop_};
  std::string log_;

 private:
  std::int64_t framesBefore_ = liveFramesCount();
};

Step<int> answerNow(int value) { co_return value; }
Step<int> failNow() {
  throw std::runtime_error("no");
  co_return 0;
}
Step<int> waitFor(Completion<int> answer) { co_return co_await std::move(answer) + 1; }
Step<int> stopWhileStarting(DetachedStep& step, Completion<int> answer) {
  step.stop();
  co_return co_await std::move(answer);
}

TEST_F(DetachedStepTest, EndsInsideStartIfNothingIsWaitedFor) {
  DetachedStep step;
  step.start(answerNow(7), [this](const StepEnd<int>& end) { log_ += std::to_string(end.value.value_or(0)); });
  EXPECT_EQ(log_, "7");
  EXPECT_FALSE(step.isRunning());
}

TEST_F(DetachedStepTest, ReportsAnException) {
  DetachedStep step;
  step.start(failNow(), [this](const StepEnd<int>& end) { log_ += end.error ? "error" : "value"; });
  EXPECT_EQ(log_, "error");
}

TEST_F(DetachedStepTest, EndsOnTheExecutorIfItWaits) {
  DetachedStep step;
  step.start(waitFor(answer_.completion()), [this](const StepEnd<int>& end) { log_ += std::to_string(*end.value); });
  EXPECT_TRUE(step.isRunning());
  answer_.resolve(8);
  EXPECT_EQ(log_, "");
  loop_.runReady();
  EXPECT_EQ(log_, "9");
  EXPECT_FALSE(step.isRunning());
}

TEST_F(DetachedStepTest, ItsOwnerMayGoInsideTheEnd) {
  auto step = std::make_unique<DetachedStep>();
  step->start(waitFor(answer_.completion()), [this, &step](const StepEnd<int>&) {
    step = nullptr;
    log_ += "end";
  });
  answer_.resolve(8);
  loop_.runReady();
  EXPECT_EQ(log_, "end");
}

TEST_F(DetachedStepTest, AStepThatIsStoppedIsDestroyedAndReportsNothing) {
  DetachedStep step;
  step.start(waitFor(answer_.completion()), [this](const StepEnd<int>&) { log_ += "end"; });
  step.stop();
  EXPECT_FALSE(step.isRunning());
  EXPECT_EQ(liveFramesCount(), 0);
  answer_.resolve(8);
  loop_.runReady();
  EXPECT_EQ(log_, "");
}

TEST_F(DetachedStepTest, AStepThatIsStoppedWhileItStartsIsDestroyedWhenItSuspends) {
  DetachedStep step;
  step.start(stopWhileStarting(step, answer_.completion()), [this](const StepEnd<int>&) { log_ += "end"; });
  EXPECT_FALSE(step.isRunning());
  EXPECT_EQ(liveFramesCount(), 0);
  EXPECT_EQ(log_, "");
}

TEST_F(DetachedStepTest, AStepThatIsStoppedWhileItStartsAndEndsReportsNothing) {
  DetachedStep step;
  step.start(stopWhileStarting(step, Completion<int>(1)), [this](const StepEnd<int>&) { log_ += "end"; });
  EXPECT_FALSE(step.isRunning());
  EXPECT_EQ(log_, "");
}

TEST_F(DetachedStepTest, AnEndAsACompletionIsReadyAtOnceOrComesLater) {
  DetachedStep step;
  Completion<int> ready = step.startAsync(answerNow(7), loop_);
  ASSERT_TRUE(ready.isReady());
  EXPECT_EQ(ready.get(), 7);
  EXPECT_THROW(step.startAsync(failNow(), loop_).get(), std::runtime_error);
  Completion<int> later = step.startAsync(waitFor(answer_.completion()), loop_);
  EXPECT_FALSE(later.isReady());
  answer_.resolve(8);
  EXPECT_EQ(runUntilReady(loop_, std::move(later)), 9);
  EXPECT_FALSE(step.isRunning());
}

}  // namespace
}  // namespace hyperdb::detail
