// Files of HyperDB for TypeScript. data/hyperdb-js-0.6.sqlite was written by its release 0.6.0.
#include <fstream>
#include <iterator>

#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {
namespace {

const std::string dataFolder = "tests/sqlite/data/";

struct JsTask {
  std::string id;
  std::string projectId;
  std::string title;
  std::string state;
  std::string orderToken;
  std::optional<std::string> note;
  double estimate = 0;
  BigInt version;
  Bytes blob;
  std::vector<std::string> tags;
  std::map<std::string, double> meta;
};
struct JsProject {
  std::string id;
  std::string name;
};

constexpr auto byIds = btree<&JsTask::id>("byIds");
constexpr auto byProjectOrder = btree<&JsTask::projectId, &JsTask::orderToken>("byProjectOrder");
constexpr auto byState = hash<&JsTask::state>("byState");
constexpr auto byTitle = uniqhash<&JsTask::title>("byTitle");
const auto tasks = defineTable<JsTask>("tasks").index(byIds).index(byProjectOrder).index(byState).index(byTitle);
const auto projects = defineTable<JsProject>("projects");

class JsImportTest : public SqliteTest {
 protected:
  JsImportTest() { std::filesystem::copy_file(dataFolder + "hyperdb-js-0.6.sqlite", file()); }

  static Object expected() {
    std::ifstream stream(dataFolder + "hyperdb-js-0.6.expected.json", std::ios::binary);
    const Value value = parseJson(std::string(std::istreambuf_iterator<char>(stream), {}));
    return value.asObject();
  }
  static void expectRows(const DB& db, const std::string& project) {
    const Rows<JsTask> rows =
        execSync(db, selectFrom(tasks, byProjectOrder).where(eq<&JsTask::projectId>(project)).order(asc));
    const Object all = expected();
    const Array& wanted = all.at(project).asArray();
    ASSERT_EQ(rows.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_EQ(Value(tasks.def().rowType().toObject(*rows.sequence()[i])), wanted[i]);
    }
  }
};

TEST_F(JsImportTest, ItsRowsComeOutEqualAndInOrder) {
  const SubscribableDB db = openFile(file(), {tasks, projects});
  expectRows(db, "project-0");
  expectRows(db, "project-7");
  EXPECT_EQ(execSync(db, selectFrom(tasks, byIds)).size(), 1998u);
  EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM projects"), "20");
  EXPECT_EQ(damageOf(db), "");
}

TEST_F(JsImportTest, TheFileGoesOnWorking) {
  {
    const SubscribableDB db = openFile(file(), {tasks, projects});
    const RowPtr<JsTask> old = execSync(db, selectFrom(tasks, byId).where(eq<&JsTask::id>("task-1")).first());
    ASSERT_TRUE(old);
    JsTask changed = *old;
    changed.title = "Changed";
    execSync(db, upsert(tasks, changed));
    execSync(db, deleteRows(tasks, "task-2"));
    JsTask same;
    same.id = "new";
    same.title = "Changed";
    EXPECT_EQ(thrown([&] { execSync(db, insert(tasks, same)); })->code(), ErrorCode::uniqueViolation);
  }
  const SubscribableDB db = openFile(file(), {tasks, projects});
  EXPECT_EQ(execSync(db, selectFrom(tasks, byTitle).where(eq<&JsTask::title>("Changed")).first())->id, "task-1");
  EXPECT_EQ(execSync(db, selectFrom(tasks, byIds)).size(), 1997u);
  EXPECT_EQ(damageOf(db), "");
}

TEST_F(JsImportTest, ATableIsTakenOverWhenItIsLoadedAndNotBefore) {
  openFile(file(), {projects});
  EXPECT_EQ(askSqlite(file(), "SELECT table_name FROM _hyperdb_schema_metadata"), "tasks");
  const SubscribableDB db = openFile(file(), {projects, tasks});
  EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM sqlite_master WHERE name = '_hyperdb_schema_metadata'"), "0");
  expectRows(db, "project-0");
}

TEST_F(JsImportTest, ARowThatDoesNotFitIsNamedAndTheFileStaysAsItWas) {
  askSqlite(file(), "UPDATE tasks SET data = json_set(data, '$.estimate', 'much') WHERE id = 'task-5'");
  const std::optional<Error> error = thrown([&] { openFile(file(), {tasks}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidRow);
  EXPECT_EQ(error->place().rowId, "task-5");
  EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM _hyperdb_schema_metadata"), "2");
  EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM sqlite_master WHERE name LIKE 'hyperdb%'"), "0");
}

TEST_F(JsImportTest, MembersThatADefinitionDoesNotKnowAreNotLost) {
  openFile(file(), {defineTable("tasks", {{"id", v::string()}, {"title", v::string()}})});
  const SubscribableDB db = openFile(file(), {tasks});
  expectRows(db, "project-7");
}

}  // namespace
}  // namespace hyperdb::test
