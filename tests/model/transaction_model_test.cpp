// Transactions against a naive map: nested actions, errors that are caught or not, hooks that mirror writes.
#include <map>

#include "support/task_db.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using Model = std::map<std::string, double>;

/// A random script as a tree: what it writes, which parts throw, where that is caught.
struct Script {
  enum class Kind { insert, upsert, remove, nested, fail } kind = Kind::fail;
  std::string id{};
  double rank = 0;
  bool isCaught = false;
  std::vector<Script> steps{};
};

struct ScriptFailure {};

Script randomScript(TestRandom& random, int depth) {
  Script script;
  script.kind = Script::Kind::nested;
  script.isCaught = random.chance(2);
  for (std::size_t i = random.below(5); i > 0; --i) {
    Script step;
    step.id = "t" + std::to_string(random.below(12));
    step.rank = static_cast<double>(random.below(100));
    step.isCaught = random.chance(2);
    const std::size_t kind = random.below(10);
    if (kind < 3) {
      step.kind = Script::Kind::insert;
    } else if (kind < 6) {
      step.kind = Script::Kind::upsert;
    } else if (kind < 8) {
      step.kind = Script::Kind::remove;
    } else if (kind < 9 && depth > 0) {
      step = randomScript(random, depth - 1);
    }
    script.steps.push_back(std::move(step));
  }
  return script;
}

/// What the script does to the model. Throws ScriptFailure where the action throws.
void apply(const Script& script, Model& model) {
  for (const Script& step : script.steps) {
    try {
      switch (step.kind) {
        case Script::Kind::insert:
          if (!model.emplace(step.id, step.rank).second) throw ScriptFailure();
          break;
        case Script::Kind::upsert:
          model[step.id] = step.rank;
          break;
        case Script::Kind::remove:
          model.erase(step.id);
          break;
        case Script::Kind::nested:
          apply(step, model);
          break;
        case Script::Kind::fail:
          throw ScriptFailure();
      }
    } catch (const ScriptFailure&) {
      if (!step.isCaught) throw;  // no savepoints: what was written before stays
    }
  }
}

Action<> run(const Script* script);
Action<> runStep(const Script* step) {
  Task task = makeTask(step->id, "p1", step->rank);
  switch (step->kind) {
    case Script::Kind::insert:
      co_await insert(tasksTable, task);
      break;
    case Script::Kind::upsert:
      co_await upsert(tasksTable, task);
      break;
    case Script::Kind::remove:
      co_await deleteRows(tasksTable, step->id);
      break;
    case Script::Kind::nested:
      co_await run(step);
      break;
    case Script::Kind::fail:
      throw ScriptFailure();
  }
}
Action<> run(const Script* script) {
  for (const Script& step : script->steps) {
    try {
      co_await runStep(&step);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::duplicateId) throw;
      if (!step.isCaught) throw ScriptFailure();
    } catch (const ScriptFailure&) {
      if (!step.isCaught) throw;
    }
  }
}

class TransactionModel : public TaskTest {
 protected:
  Model stored() {
    Model model;
    for (const Task& task : select(db(), allTasks())) model.emplace(task.id, task.rank);
    return model;
  }
  /// What the hook has mirrored.
  Model mirrored(const Model& ids) {
    Model model;
    for (const auto& [id, rank] : ids) {
      const RowPtr<LogLine> line =
          execSync(db(), selectFrom(logTable, byId).where(eq<&LogLine::id>(id)).first());
      if (line) model.emplace(id, std::stod(line->text));
    }
    return model;
  }
};

TEST_F(TransactionModel, ScriptsDoWhatTheModelSays) {
  const Subscription mirror = db().afterChange(
      [](HookContext& context, const AnyTable&, std::span<const Op> ops) -> Action<> {
        if (!(context.table == AnyTable(tasksTable))) co_return;
        for (const Op& op : ops) {
          const RowRef& row = op.newRow ? op.newRow : op.oldRow;
          const Task& task = *RowPtr<Task>(row);
          LogLine line{task.id, std::to_string(task.rank)};
          if (op.newRow) {
            co_await upsert(logTable, line);
          } else {
            co_await deleteRows(logTable, line.id);
          }
        }
      });
  Model told;  // by the subscriber
  const Subscription subscription = db().subscribe([&](const CommitEvent& event) {
    for (const Op& op : event.ops) {
      if (op.table->name() != "tasks") continue;
      if (op.newRow) {
        told[RowPtr<Task>(op.newRow)->id] = RowPtr<Task>(op.newRow)->rank;
      } else {
        told.erase(RowPtr<Task>(op.oldRow)->id);
      }
    }
  });
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  TestRandom random;
  Model model;
  Model everyId;
  for (int i = 0; i < 12; ++i) everyId.emplace("t" + std::to_string(i), 0);
  int failedCount = 0;
  int committedCount = 0;
  for (int round = 0; round < testRounds(500); ++round) {
    const Script script = randomScript(random, 3);
    Model after = model;
    bool fails = false;
    try {
      apply(script, after);
    } catch (const ScriptFailure&) {
      fails = true;
    }
    if (fails) {
      ASSERT_THROW(execSync(db(), run(&script)), ScriptFailure) << "round " << round;
      ++failedCount;
    } else {
      ASSERT_NO_THROW(execSync(db(), run(&script))) << "round " << round;
      model = after;
      ++committedCount;
    }
    ASSERT_EQ(stored(), model) << "round " << round;
    ASSERT_EQ(mirrored(everyId), model) << "round " << round;
    ASSERT_EQ(told, model) << "round " << round;
    ASSERT_EQ(db().revision(), committedCount);
  }
  EXPECT_GT(failedCount, 20);
  EXPECT_GT(committedCount, 50);
}

}  // namespace
}  // namespace hyperdb::test
