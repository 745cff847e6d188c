// A nullable whose content may be null itself.
// expect: hyperdb: this field's type can't be stored
#include <hyperdb/table.hpp>

#include <string>

struct Note {
  std::string id;
#ifdef HYPERDB_WITHOUT_THE_ERROR
  hyperdb::Nullable<std::string> text;
#else
  hyperdb::Nullable<hyperdb::Value> text;
#endif
};
const auto notesTable = hyperdb::defineTable<Note>("notes");  // offending line
