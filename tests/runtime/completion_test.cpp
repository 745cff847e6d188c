// Completion: results that are there and results that come.
#include <thread>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

std::exception_ptr someError() { return std::make_exception_ptr(Error(ErrorCode::driverFailure, "injected")); }

TEST(Completion, GivesAValueThatIsThereOrThrowsTheErrorThatIsThere) {
  EXPECT_EQ(Completion<int>(3).get(), 3);
  EXPECT_TRUE(Completion<int>(3).isReady());
  EXPECT_EQ(codeOf([] { Completion<int>(someError()).get(); }), ErrorCode::driverFailure);
}

TEST(Completion, IsNotSynchronousBeforeItIsFilled) {
  RunLoop loop;
  const CompletionSource<std::string> source(loop);
  Completion<std::string> completion = source.completion();
  EXPECT_FALSE(completion.isReady());
  EXPECT_EQ(codeOf([&] { completion.get(); }), ErrorCode::notSynchronous);
  source.resolve("late");
  EXPECT_EQ(completion.get(), "late");
}

TEST(Completion, CallsBackOnTheExecutorAndNeverFromInsideThen) {
  RunLoop loop;
  const CompletionSource<int> source(loop);
  std::string log;
  source.completion().then(loop, [&](Completion<int> done) { log += "late " + std::to_string(done.get()) + " "; });
  Completion<int>(1).then(loop, [&](Completion<int> done) { log += "ready " + std::to_string(done.get()) + " "; });
  EXPECT_EQ(log, "");
  source.resolve(2);
  EXPECT_EQ(log, "");
  loop.runReady();
  EXPECT_EQ(log, "ready 1 late 2 ");
}

TEST(Completion, CallsBackAlsoWhenItsSourceHasGoneBehindTheResult) {
  RunLoop loop;
  int given = 0;
  {
    const CompletionSource<int> source(loop);
    source.completion().then(loop, [&](Completion<int> done) { given = done.get(); });
    source.resolve(3);
  }
  loop.runReady();
  EXPECT_EQ(given, 3);
}

TEST(Completion, WhatACallbackThrowsIsALineOnStandardError) {
#ifdef __EMSCRIPTEN__
  GTEST_SKIP() << "what a program writes to standard error under Node can't be read here";
#endif
  RunLoop loop;
  const CompletionSource<int> source(loop);
  source.completion().then(loop, [](Completion<int> done) { done.get(); });
  Completion<int>(1).then(loop, [](Completion<int>) { throw 1; });
  source.fail(someError());
  testing::internal::CaptureStderr();
  loop.runReady();
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_NE(lines.find("a callback threw: "), std::string::npos) << lines;
  EXPECT_NE(lines.find("injected"), std::string::npos) << lines;
  EXPECT_NE(lines.find("not a std::exception"), std::string::npos) << lines;
}

TEST(Completion, CancellingAsksTheProducerOnceAndNotAfterTheResult) {
  RunLoop loop;
  int asked = 0;
  const CompletionSource<int> source(loop);
  Completion<int> completion = source.completion();
  source.onCancel([&] { ++asked; });
  EXPECT_FALSE(source.isCancelRequested());
  completion.cancel();
  completion.cancel();
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(source.isCancelRequested());
  source.onCancel([&] { ++asked; });
  EXPECT_EQ(asked, 2) << "who comes late hears of it at once";

  const CompletionSource<int> finished(loop);
  Completion<int> done = finished.completion();
  finished.onCancel([&] { ++asked; });
  finished.resolve(1);
  done.cancel();
  EXPECT_EQ(asked, 2);
}

TEST(RunLoop, RunsInOrderAlsoWhatIsPostedMeanwhileAndNeverInsidePost) {
  RunLoop loop;
  std::string log;
  loop.post([&] {
    log += "1 ";
    loop.post([&] { log += "3 "; });
  });
  loop.post([&] { log += "2 "; });
  EXPECT_EQ(log, "");
  EXPECT_TRUE(loop.runOne());
  EXPECT_EQ(log, "1 ");
  EXPECT_EQ(loop.runReady(), 2u);
  EXPECT_EQ(log, "1 2 3 ");
  EXPECT_FALSE(loop.runOne());
}

TEST(RunLoop, RunsUntilTheConditionHoldsOrItIsStopped) {
  RunLoop loop;
  int count = 0;
  for (int i = 0; i < 5; ++i) loop.post([&] { ++count; });
  EXPECT_TRUE(loop.runUntil([&] { return count == 3; }));
  EXPECT_EQ(count, 3);
  loop.stop();
  EXPECT_FALSE(loop.runUntil([] { return false; }));
  EXPECT_EQ(count, 5);
}

TEST(RunLoop, MayBeDestroyedByWhatItRuns) {
  auto loop = std::make_unique<RunLoop>();
  bool wasDropped = true;
  loop->post([&] { loop.reset(); });
  loop->post([&] { wasDropped = false; });
  loop->runReady();
  EXPECT_EQ(loop, nullptr);
  EXPECT_TRUE(wasDropped);
}

TEST(RunLoop, WhatIsDroppedMayPostAgain) {
  auto loop = std::make_unique<RunLoop>();
  struct PostsWhenItGoes {
    RunLoop& loop;
    int& count;
    ~PostsWhenItGoes() {
      if (++count < 3) loop.post([again = std::make_shared<PostsWhenItGoes>(PostsWhenItGoes{loop, count})] {});
    }
  };
  int count = 0;
  loop->post([first = std::shared_ptr<PostsWhenItGoes>(new PostsWhenItGoes{*loop, count})] {});
  loop.reset();
  EXPECT_GE(count, 3);
}

}  // namespace
}  // namespace hyperdb::test
