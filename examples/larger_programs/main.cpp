// A program of several files: tables and commands that headers declare, two modules that call each other, and what
// actions need from outside.
#include "../check.hpp"
#include "projects.hpp"
#include "tasks.hpp"

using namespace hyperdb;

// [services]
/// What the program takes from the world. A test has its own.
struct Services {
  double nowMs = 0;
  int lastId = 0;
  std::string newId() { return "t" + std::to_string(++lastId); }
};

void createTask(const SubscribableDB& db, Services& services, std::string projectId,
                std::string title) {
  syncDispatch(db, addTask({.id = services.newId(),
                            .projectId = projectId,
                            .title = title,
                            .nowMs = services.nowMs}));
}
// [/services]

int main() {
  // [traits]
  const SubscribableDB plain{DB{BptreeInmemDriver{}}};
  const SubscribableDB db =
      plain.withTraits({{"user", "ann"}});  // the handle that the program passes around
  std::string users;
  Subscription audit = plain.subscribe([&users](const CommitEvent& commit) {
    const Trait* user = findTrait(commit.traits, "user");
    users += user == nullptr ? "nobody " : user->value.asString() + " ";
  });
  // [/traits]
  execSync(db.loadTables({projectsTable, tasksTable}));

  Services services{.nowMs = 5};
  syncDispatch(db, addProject("p1", "House"));
  createTask(db, services, "p1", "Paint");
  createTask(db, services, "p1", "Plan");
  check(select(db, projectById("p1"))->openTasks == 2);
  check(select(db, projectTasks("p1"))[1].createdAtMs == 5);
  syncDispatch(db, removeProject("p1"));
  check(select(db, projectTasks("p1")).empty() && !select(db, projectById("p1")));
  check(users == "ann ann ann ann ");
}
