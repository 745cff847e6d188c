// A program that keeps everything in memory: hyperdb::core is all that it needs.
#include <hyperdb/hyperdb.hpp>

#include <string>

using namespace hyperdb;

namespace {

struct Note {
  std::string id;
  std::string topic;
};

constexpr auto byTopic = btree<&Note::topic>("byTopic");
const auto notesTable = defineTable<Note>("notes").index(byTopic);

}  // namespace

int main() {
  const DB db(BptreeInmemDriver{});
  execSync(db.loadTables({notesTable}));
  const Note note{.id = "n1", .topic = "garden"};
  execSync(db, insert(notesTable, note));
  return execSync(db, selectFrom(notesTable, byTopic)).size() == 1 ? 0 : 1;
}
