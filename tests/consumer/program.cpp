// A user's program: a table, an action, a selector, and a result that stays live, over a file. The
// tests build and run it in each way that docs/installing.md describes; every template here calls into the compiled
// library.
#include <hyperdb/hyperdb.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace hyperdb;

namespace {

struct Note {
  std::string id;
  std::string topic;
  std::int64_t priority = 0;
};

constexpr auto byTopicPriority = btree<&Note::topic, &Note::priority>("byTopicPriority");
const auto notesTable = defineTable<Note>("notes").index(byTopicPriority);

const auto notesOfTopic = selector("notesOfTopic", {"topic"}, [](std::string topic) -> Selector<Rows<Note>> {
  co_return co_await selectFrom(notesTable, byTopicPriority).where(eq<&Note::topic>(topic)).order(desc);
});

const auto addNote = action("addNote", {"id", "topic", "priority"},
                            [](std::string id, std::string topic, std::int64_t priority) -> Action<> {
                              Note note{.id = id, .topic = topic, .priority = priority};
                              co_await insert(notesTable, note);
                            });

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: program FILE\n");
    return 2;
  }
  SubscribableDB db{DB{SqlDriver{argv[1]}}};
  execSync(db.loadTables({notesTable}));

  auto live = cachedSelector(db, notesOfTopic("garden"));
  int callsCount = 0;
  auto subscription = live.subscribe([&callsCount] { ++callsCount; });
  syncDispatch(db, addNote("n1", "garden", 1));
  syncDispatch(db, addNote("n2", "kitchen", 5));  // touches no live result
  syncDispatch(db, addNote("n3", "garden", 9));

  bool refused = false;
  try {
    syncDispatch(db, addNote("n1", "garden", 2));
  } catch (const Error& error) {  // thrown in the library, caught here
    refused = error.code() == ErrorCode::duplicateId;
  }

  std::string order;
  for (const Note& note : live.snapshot()) order += note.id + " ";
  db.close();

  DB again(SqlDriver{argv[1]});
  execSync(again.loadTables({notesTable}));
  const std::size_t keptCount = select(again, notesOfTopic("garden")).size();
  std::printf("%s: called %d times%s; %zu kept\n", order.c_str(), callsCount, refused ? ", n1 refused" : "", keptCount);
  return order == "n3 n1 " && callsCount == 2 && refused && keptCount == 2 ? 0 : 1;
}
