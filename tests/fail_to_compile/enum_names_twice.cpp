// Two enumerators that are stored by one name.
// expect: hyperdb: EnumNames<E> gives two enumerators one name, or names a value without an enumerator in EnumRange<E>
#include <hyperdb/table.hpp>

#include <string>

enum class Access { default_, shared };

template <>
struct hyperdb::EnumNames<Access> {
#ifdef HYPERDB_WITHOUT_THE_ERROR
  static constexpr hyperdb::EnumName<Access> all[] = {{Access::default_, "default"}};
#else
  static constexpr hyperdb::EnumName<Access> all[] = {{Access::default_, "shared"}};
#endif
};

struct Note {
  std::string id;
  Access access = Access::shared;
};
const auto notesTable = hyperdb::defineTable<Note>("notes");
