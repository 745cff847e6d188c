#include <cmath>
#include <limits>
#include <optional>

#include <hyperdb/json.hpp>

#include "value/json_scanner.hpp"

namespace hyperdb {

namespace {

constexpr std::size_t levelsMax = 512;

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) noexcept : scanner_(text) {}

  Value read() {
    Value value = readValue();
    if (!scanner_.isAtEnd()) scanner_.failExpecting("the end of the text");
    return value;
  }

 private:
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

  /// Takes the opening bracket.
  void enter() {
    if (level_ == levelsMax) {
      scanner_.failAt(scanner_.position(), "nested deeper than " + std::to_string(levelsMax) + " levels");
    }
    ++level_;
    scanner_.take();
  }

  Value readArray() {
    enter();
    Array items;
    if (!scanner_.takeIf(']')) {
      do {
        items.push_back(readValue());
      } while (scanner_.takeIf(','));
      if (!scanner_.takeIf(']')) scanner_.failExpecting("',' or ']'");
    }
    --level_;
    return Value(std::move(items));
  }

  Value readObject() {
    std::size_t start = scanner_.position();
    enter();
    std::vector<Object::Member> members;
    if (!scanner_.takeIf('}')) {
      do {
        members.push_back(readMember());
      } while (scanner_.takeIf(','));
      if (!scanner_.takeIf('}')) scanner_.failExpecting("',' or '}'");
    }
    --level_;
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

  /// What an object of this one member stands for; nothing when it is an object like any other.
  std::optional<Value> readSpecial(const Object::Member& member, std::size_t position) const {
    const std::string* text = member.value.get<std::string>();
    if (member.name == "$bigint") {
      std::optional<BigInt> integer;
      if (text != nullptr) integer = BigInt::parse(*text);
      if (!integer) scanner_.failAt(position, "$bigint must be an integer in decimal, in quotes");
      return Value(*std::move(integer));
    }
    if (member.name == "$bytes") {
      std::optional<Bytes> bytes;
      if (text != nullptr) bytes = parseHex(*text);
      if (!bytes) scanner_.failAt(position, "$bytes must be pairs of hexadecimal digits, in quotes");
      return Value(*std::move(bytes));
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

  static int hexDigit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  static std::optional<Bytes> parseHex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    bytes.data.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
      int high = hexDigit(text[i]);
      int low = hexDigit(text[i + 1]);
      if (high < 0 || low < 0) return std::nullopt;
      bytes.data += static_cast<char>(static_cast<unsigned char>(high * 16 + low));
    }
    return bytes;
  }

  detail::JsonScanner scanner_;
  std::size_t level_ = 0;
};

}  // namespace

Value parseJson(std::string_view text) { return JsonReader(text).read(); }

}  // namespace hyperdb
