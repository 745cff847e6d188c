// Values in messages: for people, never read back.
#include <hyperdb/value.hpp>

#include "base/hex.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"

namespace hyperdb {

namespace {

constexpr int levelsMax = 100;

/// Writes a value until the text is as long as it may be: O(lengthMax) whatever the size of the value.
class Describer {
 public:
  explicit Describer(std::size_t lengthMax) : lengthMax_(lengthMax) {}

  std::string run(const Value& value) {
    append(value);
    if (out_.size() <= lengthMax_) return std::move(out_);
    std::size_t length = lengthMax_;
    while (length > 0 && (static_cast<unsigned char>(out_[length]) & 0xC0) == 0x80) --length;
    out_.resize(length);
    out_ += "...";
    return std::move(out_);
  }

 private:
  bool isFull() const noexcept { return out_.size() > lengthMax_; }

  void append(const Value& value) {
    ++level_;
    appendContent(value);
    --level_;
  }

  void appendContent(const Value& value) {
    switch (value.kind()) {
      case ValueKind::undefined: out_ += "undefined"; return;
      case ValueKind::null: out_ += "null"; return;
      case ValueKind::boolean: out_ += *value.get<bool>() ? "true" : "false"; return;
      case ValueKind::number: detail::appendNumberText(out_, *value.get<double>()); return;
      case ValueKind::bigint: out_ += value.get<BigInt>()->toString() + "n"; return;
      case ValueKind::string: appendString(*value.get<std::string>()); return;
      case ValueKind::bytes: appendBytes(value.get<Bytes>()->data); return;
      case ValueKind::array:
      case ValueKind::object: break;
    }
    if (level_ > levelsMax) {
      out_ += "...";
    } else if (const Array* items = value.get<Array>()) {
      appendArray(*items);
    } else {
      appendObject(*value.get<Object>());
    }
  }

  void appendString(std::string_view text) {
    out_ += '"';
    while (!text.empty() && !isFull()) {
      std::size_t length = detail::utf8SequenceLength(text);
      auto byte = static_cast<unsigned char>(text.front());
      if (length == 1 && (byte == '"' || byte == '\\')) {
        out_ += '\\';
        out_ += text.front();
      } else if (length == 1 && byte == '\n') {
        out_ += "\\n";
      } else if (length == 0 || byte < 0x20 || byte == 0x7F) {
        out_ += "\\x";
        detail::appendHex(out_, byte);
      } else {
        out_ += text.substr(0, length);
      }
      text.remove_prefix(length == 0 ? 1 : length);
    }
    out_ += '"';
  }

  void appendBytes(std::string_view bytes) {
    out_ += "bytes(";
    for (char byte : bytes) {
      if (isFull()) return;
      detail::appendHex(out_, static_cast<unsigned char>(byte));
    }
    out_ += ')';
  }

  void appendArray(const Array& items) {
    out_ += '[';
    bool first = true;
    for (const Value& item : items) {
      if (isFull()) return;
      if (!first) out_ += ", ";
      first = false;
      append(item);
    }
    out_ += ']';
  }

  void appendObject(const Object& object) {
    out_ += '{';
    bool first = true;
    for (const Object::Member& member : object) {
      if (isFull()) return;
      if (!first) out_ += ", ";
      first = false;
      appendString(member.name);
      out_ += ": ";
      append(member.value);
    }
    out_ += '}';
  }

  std::string out_;
  std::size_t lengthMax_;
  int level_ = 0;
};

}  // namespace

std::string describe(const Value& value, std::size_t lengthMax) { return Describer(lengthMax).run(value); }

}  // namespace hyperdb
