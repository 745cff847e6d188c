// Macros of Qt, windows.h and X11 that are spelled like ordinary names: a program that includes their headers first
// must still be able to include ours. What the standard library has is included before, as it is in such a program.
#include <array>
#include <atomic>
#include <bit>
#include <compare>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

// Qt, without QT_NO_KEYWORDS.
#define slots
#define signals public
#define emit
#define foreach(variable, container) for (variable : container)
#define forever for (;;)

// windows.h, without NOMINMAX and with everything that it brings along.
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define small char
#define hyper long
#define interface struct
#define pascal __stdcall
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define TRUE 1
#define FALSE 0
#define ERROR 0
#define DELETE 0x00010000L
#define NO_ERROR 0L
#define STRICT 1
#define ABSOLUTE 1
#define RELATIVE 2
#define DIFFERENCE 11
#define GetObject GetObjectW
#define GetMessage GetMessageW
#define DeleteFile DeleteFileW

// X11.
#define None 0L
#define Bool int
#define Status int
#define Success 0
#define Always 2
#define Above 0
#define Below 1
#define True 1
#define False 0
#define Unsorted 0
#define CurrentTime 0L

// POSIX and compilers.
#define major(device) 0
#define minor(device) 0
#define unix 1
#define linux 1

#include <hyperdb/hyperdb.hpp>

namespace {

struct Task {
  std::string id;
  hyperdb::SafeInteger rank;
  std::optional<std::vector<std::string>> tags;
};
constexpr auto byRank = hyperdb::btree<&Task::rank>("byRank");
const auto tasksTable = hyperdb::defineTable<Task>("tasks").index(byRank);
const auto rankedTasks = hyperdb::selector("rankedTasks", {"rank"}, [](int rank) -> hyperdb::Selector<std::size_t> {
  hyperdb::Rows<Task> rows =
      co_await hyperdb::selectFrom(tasksTable, byRank).where(hyperdb::gte<&Task::rank>(rank)).limit(10U);
  co_return rows.size();
});

}  // namespace

int main() {
  hyperdb::SubscribableDB db{hyperdb::DB{hyperdb::BptreeInmemDriver{}}};
  hyperdb::execSync(db, db.loadTables({tasksTable}));
  hyperdb::execSync(db, hyperdb::insert(tasksTable, Task{.id = "t1", .rank = 2, .tags = {}}));
  const auto live = hyperdb::cachedSelector(db, rankedTasks(1));
  return live.snapshot() == 1 ? 0 : 1;
}
