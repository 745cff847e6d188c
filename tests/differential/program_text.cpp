// Programs as one reads them in a failure.
#include <string_view>

#include "differential/program.hpp"

namespace hyperdb::test {

namespace {

constexpr std::size_t itemsShownMax = 12;

/// "a, b, c"; long lists are cut.
template <class List, class ToText>
std::string listOf(const List& list, ToText toText) {
  std::string text;
  std::size_t count = 0;
  for (const auto& item : list) {
    if (count > 0) text += ", ";
    if (count++ == itemsShownMax) return text + "... " + std::to_string(list.size()) + " in all";
    text += toText(item);
  }
  return text;
}

std::string nameOf(int table) { return tableNumber(table).name(); }

std::string textOf(const std::vector<Term>& branch) {
  return "(" +
         listOf(branch,
                [](const Term& term) {
                  return term.column + " " + std::string(conditionOpName(static_cast<ConditionOp>(term.op))) + " " +
                         toJson(term.operand) +
                         listOf(term.others, [](const Value& each) { return " or " + toJson(each); });
                }) +
         ")";
}

std::string indented(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return result;
}

std::string textOfWrite(const Script& script, const char* verb) {
  const auto rowText = [](const Object& row) { return toJson(Value(row)); };
  const auto idText = [](const std::string& id) { return toJson(Value(id)); };
  return verb + nameOf(script.table) + ": " +
         (script.kind == Script::Kind::remove ? listOf(script.ids, idText) : listOf(script.rows, rowText));
}

std::string bodyOf(const Script& script) {
  switch (script.kind) {
    case Script::Kind::insert: return textOfWrite(script, "insert into ");
    case Script::Kind::upsert: return textOfWrite(script, "upsert into ");
    case Script::Kind::remove: return textOfWrite(script, "delete from ");
    case Script::Kind::rewrite: return "rewrite " + textOf(script.question);
    case Script::Kind::rotate: return "rotate unique values of " + textOf(script.question);
    case Script::Kind::read: return "read " + textOf(script.question);
    case Script::Kind::fail: return "throw";
    case Script::Kind::nested: break;
  }
  std::string text = script.isCall ? "action {" : "{";
  for (const Script& step : script.steps) text += indented("\n" + textOf(step));
  return text + "\n}";
}

}  // namespace

std::string textOf(const Question& question) {
  std::string text = nameOf(question.table) + "/" + question.index;
  if (question.branches) {
    text += " where ";
    text += listOf(*question.branches, [](const std::vector<Term>& branch) { return textOf(branch); });
  }
  if (question.isDescending) text += " descending";
  if (question.limit) text += " limit " + std::to_string(*question.limit);
  return text;
}

std::string textOf(const Script& script) { return (script.isCaught ? "try " : "") + bodyOf(script); }

std::string textOf(const Step& step) {
  const std::string number = std::to_string(step.number);
  static constexpr std::string_view lives[] = {"rows", "fussy rows", "first", "summary"};
  static constexpr std::string_view callbacks[] = {"nothing", "the result", "changes"};
  const std::string callback = " telling " + std::string(callbacks[static_cast<int>(step.callback)]);
  switch (step.kind) {
    case Step::Kind::act: return "act with trait " + std::to_string(step.trait) + " " + textOf(step.script);
    case Step::Kind::ask: return "ask " + textOf(step.question);
    case Step::Kind::watch:
      return "watch in slot " + number + callback + ": " + std::string(lives[static_cast<int>(step.live)]) + " of " +
             textOf(step.question);
    case Step::Kind::look: return "look at slot " + number;
    case Step::Kind::subscribe: return "subscribe or leave slot " + number + callback;
    case Step::Kind::drop: return "drop slot " + number;
    case Step::Kind::hook: return "toggle hook " + number;
    case Step::Kind::wait: return "wait " + number + " ms";
    case Step::Kind::work: return "let the background work";
    case Step::Kind::hold: return "hold the background";
    case Step::Kind::preload: return "preload tables " + number;
    case Step::Kind::flush: return "flush";
    case Step::Kind::reopen: break;
  }
  return "reopen";
}

}  // namespace hyperdb::test
