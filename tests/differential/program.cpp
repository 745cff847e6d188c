#include "differential/program.hpp"

#include <iterator>
#include <utility>

#include "support/random_value.hpp"

namespace hyperdb::test {

namespace {

Condition conditionOf(const Term& term) {
  const auto op = static_cast<ConditionOp>(term.op);
  if (op != ConditionOp::in) return makeCondition(term.column, op, term.operand);
  std::vector<Value> operands = term.others;
  operands.push_back(term.operand);
  return in(term.column, operands);
}

}  // namespace

QuerySpec specOf(const Question& question) {
  QuerySpec spec;
  spec.table = tableNumber(question.table).sharedDef();
  spec.indexName = question.index;
  if (question.branches) {
    spec.branches.emplace();
    for (const std::vector<Term>& terms : *question.branches) {
      Branch branch;
      for (const Term& term : terms) {
        branch.push_back(conditionOf(term));
      }
      spec.branches->push_back(std::move(branch));
    }
  }
  spec.order = question.isDescending ? desc : asc;
  if (question.limit) spec.limit = *question.limit;
  return spec;
}

namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed), domain_(random_) {
    hasBulk_ = random_.chance(8);
    failsOften_ = random_.chance(4);
  }

  std::vector<Step> program() {
    std::vector<Step> steps;
    for (std::size_t sessions = 2 + random_.below(3); sessions > 0; --sessions) {
      for (std::size_t i = 12 + random_.below(25); i > 0; --i) steps.push_back(step());
      steps.push_back({Step::Kind::reopen});
    }
    return steps;
  }

 private:
  Step step() {
    Step step;
    step.number = static_cast<int>(random_.below(slotsCount));
    const std::size_t kind = random_.below(40);
    if (kind < 15) {
      step.kind = Step::Kind::act;
      step.script = script(2);
      step.trait = random_.chance(3) ? 1 + static_cast<int>(random_.below(3)) : 0;
    } else if (kind < 19) {
      step.kind = Step::Kind::ask;
      step.question = question();
    } else if (kind < 25) {
      step.kind = Step::Kind::watch;
      watch(step);
    } else if (kind < 27) {
      step.kind = Step::Kind::look;
    } else if (kind < 29) {
      step.kind = Step::Kind::subscribe;
      step.callback = randomCallback();
    } else if (kind < 30) {
      step.kind = Step::Kind::drop;
    } else if (kind < 33) {
      step.kind = Step::Kind::hook;
      step.number = static_cast<int>(random_.below(hooksCount));
    } else {
      background(step);
    }
    return step;
  }

  void watch(Step& step) {
    step.live = random_.chance(2) ? LiveKind::rows : static_cast<LiveKind>(random_.below(liveKindsCount));
    const bool isOfParts = step.live == LiveKind::fussyRows || step.live == LiveKind::summary;
    step.question = isOfParts ? questionOf(parts) : question();
    // Many with rows: what gives none is told of nothing.
    const IndexDef& index = tableNumber(step.question.table).def().index(random_.below(3) + 1);
    if (!random_.chance(3) && !index.isHash()) {
      step.question.index = index.name;
      step.question.branches.reset();
    }
    step.callback = randomCallback();
    step.trait = random_.chance(8) ? 1 : 0;
  }

  CallbackKind randomCallback() {
    static constexpr CallbackKind kinds[] = {CallbackKind::changes, CallbackKind::changes, CallbackKind::result,
                                             CallbackKind::nothing};
    return kinds[random_.below(std::size(kinds))];
  }

  void background(Step& step) {
    switch (random_.below(8)) {
      case 0:
        step.kind = Step::Kind::wait;
        step.number = static_cast<int>(random_.chance(2) ? random_.below(100) : 40'000);
        return;
      case 1:
      case 2: step.kind = Step::Kind::work; return;
      case 3: step.kind = Step::Kind::hold; return;
      case 4:
        step.kind = Step::Kind::preload;
        step.number = static_cast<int>(random_.below(4));
        return;
      default: step.kind = Step::Kind::flush; return;
    }
  }

  // Scripts.

  Script script(int depth) {
    Script script;
    for (std::size_t i = 1 + random_.below(depth > 1 ? 6 : 4); i > 0; --i) {
      Script step = scriptStep(depth);
      step.isCaught = !random_.chance(failsOften_ ? 4 : 20);
      script.steps.push_back(std::move(step));
    }
    return script;
  }

  Script scriptStep(int depth) {
    Script step;
    step.table = static_cast<int>(random_.below(tablesCount));
    step.isCall = random_.chance(2);
    const std::size_t kind = random_.below(24);
    if (kind < 5) {
      step.kind = Script::Kind::insert;
      step.rows = rows(step.table);
      if (hasBulk_ && random_.chance(6)) addBulk(step);
    } else if (kind < 11) {
      step.kind = Script::Kind::upsert;
      step.rows = rows(step.table);
      if (hasBulk_ && random_.chance(6)) addBulk(step);
    } else if (kind < 14) {
      step.kind = Script::Kind::remove;
      for (std::size_t i = random_.below(8); i > 0; --i) step.ids.push_back(id());
      if (hasBulk_ && random_.chance(4)) addBulk(step);
    } else if (kind < 17) {
      step.kind = kind == 14 ? Script::Kind::rewrite : Script::Kind::rotate;
      step.question = questionOf(step.table);
    } else if (kind < 20) {
      step.kind = Script::Kind::read;
      step.question = question();
      step.table = step.question.table;
    } else if (kind < 23 && depth > 0) {
      const bool isCall = step.isCall;
      step = script(depth - 1);
      step.isCall = isCall;
    } else {
      step.kind = Script::Kind::fail;
    }
    return step;
  }

  std::vector<Object> rows(int table) {
    std::vector<Object> rows;
    std::size_t count = random_.chance(12) ? 0 : 1 + random_.below(random_.chance(3) ? 6 : 2);
    for (; count > 0; --count) rows.push_back(row(table, id()));
    if (!rows.empty() && random_.chance(50)) rows.back().erase(table == parts ? "rank" : "kind");  // it is refused
    return rows;
  }

  /// Some are those of batches of many rows.
  std::string id() { return random_.chance(3) ? "n" + std::to_string(random_.below(20)) : domain_.id(); }

  Object row(int table, std::string id) {
    Object row{{"id", std::move(id)}};
    if (table == parts) {
      row.set("group", domain_.text());
      row.set("rank", domain_.rank());
      row.set("isDone", random_.chance(2));
      if (random_.chance(2)) row.set("size", BigInt(domain_.size()));
      if (random_.chance(3)) row.set("code", domain_.code());
      if (random_.chance(3)) row.set("stamp", domain_.bytes());
      return row;
    }
    row.set("kind", domain_.text());
    if (!random_.chance(3)) row.set("key", domain_.key());
    if (!random_.chance(3)) row.set("mark", domain_.key());
    if (random_.chance(3)) row.set("tag", domain_.key());
    if (random_.chance(2)) row.set("spot", domain_.key());
    if (random_.chance(3)) row.set("extra", randomValue(random_, 2));
    return row;
  }

  /// Many rows.
  void addBulk(Script& step) {
    const std::size_t first = random_.below(300);
    const std::size_t end = first + 1 + random_.below(300);
    for (std::size_t i = first; i < end; ++i) {
      std::string id = "n" + std::to_string(i);
      if (step.kind == Script::Kind::remove) {
        step.ids.push_back(std::move(id));
        continue;
      }
      Object row = this->row(step.table, std::move(id));
      row.erase("code");
      row.erase("tag");
      row.erase("spot");
      row.erase(random_.chance(2) ? "size" : "stamp");
      step.rows.push_back(std::move(row));
    }
  }

  // Questions.

  Question question() { return questionOf(static_cast<int>(random_.below(tablesCount))); }

  Question questionOf(int table) {
    Question question;
    question.table = table;
    const TableDef& def = tableNumber(table).def();
    const IndexDef& index = def.index(random_.below(def.indexes().size()));
    question.index = index.name;
    question.isDescending = random_.chance(3);
    if (random_.chance(2)) question.limit = static_cast<int>(random_.below(random_.chance(4) ? 40 : 5));
    if (!index.isHash() && random_.chance(6)) return question;
    question.branches.emplace();
    std::size_t count = 1;
    if (random_.chance(3)) count = 2 + random_.below(3);
    if (random_.chance(25)) count = 0;
    if (random_.chance(25)) count = 100 + random_.below(200);
    for (; count > 0; --count) question.branches->push_back(branch(index));
    if (random_.chance(30)) spoil(question);
    return question;
  }

  std::vector<Term> branch(const IndexDef& index) {
    std::vector<Term> terms;
    const auto term = [&](std::size_t column, ConditionOp op) {
      const std::string& name = index.columns[column].name;
      return Term{name, static_cast<int>(op), domain_.operand(name), {}};
    };
    const auto equality = [&](std::size_t column) {
      Term result = term(column, random_.chance(5) ? ConditionOp::in : ConditionOp::eq);
      if (result.op != static_cast<int>(ConditionOp::in)) return result;
      for (std::size_t i = random_.below(4); i > 0; --i) result.others.push_back(domain_.operand(result.column));
      return result;
    };
    std::size_t equalitiesCount = random_.below(index.columns.size() + 1);
    if (index.isHash() && !random_.chance(30)) equalitiesCount = index.columns.size();  // else it is refused
    for (std::size_t i = 0; i < equalitiesCount; ++i) terms.push_back(equality(i));
    if (equalitiesCount == index.columns.size()) return terms;
    static constexpr ConditionOp from[] = {ConditionOp::gt, ConditionOp::gte};
    static constexpr ConditionOp to[] = {ConditionOp::lt, ConditionOp::lte};
    if (random_.chance(2)) terms.push_back(term(equalitiesCount, from[random_.below(2)]));
    if (random_.chance(2)) terms.push_back(term(equalitiesCount, to[random_.below(2)]));
    return terms;
  }

  /// Makes it one that is refused.
  void spoil(Question& question) {
    switch (random_.below(4)) {
      case 0: question.limit = -1; return;
      case 1: question.index = "noSuchIndex"; return;
      case 2: question.branches->push_back({{"noSuchColumn", 0, Value(1), {}}}); return;
      default: question.branches->push_back({{"id", 1, Value("a"), {}}}); return;
    }
  }

  TestRandom random_;
  Domain domain_;
  bool hasBulk_ = false;
  bool failsOften_ = false;
};

}  // namespace

std::vector<Step> randomProgram(std::uint64_t seed) { return Generator(seed).program(); }

}  // namespace hyperdb::test
