// What tests/debug/printers_test.py looks at with a debugger: rows and values, at the call of `stopHere`.
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

using namespace hyperdb;

namespace {

struct Task {
  std::string id;
  std::string title;
  double rank = 0;
};

inline constexpr auto byRank = btree<&Task::rank>("byRank");
const auto tasksTable = defineTable<Task>("tasks").index(byRank);

const auto addTasks = action("addTasks", {"count"}, [](int count) -> Action<> {
  std::vector<Task> tasks;
  for (int i = 0; i < count; ++i) {
    Task task{.id = "t" + std::to_string(i), .title = "Task " + std::to_string(i), .rank = i * 0.5};
    tasks.push_back(task);
  }
  co_await insert(tasksTable, tasks);
});

}  // namespace

// The debugger stops here, and looks at the caller.
extern "C" __attribute__((noinline)) void stopHere() { asm volatile("" ::: "memory"); }

int main() {
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable}));
  syncDispatch(db, addTasks(5000));

  const auto all = selectFrom(tasksTable, byRank);
  Rows<Task> noRows;
  Rows<Task> copied = execSync(db, all.limit(2));
  Rows<Task> window = execSync(db, all.where(gte<&Task::rank>(1000.0)).limit(100));
  Rows<Task> reversed = execSync(db, all.order(Order::descending).limit(1500));
  Rows<Task> everything = execSync(db, all);
  Rows<Object> objects = execSync(db, selectFrom(tasksTable.dynamic(), "byRank").limit(2));
  RowPtr<Task> task = execSync(db, all.where(eq<&Task::rank>(21.0)).first());
  RowPtr<Task> noTask = execSync(db, all.where(eq<&Task::rank>(-1.0)).first());
  RowPtr<Object> object = execSync(db, selectFrom(tasksTable.dynamic(), "byRank").first());

  Object inner{{"size", BigInt(std::int64_t{-9007199254740993})}, {"data", Bytes{std::string("\x01\x00\xff", 3)}}};
  Value nested(Object{{"title", "a \"quoted\" title that is longer than a small string"},
                      {"list", Array{1, 1.5, true, nullptr, Value(), Array{}}},
                      {"inner", inner}});
  Object shifted{{"b", 2}, {"c", 3}};
  shifted.set("a", 1);  // in the room before the first member
  Value number(0.1);
  Value longText(std::string(1000, 'x'));
  Value longList(Array(1000, Value(7)));
  Value deep;
  for (int i = 0; i < 100; ++i) deep = Value(Array{deep});
  BigInt large = *BigInt::parse("-123456789012345678901234567890");
  BigInt larger = *BigInt::parse("1234567890123456789012345678901234567890123456789");
  BigInt huge = *BigInt::parse("1" + std::string(1000, '0'));
  Value unsigned64(std::uint64_t{18446744073709551615U});
  Bytes manyBytes{std::string(100, 'b')};

  // What a debugger meets in a variable whose initialization has not run.
  alignas(16) static unsigned char damaged[sizeof(Value)];
  for (unsigned char& byte : damaged) byte = 0xCD;
  const auto& badRows = *std::launder(reinterpret_cast<Rows<Task>*>(damaged));
  const auto& badPtr = *std::launder(reinterpret_cast<RowPtr<Task>*>(damaged));
  const auto& badValue = *std::launder(reinterpret_cast<Value*>(damaged));
  const auto& badObject = *std::launder(reinterpret_cast<Object*>(damaged));

  stopHere();
  const void* const used[] = {&badRows, &badPtr, &badValue, &badObject};
  return used[0] == damaged && noRows.empty() && !noTask ? 0 : 1;
}
