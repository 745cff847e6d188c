// Transactions against a naive map: nested actions, errors that are caught at random levels or not, hooks that mirror
// writes or throw, unique values; over memory, over a driver that answers late, and as the reference does it.
#include <iostream>
#include <map>

#include "support/task_db.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

struct Content {
  double rank = 0;
  std::optional<std::string> note{};
  std::string projectId = "p1";
  std::optional<std::string> seat{};

  /// Whether no two rows may have these contents.
  bool excludes(const Content& other) const {
    return (note && note == other.note) || (seat && seat == other.seat && projectId == other.projectId);
  }
  friend bool operator==(const Content&, const Content&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Content& content) {
    return out << content.rank << content.note.value_or("") << content.projectId << content.seat.value_or("");
  }
};
Content contentOf(const Task& task) { return {task.rank, task.note, task.projectId, task.seat}; }
using Model = std::map<std::string, Content>;

/// A random script as a tree: what it writes, which parts throw, where that is caught.
struct Script {
  enum class Kind { insert, upsert, remove, nested, fail } kind = Kind::fail;
  std::string id{};
  Content content{};
  bool isCaught = false;
  bool isCall = false;  ///< of a nested one: an action, or a coroutine by itself
  bool readsBehind = false;
  std::vector<Script> steps{};
};

struct ScriptFailure {};

Script randomScript(TestRandom& random, int depth) {
  Script script;
  script.kind = Script::Kind::nested;
  for (std::size_t i = random.below(8); i > 0; --i) {
    Script step;
    step.id = "t" + std::to_string(random.below(8));
    step.content.rank = static_cast<double>(random.below(20));
    if (random.chance(3)) step.content.note = "n" + std::to_string(random.below(4));
    if (random.chance(4)) step.content.projectId = "p2";
    if (random.chance(3)) step.content.seat = "s" + std::to_string(random.below(3));
    const std::size_t kind = random.below(10);
    if (kind < 2) {
      step.kind = Script::Kind::insert;
    } else if (kind < 5) {
      step.kind = Script::Kind::upsert;
    } else if (kind < 7) {
      step.kind = Script::Kind::remove;
    } else if (kind < 9 && depth > 0) {
      step = randomScript(random, depth - 1);
      step.isCall = random.chance(2);
    }
    step.isCaught = !random.chance(4);
    step.readsBehind = random.chance(4);
    script.steps.push_back(std::move(step));
  }
  return script;
}

/// What is tried out.
struct Rules {
  bool haveHooks = false;
  bool nestedWritesStay = false;
};

/// Rows of this rank are refused by a hook, after they were written.
bool isRefusedByHook(const Content& content) { return content.rank == 7; }

void applyWrite(const Script& step, Model& model, const Rules& rules) {
  if (step.kind == Script::Kind::remove) {
    model.erase(step.id);
    return;
  }
  if (step.kind == Script::Kind::insert && model.count(step.id) > 0) throw ScriptFailure();
  for (const auto& [id, content] : model) {
    if (id != step.id && step.content.excludes(content)) throw ScriptFailure();
  }
  model[step.id] = step.content;
  if (rules.haveHooks && isRefusedByHook(step.content)) throw ScriptFailure();
}

/// What the script does to the model, and what it sees behind some steps. Throws ScriptFailure where the action throws.
void apply(const Script& script, Model& model, const Rules& rules, std::vector<Model>& sees) {
  for (const Script& step : script.steps) {
    const Model before = model;
    try {
      if (step.kind == Script::Kind::fail) throw ScriptFailure();
      if (step.kind == Script::Kind::nested) {
        apply(step, model, rules, sees);
      } else {
        applyWrite(step, model, rules);
      }
    } catch (const ScriptFailure&) {
      if (!step.isCaught) throw;
      if (!rules.nestedWritesStay) model = before;
    }
    if (step.readsBehind) sees.push_back(model);
  }
}

Model modelOf(const Rows<Task>& rows) {
  Model model;
  for (const Task& task : rows) model.emplace(task.id, contentOf(task));
  return model;
}

Action<> run(const Script* script);
// What an action of the script can't be given as an argument.
const Script* called = nullptr;
std::vector<Model> seen;  ///< by the script, behind some of its steps
const auto runCalled = action("runCalled", {}, []() -> Action<> { return run(called); });

// Every write and every nested action is awaited where its error is caught: each is a part by itself.
Action<> run(const Script* script) {
  for (const Script& step : script->steps) {
    Task task = makeTask(step.id, step.content.projectId, step.content.rank);
    task.note = step.content.note;
    task.seat = step.content.seat;
    try {
      switch (step.kind) {
        case Script::Kind::insert: co_await insert(tasksTable, task); break;
        case Script::Kind::upsert: co_await upsert(tasksTable, task); break;
        case Script::Kind::remove: co_await deleteRows(tasksTable, step.id); break;
        case Script::Kind::nested:
          called = &step;
          if (step.isCall) co_await runCalled();
          if (!step.isCall) co_await run(&step);
          break;
        case Script::Kind::fail: throw ScriptFailure();
      }
    } catch (const Error& error) {
      if (error.code() != ErrorCode::duplicateId && error.code() != ErrorCode::uniqueViolation) throw;
      if (!step.isCaught) throw ScriptFailure();
    } catch (const ScriptFailure&) {
      if (!step.isCaught) throw;
    }
    if (step.readsBehind) {
      Rows<Task> rows = co_await allTasks();
      seen.push_back(modelOf(rows));
    }
  }
}

