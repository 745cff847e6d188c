// The two tables that random programs work on, and the values in them: few, so that they meet often, and awkward ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "support/test_random.hpp"

namespace hyperdb::test {

/// A row that is a struct.
struct Part {
  std::string id;
  std::string group;
  double rank = 0;
  bool isDone = false;
  std::optional<std::int64_t> size{};
  std::optional<std::string> code{};
  std::optional<Bytes> stamp{};
  friend bool operator==(const Part&, const Part&) = default;
};

inline const auto partsTable = defineTable<Part>("parts")
                                   .index(btree<&Part::group, &Part::rank>("byGroup"))
                                   .index(btree<&Part::rank, &Part::isDone>("byRank"))
                                   .index(btree<&Part::size>("bySize"))
                                   .index(btree<&Part::isDone, &Part::stamp, &Part::group>("byStamp"))
                                   .index(hash<&Part::group>("ofGroup"))
                                   .index(hash<&Part::isDone>("ofDone"))
                                   .index(uniqhash<&Part::code>("byCode"))
                                   .index(uniqhash<&Part::size, &Part::stamp>("bySizeStamp"));

/// A column of any kind that a key can have.
inline Validator anyKey() {
  return v::union_(v::null(), v::bigint(), v::number(), v::boolean(), v::string(), v::bytes());
}

/// Rows that are Objects.
inline const DynamicTable thingsTable = defineTable("things", {{"id", v::string()},
                                                               {"kind", v::string()},
                                                               {"key", v::optional(anyKey())},
                                                               {"mark", v::optional(anyKey())},
                                                               {"tag", v::optional(anyKey())},
                                                               {"spot", v::optional(anyKey())},
                                                               {"extra", v::optional(v::any())}})
                                            .index("byKey", {"key"})
                                            .index("byKindMark", {"kind", "mark", "key"})
                                            .index("ofMark", {"mark"}, IndexType::hash)
                                            .index("ofKind", {"kind"}, IndexType::hash)
                                            .index("byTag", {"tag"}, IndexType::uniqhash)
                                            .index("byKindSpot", {"kind", "spot"}, IndexType::uniqhash);

constexpr int tablesCount = 2;
enum TableNumber : int { parts = 0, things = 1 };

inline DynamicTable tableNumber(int number) { return number == parts ? partsTable.dynamic() : thingsTable; }
inline std::vector<AnyTable> allTables() { return {partsTable, thingsTable}; }

/// The values of one column or of all.
class Domain {
 public:
  explicit Domain(TestRandom& random) : random_(random) {}

  std::string id() {
    static const std::vector<std::string> ids = {"",  "a",  "b", "ab", "A",  std::string("a\0b", 3), "\xC3\xA9",
                                                 "z", "10", "9", "\"", "\1", "\xF0\x9F\x98\x80",     "\xEF\xBF\xBF"};
    return pick(ids);
  }
  std::string text() {
    static const std::vector<std::string> texts = {
        "", "g", "G", "gg", std::string("g\0", 2), "\xF0\x9F\x98\x80", "\xEF\xBF\xBF", "\xEE\x80\x80x"};
    return pick(texts);
  }
  std::string code() {
    static const std::vector<std::string> codes = {"c1", "c2", "c3", "c4", "c5", "", "\xF0\x9F\x98\x80"};
    return pick(codes);
  }
  double rank() {
    static const std::vector<double> ranks = {-1.5, -0.0, 0, 1, 2, 3, 5, 7, 1e300};
    return pick(ranks);
  }
  std::int64_t size() {
    static const std::vector<std::int64_t> sizes = {-5, 0, 1, 300, (std::int64_t{1} << 53) + 1, INT64_MIN};
    return pick(sizes);
  }
  Bytes bytes() {
    static const std::vector<Bytes> all = {{""}, {std::string(1, '\0')}, {"\x01"}, {"\xFF\xFF"}, {"\xF0\x9F"}};
    return pick(all);
  }
  /// Of any kind that a key can have.
  Value key() {
    switch (random_.below(8)) {
      case 0: return Value(nullptr);
      case 1: return Value(random_.chance(2));
      case 2:
      case 3: return Value(rank());
      case 4: return Value(BigInt(size()));
      case 5: return Value(BigInt::fromMagnitude(random_.chance(2), std::string(9 + random_.below(2), '\x7F')));
      case 6: return Value(bytes());
      default: return Value(text());
    }
  }
  /// As an operand for a column of this name: mostly a value that is there.
  Value operand(std::string_view column) {
    if (random_.chance(10)) return key();
    if (column == "id") return Value(id());
    if (column == "group" || column == "kind") return Value(text());
    if (column == "rank") return Value(rank());
    if (column == "isDone") return random_.chance(4) ? Value(rank()) : Value(random_.chance(2));
    if (column == "size") return Value(BigInt(size()));
    if (column == "code") return Value(code());
    if (column == "stamp") return Value(bytes());
    return key();
  }

 private:
  template <class T>
  const T& pick(const std::vector<T>& list) {
    return list[random_.below(list.size())];
  }

  TestRandom& random_;
};

}  // namespace hyperdb::test
