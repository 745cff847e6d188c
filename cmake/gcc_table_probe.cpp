// Does this compiler see the names of members and enumerators, and does a program link whose rows are in an anonymous
// namespace? CMake builds this with every GCC, unoptimised.
#include <hyperdb/detail/reflect.hpp>
#include <hyperdb/index.hpp>

#include <optional>
#include <string>

namespace {

enum class State { todo, done };

struct Task {
  std::string id;
  std::string projectId;
  State state = State::todo;
  std::optional<std::string> note{};
};

constexpr auto byProject = hyperdb::btree<&Task::projectId, &Task::state>("byProject");

using Reflected = hyperdb::detail::Reflection<Task>;
static_assert(Reflected::count == 4);
static_assert(Reflected::name<1> == "projectId" && Reflected::name<3> == "note");
static_assert(hyperdb::detail::memberName<&Task::state> == "state");
static_assert(hyperdb::detail::Enumerators<State>::all.size() == 2);
static_assert(hyperdb::detail::Enumerators<State>::all[1].name == "done");

}  // namespace

int main() {
  Task task{};
  void* addresses[Reflected::count] = {};
  Reflected::addresses(task, addresses);
  return addresses[1] == &task.projectId && byProject.name == "byProject" ? 0 : 1;
}
