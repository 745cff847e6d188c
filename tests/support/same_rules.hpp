// A struct and a validator that describe the same rows, with a member of each shape.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <hyperdb/codec.hpp>
#include <hyperdb/validator.hpp>

namespace hyperdb::samerules {
enum class State { open, paid };
enum class CardTag { card };
enum class CashTag { cash };

struct Card {
  CardTag type = CardTag::card;
  double number = 0;
};
struct Cash {
  CashTag type = CashTag::cash;
  std::string coins{};
};
struct Line {
  std::string sku{};
  double price = 0;
  std::optional<std::string> note{};
};
struct Part {
  std::vector<Part> parts{};
};
struct Invoice {
  std::string id;
  std::string title{};
  bool isOpen = false;
  double total = 0;
  int count = 0;
  std::int64_t serial = 0;
  Bytes photo{};
  State state = State::open;
  Null gap{};
  std::optional<std::string> email{};
  Nullable<double> score{};
  std::optional<Nullable<State>> before{};
  std::vector<std::string> tags{};
  std::vector<Line> lines{};
  std::map<std::string, double> marks{};
  Line first{};
  std::variant<Card, Cash> payment{};
  std::optional<Nullable<std::variant<Card, Cash>>> refund{};
  std::variant<double, std::string> code{};
  Part root{};
  Value extra{1};
};

inline Validator line() {
  return v::object({{"sku", v::string()}, {"price", v::number()}, {"note", v::optional(v::string())}});
}
inline Validator part() { return v::object({{"parts", v::array(v::lazy(part))}}); }
inline Validator state() { return v::union_(v::literal("open"), v::literal("paid")); }
inline Validator payment() {
  return v::union_(v::object({{"type", v::literal("card")}, {"number", v::number()}}),
                   v::object({{"type", v::literal("cash")}, {"coins", v::string()}}));
}
inline v::Fields invoiceFields() {
  return {{"id", v::string()},
          {"title", v::string()},
          {"isOpen", v::boolean()},
          {"total", v::number()},
          {"count", v::number()},
          {"serial", v::bigint()},
          {"photo", v::bytes()},
          {"state", state()},
          {"gap", v::null()},
          {"email", v::optional(v::string())},
          {"score", v::union_(v::null(), v::number())},
          {"before", v::optional(v::union_(v::null(), state()))},
          {"tags", v::array(v::string())},
          {"lines", v::array(line())},
          {"marks", v::record(v::string(), v::number())},
          {"first", line()},
          {"payment", payment()},
          {"refund", v::optional(v::union_(v::null(), payment()))},
          {"code", v::union_(v::number(), v::string())},
          {"root", part()},
          {"extra", v::any()}};
}

struct Note {
  std::string id;
  CardTag type = CardTag::card;
  int rank = 0;
};
struct Link {
  std::string id;
  CashTag type = CashTag::cash;
  std::string url{};
};
using Entry = std::variant<Note, Link>;
inline Validator entry() {
  return v::union_(v::object({{"id", v::string()}, {"type", v::literal("card")}, {"rank", v::number()}}),
                   v::object({{"id", v::string()}, {"type", v::literal("cash")}, {"url", v::string()}}));
}
}  // namespace hyperdb::samerules
