// Accounts in a file that several databases share, and something that happens between two reads of a selector.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/hyperdb.hpp>
#include <hyperdb/sql_driver.hpp>

#include "sqlite/sqlite_world.hpp"
#include "support/accounts.hpp"

namespace hyperdb::test {

inline SqlOptions sharedFile(JournalMode mode = JournalMode::wal, std::int64_t pollIntervalMs = 0) {
  SqlOptions options;
  options.journalMode = mode;
  options.sharedFile.enabled = true;
  options.sharedFile.pollIntervalMs = pollIntervalMs;
  return options;
}

/// What happens between two reads of a selector; taken away before it happens.
inline std::function<void()> happening;
inline void happen() {
  if (const std::function<void()> what = std::exchange(happening, nullptr)) what();
}

inline Selector<double> sumWithHappening(int count) {
  const double first = co_await sumOf(savings, 0, count);
  happen();
  co_return first + co_await sumOf(debts, 0, count);
}
/// All balances of the first `count` accounts.
inline const auto totalOf =
    selector("totalOf", {"count"}, [](int count) -> Selector<double> { return sumWithHappening(count); });

}  // namespace hyperdb::test
