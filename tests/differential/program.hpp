// Random programs: what is done to a database, as data, so that every driver gets the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "differential/schema.hpp"

namespace hyperdb::test {

/// A condition. `op` is a ConditionOp.
struct Term {
  std::string column;
  int op = 0;
  Value operand = nullptr;
  std::vector<Value> others{};  ///< of an `in`, besides the operand
};

/// A query. An argument of selectors, so of storable types.
struct Question {
  int table = parts;
  std::string index;
  std::optional<std::vector<std::vector<Term>>> branches{};
  bool isDescending = false;
  std::optional<int> limit{};
};
QuerySpec specOf(const Question& question);

/// What an action does. A tree: parts of it are nested, and errors are caught at some levels and not at others.
struct Script {
  enum class Kind {
    insert,
    upsert,
    remove,
    rewrite,  ///< upserts the rows that a question gives, as they are
    rotate,   ///< reads rows and moves their unique values on by one, in one batch
    read,
    nested,
    fail
  } kind = Kind::nested;
  int table = parts;
  std::vector<Object> rows{};
  std::vector<std::string> ids{};
  Question question{};
  bool isCaught = false;
  bool isCall = false;  ///< of a nested one: an action; of a read: a selector
  std::vector<Script> steps{};
};

/// What a live selector gives.
enum class LiveKind : int {
  rows,
  fussyRows,  ///< throws for some numbers of rows
  first,      ///< the first row as text
  count,      ///< the number of rows
  summary     ///< of rows of parts, and for each group what a kept nested selector says
};
constexpr int liveKindsCount = 5;
/// What its callback takes.
enum class CallbackKind : int { nothing, result, changes };

constexpr int hooksCount = 6;
constexpr int slotsCount = 7;

/// One thing that is done from outside.
struct Step {
  enum class Kind {
    act,
    ask,
    watch,      ///< puts a live selector into a slot
    look,       ///< reads it
    subscribe,  ///< or leaves
    drop,
    hook,  ///< adds one, or takes it away
    wait,  ///< lets time pass
    // What only some drivers have; the others do nothing, but must show the same content.
    work,     ///< runs what is in the background
    hold,     ///< nothing of that comes to an end from now on
    preload,  ///< whole tables
    flush,    ///< what is committed is durable now
    reopen    ///< closes the database and opens it again
  } kind = Kind::ask;
  Script script{};
  Question question{};
  LiveKind live = LiveKind::rows;
  CallbackKind callback = CallbackKind::nothing;
  int number = 0;  ///< of the slot or the hook; a bit for each table; milliseconds
  int trait = 0;   ///< 0: none
};

/// Everything follows from the seed. The last step, and some in between, are reopenings.
std::vector<Step> randomProgram(std::uint64_t seed);

// As one reads them in a failure.
std::string textOf(const Question& question);
std::string textOf(const Script& script);
std::string textOf(const Step& step);

}  // namespace hyperdb::test
