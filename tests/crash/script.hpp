// What a program does with its ledger, step by step: over two runs, of which the second is a new release that has added
// an index.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "crash/ledger.hpp"

namespace hyperdb::test {

/// How a step ends when nothing goes wrong below.
enum class Outcome {
  done,
  conflict,  ///< uniqueViolation
  refused    ///< the action itself has failed
};

struct Step {
  std::string name;
  std::function<void(DB&, Release)> run;
  std::function<Outcome(Ledger&)> apply;  ///< on a model
};

inline Step transferStep(Transfer transfer) {
  return {"transfer " + transfer.id, [transfer](DB& db, Release release) { transfer.run(db, release); },
          [transfer](Ledger& ledger) {
            transfer.apply(ledger);
            return Outcome::done;
          }};
}
inline Step failingStep(Transfer transfer) {
  return {"failing transfer " + transfer.id, [transfer](DB& db, Release release) { transfer.runAndFail(db, release); },
          [](Ledger&) { return Outcome::refused; }};
}
inline Step nameStep(NameEmail name) {
  return {"name " + name.account + " " + name.email, [name](DB& db, Release release) { name.run(db, release); },
          [name](Ledger& ledger) { return name.apply(ledger) ? Outcome::done : Outcome::conflict; }};
}
inline Step forgetStep(Forget forget) {
  return {"forget " + forget.transferId, [forget](DB& db, Release release) { forget.run(db, release); },
          [forget](Ledger& ledger) {
            forget.apply(ledger);
            return Outcome::done;
          }};
}

/// Some of everything: inserts, upserts with and without a conflict, deletions, a row of many pages, a failed action.
inline std::vector<Step> shortScript(Release release) {
  if (release == Release::first) {
    return {transferStep({"t1", "alice", "bob", 5}),
            nameStep({"alice", "a@example.org"}),
            nameStep({"bob", "b@example.org"}),
            nameStep({"bob", "a@example.org"}),
            failingStep({"t2", "alice", "carol", 7}),
            transferStep({"t3", "bob", "carol", 2, std::string(10'000, 'x')}),
            forgetStep({"t1"})};
  }
  return {transferStep({"t4", "carol", "dora", 1}), nameStep({"dora", "b@example.org"}), forgetStep({"t3"}),
          transferStep({"t5", "alice", "dora", 3})};
}

/// Many small commits among which are some large ones.
inline std::vector<Step> longScript(Release release, int commitsCount) {
  std::vector<Step> steps;
  const std::string prefix = release == Release::first ? "a" : "b";
  for (int i = 0; i < commitsCount; ++i) {
    const std::string id = prefix + std::to_string(100 + i);
    const std::string from = "account " + std::to_string(i * 7 % 5);
    const std::string to = "account " + std::to_string(5 + i * 3 % 4);
    const std::size_t textSize = i % 6 == 5 ? 9000 : 20;
    if (i % 4 == 3) {
      steps.push_back(forgetStep({prefix + std::to_string(100 + i - 2)}));
    } else if (i % 10 == 4) {
      steps.push_back(nameStep({from, id + "@example.org"}));
    } else {
      steps.push_back(transferStep({id, from, to, static_cast<double>(i), std::string(textSize, 'x')}));
    }
  }
  return steps;
}

}  // namespace hyperdb::test
