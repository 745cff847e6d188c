// The code of docs/drivers.md.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"
#include "temp_folder.hpp"

using namespace hyperdb;

namespace {

struct Task {
  std::string id;
  std::string title;
};

struct Note {
  std::string id;
};

inline const auto tasksTable = defineTable<Task>("tasks");

void memory() {
  // [memory]
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable}));
  check(db.driver().name() == "memory");
  // [/memory]

  // [loading]
  const auto notesTable = defineTable<Note>("notes");
  execSync(db.loadTables({tasksTable, notesTable}));  // tasks are loaded already: no effect on them
  try {
    const auto otherTasks = defineTable<Note>("tasks");
    execSync(db.loadTables({otherTasks}));
    check(false);
  } catch (const Error& error) {
    check(error.code() ==
          ErrorCode::invalidDefinition);  // the name has another definition; nothing was changed
  }
  // [/loading]
}

void sqlite(const std::string& path) {
  // [sqlite]
  DB db(SqlDriver{path});
  execSync(db.loadTables({tasksTable}));
  execSync(db,
           insert(tasksTable, Task{.id = "t1", .title = "Ship"}));  // in the file when this returns
  // [/sqlite]
}

void hybrid(const std::string& path) {
  // [hybrid]
  DB db(HybridDB{SqlDriver{path}});
  execSync(db.loadTables({tasksTable}));
  db.driverAs<HybridDB>()
      .preloadTables({tasksTable})
      .get();  // memory answers every read from now on
  execSync(db,
           upsert(tasksTable, Task{.id = "t1", .title = "Rest"}));  // in memory when this returns
  db.driverAs<HybridDB>().flushed().get();                          // and now in the file
  // [/hybrid]
}

// [choose]
/// The only place that depends on the driver.
std::unique_ptr<Driver> makeDriver(const std::string& path) {
  if (path.empty()) return std::make_unique<BptreeInmemDriver>();
  return std::make_unique<SqlDriver>(path);
}
// [/choose]

void choose(const std::string& path) {
  // [chooseUse]
  for (const std::string& place : {std::string(), path}) {
    DB db(makeDriver(place));
    execSync(db.loadTables({tasksTable}));
    execSync(db, upsert(tasksTable, Task{.id = "t2", .title = "Sleep"}));
  }
  // [/chooseUse]
}

// [wrapper]
/// A driver that forwards every call, and fails on request: for tests of a program's error handling.
class FlakyDriver final : public Driver {
 public:
  explicit FlakyDriver(std::shared_ptr<bool> fails) : fails_(std::move(fails)) {}

  std::string_view name() const noexcept override { return "flaky"; }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    return inner_.loadTables(tables);
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override {
    if (*fails_)
      return std::make_exception_ptr(Error(ErrorCode::driverFailure, "the disk is full"));
    return inner_.begin(mode);
  }
  bool keepsRowObjects() const noexcept override { return inner_.keepsRowObjects(); }
  std::shared_ptr<const DriverSnapshot> snapshot() const override { return inner_.snapshot(); }
  DriverCounters counters() const noexcept override { return inner_.counters(); }
  void close() noexcept override { inner_.close(); }

 private:
  BptreeInmemDriver inner_;
  std::shared_ptr<bool> fails_;
};
// [/wrapper]

void flaky() {
  // [wrapperUse]
  auto fails = std::make_shared<bool>(false);
  DB db(FlakyDriver{fails});
  execSync(db.loadTables({tasksTable}));
  *fails = true;
  try {
    execSync(db, insert(tasksTable, Task{.id = "t1", .title = "Ship"}));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::driverFailure);
  }
  *fails = false;
  execSync(
      db, insert(tasksTable, Task{.id = "t1", .title = "Ship"}));  // the database continues to work
  check(db.revision() == 1);
  // [/wrapperUse]
}

}  // namespace

int main() {
  const TempFolder folder;
  const std::string path = folder.file("app.sqlite");
  memory();
  sqlite(path);
  hybrid(path);
  choose(path);
  flaky();
}
