// The code of docs/sync.md.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

// [tables]
struct Task {
  std::string id;
  std::string title;
};

/// A change that the other side has not got yet.
struct Pending {
  std::string id;     // of the row that changed: a later change of it replaces the earlier one
  double number = 0;  // the order in which they are sent
  std::optional<Value> row{};  // the row as it is now; absent if it was deleted
};

inline const auto tasksTable = defineTable<Task>("tasks");
inline constexpr auto byNumber = btree<&Pending::number>("byNumber");
inline const auto pendingTable = defineTable<Pending>("pending").index(byNumber);
// [/tables]

// [note]
inline const auto notePending =
    action("notePending", {"id", "row"}, [](std::string id, std::optional<Value> row) -> Action<> {
      RowPtr<Pending> last = co_await selectFrom(pendingTable, byNumber).order(desc).first();
      Pending pending{.id = id, .number = last ? last->number + 1 : 1, .row = row};
      co_await upsert(pendingTable, pending);
    });

/// Notes every change of a task, in the transaction that makes it: there is no moment at which one could be lost.
Subscription noteChanges(const SubscribableDB& db) {
  return db.afterChange(
      [](HookContext& context, const AnyTable& table, std::span<const Op> ops) -> Action<> {
        if (!(table == AnyTable(tasksTable)) || findTrait(context.traits, "sync") != nullptr)
          co_return;
        for (const Op& op : ops) {
          std::optional<Value> row;
          if (op.newRow) row = Value(op.table->rowType().toObject(*op.newRow));
          co_await notePending(std::string(op.rowId()), row);
        }
      });
}
// [/note]

// [send]
inline const auto takePending = action("takePending", {}, []() -> Action<std::vector<Pending>> {
  Rows<Pending> rows = co_await selectFrom(pendingTable, byNumber);
  std::vector<std::string> ids;
  for (const Pending& pending : rows) ids.push_back(pending.id);
  std::vector<Pending> taken = rows.toVector();
  co_await deleteRows(pendingTable, ids);
  co_return taken;
});

/// The changes as text for the other side.
std::string encode(const std::vector<Pending>& changes) {
  Array list;
  for (const Pending& change : changes) {
    Object object{{"id", change.id}};
    if (change.row) object.set("row", *change.row);
    list.push_back(object);
  }
  return toJson(list);
}
// [/send]

// [receive]
inline const auto applyChanges =
    action("applyChanges", {"changes"}, [](std::vector<Value> changes) -> Action<> {
      DynamicTable tasks = tasksTable.dynamic();  // rows as objects, as they came
      for (const Value& change : changes) {
        const Object& object = change.asObject();
        if (const Value* row = object.find("row")) {
          co_await upsert(tasks, row->asObject());
        } else {
          co_await deleteRows(tasks, object.at("id").asString());
        }
      }
    });

/// All of the text, or nothing of it. The trait says that these changes need not be sent back.
void receive(const SubscribableDB& db, const std::string& text) {
  syncDispatch(db.withTraits({{"sync"}}), applyChanges(parseJson(text).asArray()));
}
// [/receive]

SubscribableDB makeDB() {
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable, pendingTable}));
  return db;
}

void twoSides() {
  // [use]
  SubscribableDB here = makeDB();
  SubscribableDB there = makeDB();
  Subscription hereNotes = noteChanges(here);
  Subscription thereNotes = noteChanges(there);

  execSync(here,
           insert(tasksTable, {{.id = "t1", .title = "Ship"}, {.id = "t2", .title = "Rest"}}));
  execSync(here, upsert(tasksTable, Task{.id = "t1", .title = "Ship it"}));
  execSync(here, deleteRows(tasksTable, "t2"));

  const std::string text = encode(syncDispatch(here, takePending()));
  check(text == R"([{"id":"t1","row":{"id":"t1","title":"Ship it"}},{"id":"t2"}])");
  receive(there, text);
  check(execSync(there, selectFrom(tasksTable, byId).where(eq<&Task::id>("t1")).first())->title ==
        "Ship it");
  check(syncDispatch(there, takePending()).empty());  // what came from here is not sent back
  // [/use]
}

}  // namespace

int main() { twoSides(); }
