// A module as its page uses it, without WebAssembly: what it exposes, calls, live results, errors.
#include <gtest/gtest.h>

#include <cmath>

#include <hyperdb/error.hpp>
#include <hyperdb/hyperdb.hpp>
#include <hyperdb/json.hpp>
#include <hyperdb/web.hpp>

#include "../../src/web/instance.hpp"
#include "support/task_db.hpp"
#include "support/thrown.hpp"
#include "web/fake_page.hpp"

namespace hyperdb::test {
namespace {

const auto tasksOf = selector("tasksOf", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>(projectId));
});
const auto taskOf = selector(
    "taskOf", {"id"}, [](std::string id) -> Selector<RowPtr<Task>> { co_return co_await getById(tasksTable, id); });
const auto addOne = action("addOne", {"id", "projectId"}, [](std::string id, std::string projectId) -> Action<> {
  Task task;
  task.id = std::move(id);
  task.projectId = std::move(projectId);
  co_await insert(tasksTable, task);
});
const auto countAll = action("countAll", {}, []() -> Action<double> {
  const auto count = co_await selectFrom(tasksTable, byProject).count();
  co_return static_cast<double>(count);
});
const auto throwInt = action("throwInt", {}, []() -> Action<> {
  throw 5;
  co_return;
});

}  // namespace
}  // namespace hyperdb::test

void hyperdb::defineWebModule(WebModule& module) {
  using namespace hyperdb::test;
  module.expose(tasksTable, tasksOf, taskOf, addOne, countAll, throwInt);
}

namespace hyperdb::test {
namespace {

using detail::ByteReader;
using detail::Instance;

class WebModuleTest : public testing::Test {
 protected:
  WebModuleTest() {
    FakePage::get().clear();
    database_ = module().open(Object{});
    module().out().clear();
  }
  ~WebModuleTest() override {
    module().close(database_);
    module().sweep(true);
  }

  static Instance& module() {
    static Instance instance;
    return instance;
  }
  Value read() {
    ByteReader in(module().out().data());
    Value value = page().read(in);
    EXPECT_TRUE(in.isAtEnd());
    module().out().clear();
    return value;
  }
  static PageReader& page() {
    static PageReader reader;
    return reader;
  }
  void add(const char* id, const char* projectId = "p1") {
    module().runAction(database_, 0, Object{{"id", id}, {"projectId", projectId}});
    EXPECT_EQ(read(), Value());
  }

