#include <cmath>
#include <limits>
#include <optional>

#include <hyperdb/json.hpp>

#include "value/json_scanner.hpp"
#include "value/json_text.hpp"

namespace hyperdb {

namespace {

class JsonReader {
 public:
  explicit JsonReader(detail::JsonScanner& scanner) noexcept : scanner_(scanner) {}

  Value readValue() {
    switch (char c = scanner_.peek()) {
      case '{': return readObject();
      case '[': return readArray();
      case '"': return Value(scanner_.takeString());
      case 't': scanner_.takeWord("true", "a value"); return Value(true);
      case 'f': scanner_.takeWord("false", "a value"); return Value(false);
      case 'n': scanner_.takeWord("null", "a value"); return Value(nullptr);
      default:
        if (c != '-' && (c < '0' || c > '9')) scanner_.failExpecting("a value");
        return Value(scanner_.takeNumber());
    }
  }

 private:
  Value readArray() {
    scanner_.enter();
    Array items;
    if (!scanner_.takeIf(']')) {
      do {
        items.push_back(readValue());
      } while (scanner_.takeIf(','));
      if (!scanner_.takeIf(']')) scanner_.failExpecting("',' or ']'");
    }
    scanner_.leave();
    return Value(std::move(items));
  }

  Value readObject() {
    std::size_t start = scanner_.position();
    scanner_.enter();
    std::vector<Object::Member> members;
    if (!scanner_.takeIf('}')) {
      do {
        members.push_back(readMember());
      } while (scanner_.takeIf(','));
      if (!scanner_.takeIf('}')) scanner_.failExpecting("',' or '}'");
    }
    scanner_.leave();
    Object object = Object::fromMembers(std::move(members));
    if (object.size() == 1 && object.begin()->name.compare(0, 1, "$") == 0) {
      if (std::optional<Value> special = readSpecial(*object.begin(), start)) return *std::move(special);
    }
    return Value(std::move(object));
  }

  Object::Member readMember() {
    if (scanner_.peek() != '"') scanner_.failExpecting("a member's name in quotes");
    std::string name = scanner_.takeString();
    if (!scanner_.takeIf(':')) scanner_.failExpecting("':'");
    return Object::Member{std::move(name), readValue()};
  }

  /// Returns the value that an object of this one member stands for; nothing when it is an ordinary object.
  std::optional<Value> readSpecial(const Object::Member& member, std::size_t position) const {
    const std::string* text = member.value.get<std::string>();
    if (member.name == "$bigint") {
      std::optional<BigInt> integer;
      if (text != nullptr) integer = BigInt::parse(*text);
      if (!integer) scanner_.failAt(position, "$bigint must be an integer in decimal, in quotes");
      return Value(*std::move(integer));
    }
    if (member.name == "$bytes") {
      Bytes bytes;
      if (text == nullptr || !detail::parseHex(*text, bytes.data)) {
        scanner_.failAt(position, "$bytes must be pairs of hexadecimal digits, in quotes");
      }
      return Value(std::move(bytes));
    }
    if (member.name == "$number") {
      std::optional<double> number;
      if (text != nullptr) number = parseSpecialNumber(*text);
      if (!number) scanner_.failAt(position, R"($number must be "NaN", "Infinity", "-Infinity" or "-0")");
      return Value(*number);
    }
    if (member.name == "$undefined") {
      const bool* flag = member.value.get<bool>();
      if (flag == nullptr || !*flag) scanner_.failAt(position, "$undefined must be true");
      return Value(Undefined());
    }
    return std::nullopt;
  }

  static std::optional<double> parseSpecialNumber(std::string_view text) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return infinity;
    if (text == "-Infinity") return -infinity;
    if (text == "-0") return -0.0;
    return std::nullopt;
  }

  detail::JsonScanner& scanner_;
};

}  // namespace

namespace detail {

Value takeJsonValue(JsonScanner& scanner) { return JsonReader(scanner).readValue(); }

}  // namespace detail

Value parseJson(std::string_view text) {
  detail::JsonScanner scanner(text);
  Value value = JsonReader(scanner).readValue();
  if (!scanner.isAtEnd()) scanner.failExpecting("the end of the text");
  return value;
}

}  // namespace hyperdb
