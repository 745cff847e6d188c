// The code of docs/schemas.md.
#include <cstdio>
#include <cstdlib>
#include <map>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

// [struct]
enum class State { todo, done };  // stored as "todo" and "done"

struct Address {
  std::string city;
  std::optional<std::string> zip{};
};

struct Person {
  std::string id;           // every row has one
  std::string name;         // UTF-8
  int age = 0;              // a number
  std::int64_t serial = 0;  // a bigint: 64 bits do not fit a double
  SafeInteger bornMs = 0;   // 64 bits in C++, stored as a number, up to 2^53
  State state = State::todo;
  std::optional<std::string> email{};  // may be absent
  Nullable<double> score{};            // a number or null, but always there
  Bytes photo{};
  std::vector<std::string> tags{};
  std::map<std::string, double> marks{};  // a record
  Address address{};                      // a nested object
};

inline constexpr auto byName = btree<&Person::name>("byName");
inline const auto personsTable = defineTable<Person>("persons").index(byName);
// [/struct]

// [union]
enum class NoteTag { note };
enum class LinkTag { link };

struct Note {
  std::string id;
  NoteTag kind = NoteTag::note;  // an enum with one enumerator is a literal: the tag of the union
  double rank = 0;
  std::string text;
};
struct Link {
  std::string id;
  LinkTag kind = LinkTag::link;
  double rank = 0;
  std::string url;
};

inline constexpr auto byRank = btree<&Note::rank>("byRank");  // the column `rank` of both
inline const auto cardsTable = defineTable<std::variant<Note, Link>>("cards").index(byRank);
// [/union]

// [enumRange]
enum class HttpStatus { ok = 200, notFound = 404 };
// [/enumRange]

// [enumNames]
enum class Access { default_, private_, shared };
// [/enumNames]

// [codecType]
struct Date {
  int year = 1970, month = 1, day = 1;
  friend bool operator==(const Date&, const Date&) = default;
};
// [/codecType]

}  // namespace

// [enumRangeSpecialised]
template <>
struct hyperdb::EnumRange<HttpStatus> {
  static constexpr int first = 200;
  static constexpr int last = 410;
};
// [/enumRangeSpecialised]

// [enumNamesSpecialised]
template <>
struct hyperdb::EnumNames<Access> {
  static constexpr hyperdb::EnumName<Access> all[] = {{Access::default_, "default"},
                                                      {Access::private_, "private"}};
};
// [/enumNamesSpecialised]

// [codec]
template <>
struct hyperdb::Codec<Date> {
  using Stored = double;  // 20240229: sorts as dates do
  static Stored toStored(const Date& date) {
    return date.year * 10000 + date.month * 100 + date.day;
  }
  static Date fromStored(Stored number) {
    const int digits = static_cast<int>(number);
    return {digits / 10000, digits / 100 % 100, digits % 100};
  }
};
// [/codec]

namespace {

// [codecUse]
struct Visit {
  std::string id;
  Date day;
  HttpStatus status = HttpStatus::ok;
};
inline constexpr auto byDay = btree<&Visit::day>("byDay");
inline const auto visitsTable = defineTable<Visit>("visits").index(byDay);
// [/codecUse]

void typedRows(const SubscribableDB& db) {
  Person ada{.id = "p1", .name = "Ada"};
  ada.marks["maths"] = 1.0;
  execSync(db, insert(personsTable, ada));
  // [twin]
  // The same table for code that knows its columns only at run time: rows are Objects.
  Rows<Object> objects =
      execSync(db, selectFrom(personsTable.dynamic(), "byName").where(eq("name", "Ada")));
  check(objects.front().at("age") == Value(0));
  check(objects.front().at("serial") == Value(BigInt(0)));
  check(!objects.front().contains("email"));  // absent is not null
  check(objects.front().at("score").isNull());
  // [/twin]

  // [nullable]
  Nullable<double> score = ada.score;
  check(score.isNull() && score == nullptr && score.valueOr(1) == 1);
  score = 2.5;
  if (score) check(*score == 2.5);
  // [/nullable]
}

void unionRows(const SubscribableDB& db) {
  // [unionUse]
  using Card = std::variant<Note, Link>;
  execSync(db, insert(cardsTable, {Card(Link{.id = "a", .rank = 2, .url = "https://example.org"}),
                                   Card(Note{.id = "b", .rank = 1, .text = "first"})}));
  Rows<Card> cards = execSync(db, selectFrom(cardsTable, byRank));
  check(std::get<Note>(cards[0]).text == "first");
  check(std::holds_alternative<Link>(cards[1]));
  // [/unionUse]
}

void customTypes(const SubscribableDB& db) {
  execSync(db, insert(visitsTable,
                      {{.id = "v1", .day = {2024, 2, 29}}, {.id = "v2", .day = {2024, 3, 1}}}));
  // [codecQuery]
  Rows<Visit> march =
      execSync(db, selectFrom(visitsTable, byDay).where(gte<&Visit::day>(Date{2024, 3, 1})));
  check(march.size() == 1 && march[0].id == "v2");
  // [/codecQuery]
  check(toValue(Access::private_) == Value("private") &&
        toValue(Access::shared) == Value("shared"));
}

void runTimeTables() {
  // [dynamic]
  DynamicTable tasks =
      defineTable("tasks", {{"id", v::string()},
                            {"projectId", v::string()},
                            {"state", v::union_(v::literal("todo"), v::literal("done"))},
                            {"note", v::optional(v::string())}})
          .index("byProject", {"projectId"})
          .index("byNote", {"note"}, IndexType::hash);

  DB db(BptreeInmemDriver{}, {.runtimeRowsValidation = true});
  execSync(db.loadTables({tasks}));
  execSync(db, insert(tasks, Object{{"id", "t1"}, {"projectId", "p1"}, {"state", "todo"}}));
  Rows<Object> rows = execSync(db, selectFrom(tasks, "byProject").where(eq("projectId", "p1")));
  check(rows.front().at("state").asString() == "todo");
  // [/dynamic]

  // [rowErrors]
  try {
    execSync(db, insert(tasks, Object{{"id", "t2"}, {"projectId", "p1"}, {"state", "gone"}}));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::invalidRow);
    check(error.place().table == "tasks");
    check(error.place().rowId == "t2");
    check(error.place().column == "state");
    std::printf("%s\n", error.what());
  }
  // [/rowErrors]
}

void badDefinitions() {
  // [definitionErrors]
  try {
    defineTable("tasks", {{"id", v::string()}, {"tags", v::array(v::string())}})
        .index("byTags", {"tags"});
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::invalidDefinition);
    check(error.place().index == "byTags");
    std::printf("%s\n", error.what());
  }
  // [/definitionErrors]
}

}  // namespace

int main() {
  const SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({personsTable, cardsTable, visitsTable}));
  typedRows(db);
  unionRows(db);
  customTypes(db);
  runTimeTables();
  badDefinitions();
}