/// Mirrors tasks as lines, and refuses some.
std::vector<Subscription> addHooks(const SubscribableDB& db) {
  std::vector<Subscription> hooks;
  hooks.push_back(db.afterChange([](HookContext& context, const AnyTable&, std::span<const Op> ops) -> Action<> {
    if (!(context.table == AnyTable(tasksTable))) co_return;
    for (const Op& op : ops) {
      LogLine line{std::string(op.rowId()), {}};
      if (op.newRow) {
        line.text = std::to_string(RowPtr<Task>(op.newRow)->rank);
        co_await upsert(logTable, line);
      } else {
        co_await deleteRows(logTable, line.id);
      }
    }
  }));
  hooks.push_back(db.afterChange([](HookContext& context, const AnyTable&, std::span<const Op> ops) -> Action<> {
    if (!(context.table == AnyTable(tasksTable))) co_return;
    for (const Op& op : ops) {
      if (op.newRow && isRefusedByHook({RowPtr<Task>(op.newRow)->rank})) throw ScriptFailure();
    }
  }));
  return hooks;
}

const auto mirrored = selector("mirrored", {}, []() -> Selector<std::string> {
  std::string text;
  for (int i = 0; i < 8; ++i) {
    const std::string id = "t" + std::to_string(i);
    RowPtr<LogLine> line = co_await selectFrom(logTable, byId).where(eq<&LogLine::id>(id)).first();
    if (line) text += id + "=" + line->text + " ";
  }
  co_return text;
});
std::string mirrorOf(const Model& model) {
  std::string text;
  for (const auto& [id, content] : model) text += id + "=" + std::to_string(content.rank) + " ";
  return text;
}

/// The rounds. `Fixture` says how things are run.
template <class Fixture>
class TransactionModel : public Fixture {
 protected:
  template <class Run, class Read>
  void play(const Rules& rules, int roundsCount, Run runScript, Read read) {
    std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
    const std::vector<Subscription> hooks = rules.haveHooks ? addHooks(this->db()) : std::vector<Subscription>();
    Model told;  // by the subscriber
    const Subscription subscription = this->db().subscribe([&](const CommitEvent& event) {
      for (const Op& op : event.ops) {
        if (op.table->name() != "tasks") continue;
        const RowPtr<Task> row(op.newRow);
        if (!row) told.erase(std::string(op.rowId()));
        if (row) told[row->id] = contentOf(*row);
      }
    });
    auto live = asyncSelector(this->db(), allTasks());
    const Subscription watching = live.subscribe([] {});
    TestRandom random;
    Model model;
    int committedCount = 0;
    for (int round = 0; round < roundsCount; ++round) {
      SCOPED_TRACE("round " + std::to_string(round));
      const Script script = randomScript(random, 3);
      Model after = model;
      std::vector<Model> sees;
      bool fails = false;
      seen.clear();
      try {
        apply(script, after, rules, sees);
      } catch (const ScriptFailure&) {
        fails = true;
      }
      if (fails) {
        ASSERT_THROW(runScript(run(&script)), ScriptFailure);
      } else {
        ASSERT_NO_THROW(runScript(run(&script)));
        model = after;
        ++committedCount;
      }
      ASSERT_EQ(seen, sees);
      ASSERT_EQ(modelOf(read(allTasks())), model);
      ASSERT_EQ(modelOf(*live.data()), model);
      if (rules.haveHooks) {
        ASSERT_EQ(read(mirrored()), mirrorOf(model));
      }
      ASSERT_EQ(told, model);
      ASSERT_EQ(this->db().revision(), committedCount);
    }
    EXPECT_GT(roundsCount - committedCount, roundsCount / 20);
    EXPECT_GT(committedCount, roundsCount / 10);
  }
};

class MemoryTransactionModel : public TransactionModel<TaskTest> {
 protected:
  void play(const Rules& rules) {
    TransactionModel::play(
        rules, testRounds(1000), [this](Action<> script) { execSync(db(), std::move(script)); },
        [this](const auto& call) { return select(db(), call); });
  }
};

TEST_F(MemoryTransactionModel, ScriptsDoWhatTheModelSays) { play({}); }

TEST_F(MemoryTransactionModel, ScriptsWithHooksDoWhatTheModelSays) { play({.haveHooks = true}); }

TEST_F(MemoryTransactionModel, ScriptsDoWhatTheReferenceDoes) {
  DBOptions options;
  options.referenceQuirks.nestedWritesStay = true;
  open(options);
  play({.haveHooks = true, .nestedWritesStay = true});
}

class LateTransactionModel : public TransactionModel<LateTaskTest> {
 protected:
  void play(const Rules& rules) {
    TransactionModel::play(
        rules, testRounds(500), [this](Action<> script) { wait(execAsync(db(), std::move(script))); },
        [this](const auto& call) { return wait(selectAsync(db(), call)); });
  }
};

TEST_F(LateTransactionModel, ScriptsDoWhatTheModelSays) { play({}); }

TEST_F(LateTransactionModel, ScriptsWithHooksDoWhatTheModelSays) { play({.haveHooks = true}); }

}  // namespace
}  // namespace hyperdb::test