  std::uint32_t database_ = 0;
};

TEST_F(WebModuleTest, SaysWhatItExposes) {
  module().describe();
  const Value described = read();
  EXPECT_EQ(toJson(described.asObject().at("actions")),
            R"([{"arguments":[{"name":"id","type":{"kind":"string"}},{"name":"projectId","type":{"kind":"string"}}],)"
            R"("name":"addOne","result":{"kind":"void","of":{"$undefined":true}}},)"
            R"({"arguments":[],"name":"countAll","result":{"kind":"number"}},)"
            R"({"arguments":[],"name":"throwInt","result":{"kind":"void","of":{"$undefined":true}}}])");
}

TEST_F(WebModuleTest, ANameThatIsNoIdentifierOrStandsTwiceIsRefused) {
  WebModule list;
  list.expose(tasksTable, taskOf);
  EXPECT_EQ(codeOf([&] { list.expose(taskOf); }), ErrorCode::invalidDefinition);
  EXPECT_EQ(codeOf([&] { list.expose(tasksTable); }), ErrorCode::invalidDefinition);
  const auto odd = selector("by-id", {}, []() -> Selector<double> { co_return 1; });
  EXPECT_EQ(codeOf([&] { list.expose(odd); }), ErrorCode::invalidDefinition);
  const auto reserved = selector("delete", {}, []() -> Selector<double> { co_return 1; });
  EXPECT_EQ(codeOf([&] { list.expose(reserved); }), ErrorCode::invalidDefinition);
  const auto asTable = selector("tasks", {}, []() -> Selector<double> { co_return 1; });
  EXPECT_EQ(codeOf([&] { list.expose(asTable); }), ErrorCode::invalidDefinition);
}

TEST_F(WebModuleTest, AnOptionOfAnotherKindIsRefused) {
  for (const double time : {-1.0, 0.5, 1e300, HUGE_VAL, std::nan("")}) {
    EXPECT_EQ(codeOf([&] { module().open(Object{{"gcTimeMs", time}}); }), ErrorCode::invalidArgument) << time;
  }
  EXPECT_EQ(codeOf([&] { module().open(Object{{"runtimeRowsValidation", "yes"}}); }), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf([&] { module().open(Object{{"name", 5}}); }), ErrorCode::invalidArgument);
  const std::uint32_t other = module().open(Object{{"gcTimeMs", 9007199254740991.0}, {"name", Value()}});
  module().close(other);
}

TEST_F(WebModuleTest, ARowIsSentOnce) {
  add("t1");
  module().runSelector(database_, 0, Object{{"projectId", "p1"}});
  const std::size_t first = module().out().data().size();
  const Value rows = read();
  EXPECT_EQ(rows.asArray()[0].asObject().at("id"), Value("t1"));
  module().runSelector(database_, 0, Object{{"projectId", "p1"}});
  EXPECT_LT(module().out().data().size(), 8u);
  EXPECT_GT(first, 20u);
  EXPECT_EQ(read(), rows);
  module().runSelector(database_, 1, Object{{"id", "t2"}});
  EXPECT_EQ(read(), Value());
}

TEST_F(WebModuleTest, BadArgumentsNameTheCommandAndTheParameterAndChangeNothing) {
  const auto message = [&](Value arguments) {
    return thrownText([&] { module().runAction(database_, 0, std::move(arguments)); });
  };
  EXPECT_EQ(message(Object{{"id", 5}, {"projectId", "p"}}), "id: expected a string, got 5 (command \"addOne\")");
  EXPECT_EQ(message(Object{{"id", "t"}}), "projectId: expected a string, got nothing (command \"addOne\")");
  EXPECT_EQ(message(Object{{"id", "t"}, {"projectId", "p"}, {"rank", 1}}),
            "there is no argument \"rank\" (there are: id, projectId) (command \"addOne\")");
  EXPECT_EQ(message(Array{}), "the arguments are an object with a member for each, not [] (command \"addOne\")");
  module().runAction(database_, 1, Value());
  EXPECT_EQ(read(), Value(0));
}

TEST_F(WebModuleTest, ALiveListIsSentWholeAndThenAsChanges) {
  add("t1");
  const std::uint32_t live = module().openLive(database_, 0, Object{{"projectId", "p1"}}, detail::WebLiveMode::whole);
  module().subscribe(live, true);
  module().readLive(live, true, true);
  module().out().clear();
  FakePage::get().clear();  // the first result was announced
  add("t2", "p2");
  EXPECT_TRUE(FakePage::get().changed.empty());
  add("t3");
  EXPECT_EQ(FakePage::get().commits, (std::vector<double>{2, 3}));
  EXPECT_EQ(FakePage::get().changed, std::vector<std::uint32_t>{live});

  module().readLive(live, true, false);
  ByteReader in(module().out().data());
  EXPECT_EQ(in.byte(), 1);  // ready
  EXPECT_EQ(in.byte(), 0);  // no run on its way
  in.varint();              // the revision
  EXPECT_EQ(in.varint(), 2u);
  EXPECT_EQ(in.byte(), 3);  // changes
  EXPECT_EQ(in.varint(), 2u);
  EXPECT_EQ(in.varint(), 0u);  // removed
  EXPECT_EQ(in.varint(), 0u);  // updated
  EXPECT_EQ(in.varint(), 1u);  // inserted
  in.varint();
  EXPECT_EQ(page().readRow(in).asObject().at("id"), Value("t3"));
  EXPECT_TRUE(in.isAtEnd());
  module().closeLive(live);
}

TEST_F(WebModuleTest, AsynchronousCallsEndOnce) {
  module().startAction(database_, 1, Value(), 7);
  module().run();
  EXPECT_EQ(FakePage::get().settled, std::vector<std::uint32_t>{7});
  module().take(7);
  EXPECT_EQ(read(), Value(0));
  EXPECT_EQ(codeOf([&] { module().take(7); }), ErrorCode::invalidArgument);
}

TEST_F(WebModuleTest, AnythingThatACommandThrowsIsAnErrorWithACode) {
  try {
    module().runAction(database_, 2, Value());
    FAIL() << "nothing was thrown";
  } catch (...) {
    module().writeError(std::current_exception());
  }
  EXPECT_EQ(read().asObject().at("code"), Value("exception"));
}

TEST_F(WebModuleTest, NothingIsAliveWhenAllIsClosed) {
  const std::int64_t rows = RowHeader::liveCount();
  const std::uint32_t other = module().open(Object{{"name", "other"}});
  module().runAction(other, 0, Object{{"id", "t1"}, {"projectId", "p1"}});
  module().openLive(other, 0, Object{{"projectId", "p1"}}, detail::WebLiveMode::whole);
  module().runSelector(other, 0, Object{{"projectId", "p1"}});
  module().close(other);
  module().close(other);  // closing twice is no error
  module().sweep(true);
  EXPECT_EQ(RowHeader::liveCount(), rows);
  EXPECT_EQ(FakePage::get().freed.size(), 1u);
  EXPECT_EQ(codeOf([&] { module().runSelector(other, 0, Value()); }), ErrorCode::closed);
}

}  // namespace
}  // namespace hyperdb::test
