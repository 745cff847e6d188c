#include "differential/commands.hpp"

#include <utility>

namespace hyperdb::test {

namespace {

// What an action of a script can't be given as an argument.
const Script* calledScript = nullptr;
Record* calledRecord = nullptr;

Action<> runSteps(const Script* script, Record* record);

const auto runCalled = action("runCalled", {}, []() -> Action<> { return runSteps(calledScript, calledRecord); });

Action<> readRows(const Script* step, Record* record) {
  if (step->table == parts) {
    Rows<Part> rows;
    if (step->isCall) rows = co_await partRows(step->question);
    if (!step->isCall) rows = co_await FullQuery<Part>(specOf(step->question));
    record->note("script read " + textOf(rows));
    co_return;
  }
  Rows<Object> rows;
  if (step->isCall) rows = co_await thingRows(step->question);
  if (!step->isCall) rows = co_await FullQuery<Object>(specOf(step->question));
  record->note("script read " + textOf(rows));
}

/// Moves the unique values of the rows on by one, so that each gets the one of its neighbour.
void rotateValues(std::vector<Object>& rows, const std::string& column) {
  std::vector<Object*> havingIt;
  for (Object& row : rows) {
    if (row.contains(column)) havingIt.push_back(&row);
  }
  if (havingIt.empty()) return;
  Value moved = havingIt.back()->at(column);
  for (Object* row : havingIt) std::swap(*row->find(column), moved);
}

/// The column of the unique values that `rotate` moves.
std::string rotatedColumn(const Question& question) {
  if (question.index == "bySizeStamp") return "stamp";
  if (question.index == "byKindSpot") return "spot";
  return question.table == parts ? "code" : "tag";
}

/// For `rewrite` and `rotate`.
Action<> writeAgain(const Script* step) {
  const DynamicTable table = tableNumber(step->table);
  Rows<Object> rows = co_await FullQuery<Object>(specOf(step->question));
  std::vector<Object> again = rows.toVector();
  if (step->kind == Script::Kind::rotate) rotateValues(again, rotatedColumn(step->question));
  co_await upsert(table, again);
}

Action<> runStep(const Script* step, Record* record) {
  const DynamicTable table = tableNumber(step->table);
  switch (step->kind) {
    case Script::Kind::insert: co_await insert(table, step->rows); break;
    case Script::Kind::upsert: co_await upsert(table, step->rows); break;
    case Script::Kind::remove: co_await deleteRows(table, step->ids); break;
    case Script::Kind::rewrite:
    case Script::Kind::rotate: co_await writeAgain(step); break;
    case Script::Kind::read: co_await readRows(step, record); break;
    case Script::Kind::fail: throw ScriptFailure{"a script"};
    case Script::Kind::nested:
      calledScript = step;
      calledRecord = record;
      if (step->isCall) co_await runCalled();
      if (!step->isCall) co_await runSteps(step, record);
      break;
  }
}

Action<> runSteps(const Script* script, Record* record) {
  for (const Script& step : script->steps) {
    try {
      co_await runStep(&step, record);
    } catch (...) {
      record->note("script got " + textOf(std::current_exception()));
      if (!step.isCaught) throw;
    }
  }
}

class InScript {
 public:
  explicit InScript(Record& record) : record_(record) { record_.isInScript = true; }
  InScript(const InScript&) = delete;
  InScript& operator=(const InScript&) = delete;
  ~InScript() { record_.isInScript = false; }

 private:
  Record& record_;
};

/// What a thing says of a part.
Object mirrorOf(const RowPtr<Part>& part) {
  Object row{{"id", "m" + part->id}, {"kind", part->group}, {"key", part->rank}, {"mark", part->isDone}};
  if (part->size) row.set("extra", BigInt(*part->size));
  return row;
}

Subscription addMirror(const SubscribableDB& db) {
  return db.afterChange([](HookContext& context, const AnyTable&, std::span<const Op> ops) -> Action<> {
    if (!(context.table == AnyTable(partsTable))) co_return;
    std::vector<Object> rows;
    std::vector<std::string> ids;
    for (const Op& op : ops) {
      if (op.newRow) rows.push_back(mirrorOf(RowPtr<Part>(op.newRow)));
      if (!op.newRow) ids.push_back("m" + std::string(op.rowId()));
    }
    co_await upsert(thingsTable, rows);
    co_await deleteRows(thingsTable, ids);
  });
}

}  // namespace

Action<> runScript(const Script* script, Record* record) {
  const InScript inScript(*record);
  co_await runSteps(script, record);
}

Subscription addHook(const SubscribableDB& db, int number, Record& noted) {
  Record* record = &noted;
  switch (number) {
    case 0: return addMirror(db);
    case 1:
      return db.afterInsert(partsTable, [](HookContext&, std::span<const InsertOp<Part>> ops) -> Action<> {
        for (const InsertOp<Part>& op : ops) {
          if (op.row->rank == 7) throw ScriptFailure{"a hook that refuses " + op.row->id};
        }
        co_return;
      });
    case 2:
      return db.afterUpsert(thingsTable, [record](HookContext&, std::span<const UpsertOp<Object>> ops) -> Action<> {
        Rows<Object> rows = co_await selectFrom(thingsTable, "byKey").where(gte("key", 1)).limit(3);
        record->note("hook saw " + std::to_string(ops.size()) + " upserts and " + textOf(rows));
      });
    case 3:
      return db.afterDelete(partsTable, [](HookContext&, std::span<const DeleteOp<Part>> ops) -> Action<> {
        for (const DeleteOp<Part>& op : ops) {
          Object row{{"id", "gone"}, {"kind", "gone"}, {"key", op.old->rank}, {"extra", op.old->id}};
          co_await upsert(thingsTable, row);
          if (op.old->rank == 5) throw ScriptFailure{"a hook that keeps " + op.old->id};
        }
      });
    case 4:
      return db.afterScan([record](HookContext&, const ScanEvent& event) -> Action<> {
        if (!record->isInScript) co_return;
        record->note("scan of " + event.table.name() + "/" + event.plan.index().name + " gave " +
                     std::to_string(event.rows.size()));
      });
    default: break;
  }
  return db.afterChange([record](HookContext& context, const AnyTable& table, std::span<const Op> ops) -> Action<> {
    std::string text =
        "hook saw a change of " + table.name() + " with " + std::to_string(context.traits.size()) + " traits:";
    for (const Op& op : ops) text += " " + textOf(op) + ";";
    record->note(std::move(text));
    co_return;
  });
}

}  // namespace hyperdb::test
