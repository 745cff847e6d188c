// What the library sees of structs and enums.
#include <hyperdb/detail/reflect.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace refl {
enum class State { todo, done, late = 63 };
enum class Signed : signed char { minus = -3, zero = 0, plus };
enum Plain : int { plainFirst, plainFifth = 4 };
template <class, int>
struct Outer {
  enum class Kind : unsigned char { one = 1, two };
};
}  // namespace refl

template <>
struct hyperdb::EnumRange<refl::Signed> {
  static constexpr int first = -8;
  static constexpr int last = 8;
};

namespace hyperdb::detail {
namespace {

struct Inner {
  double x;
  double y;
};
struct Mixed {
  std::string id_1;
  Inner position;
  std::optional<std::vector<int>> list;
  std::map<std::string, int> numbers;
  std::variant<int, std::string> either;
  refl::State state;
  std::vector<Mixed> children;
  bool flag;
};
template <class T>
struct Templated {
  T content;
  int count;
};
struct Widest {
  int a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7, c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3,
      d4, d5, d6, d7;
};
struct TooWide : Widest {};
struct Many {
  int a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7, c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3,
      d4, d5, d6, d7, e0;
};
struct Hidden {
  explicit Hidden(int value) : secret(value) {}

 private:
  [[maybe_unused]] int secret;
};

template <class T, std::size_t... I>
std::vector<std::string> namesIn(std::index_sequence<I...>) {
  return {std::string(Reflection<T>::template name<I>)...};
}
template <class T>
std::vector<std::string> names() {
  return namesIn<T>(std::make_index_sequence<Reflection<T>::count>{});
}
template <class E>
std::map<std::string, int> enumerators() {
  std::map<std::string, int> result;
  for (const Enumerator& each : Enumerators<E>::all) result.emplace(each.name, each.value);
  return result;
}

using Names = std::vector<std::string>;
using Values = std::map<std::string, int>;

TEST(Reflect, NamesTheMembersInTheirOrder) {
  EXPECT_EQ(names<Mixed>(), (Names{"id_1", "position", "list", "numbers", "either", "state", "children", "flag"}));
  EXPECT_EQ(names<Templated<Templated<std::string>>>(), (Names{"content", "count"}));
  struct Local {
    int first_one;
    int secondOne;
  };
  EXPECT_EQ(names<Local>(), (Names{"first_one", "secondOne"}));
}

TEST(Reflect, SeesUpTo32Members) {
  EXPECT_EQ(names<Widest>().size(), 32u);
  EXPECT_EQ(names<Widest>().back(), "d7");
  EXPECT_EQ(countFields<Many>(), 33u);
  EXPECT_TRUE(isTooWide<Many>());
  EXPECT_FALSE(IsReflected<Many>::value);
}

TEST(Reflect, KnowsWhatIsNoPlainStruct) {
  EXPECT_TRUE(isPlainStruct<Mixed>);
  EXPECT_FALSE(isPlainStruct<TooWide>);
  EXPECT_FALSE(isPlainStruct<Hidden>);
  EXPECT_FALSE(isPlainStruct<std::string>);
  EXPECT_FALSE(isPlainStruct<int>);
}

TEST(Reflect, GivesTheAddressesOfTheMembers) {
  Mixed mixed{};
  void* addresses[8];
  Reflection<Mixed>::addresses(mixed, addresses);
  EXPECT_EQ(addresses[0], &mixed.id_1);
  EXPECT_EQ(addresses[4], &mixed.either);
  EXPECT_EQ(addresses[7], &mixed.flag);
}

TEST(Reflect, NamesAMemberPointer) {
  EXPECT_EQ(memberName<&Mixed::id_1>, "id_1");
  EXPECT_EQ(memberName<&Templated<Mixed>::content>, "content");
}

TEST(Reflect, ListsEnumeratorsAndSkipsGaps) {
  EXPECT_EQ(enumerators<refl::State>(), (Values{{"todo", 0}, {"done", 1}, {"late", 63}}));
  EXPECT_EQ(enumerators<refl::Plain>(), (Values{{"plainFirst", 0}, {"plainFifth", 4}}));
  using Kind = refl::Outer<std::map<int, std::string>, 3>::Kind;
  EXPECT_EQ(enumerators<Kind>(), (Values{{"one", 1}, {"two", 2}}));
}

TEST(Reflect, LooksAtOtherValuesWhenToldTo) {
  EXPECT_EQ(enumerators<refl::Signed>(), (Values{{"minus", -3}, {"zero", 0}, {"plus", 1}}));
}

}  // namespace
}  // namespace hyperdb::detail
