#include "web/value_bytes.hpp"

#include <cmath>
#include <utility>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

namespace {

constexpr int levelsMax = 500;
/// So many shapes are remembered; objects of others, of maps with ever new keys for example, bring their names.
constexpr std::size_t shapesMax = 4096;

Value readLevel(ByteReader& in, int level) {
  if (level > levelsMax) {
    throw Error(ErrorCode::invalidArgument,
                "an argument is nested deeper than " + std::to_string(levelsMax) + " levels");
  }
  switch (static_cast<WebTag>(in.byte())) {
    case WebTag::undefined: return Value();
    case WebTag::null: return Null();
    case WebTag::no: return false;
    case WebTag::yes: return true;
    case WebTag::number: return in.number();
    case WebTag::bigint: {
      std::optional<BigInt> parsed = BigInt::parse(in.text());
      if (!parsed) throwTorn();
      return *std::move(parsed);
    }
    case WebTag::string: return std::string(in.text());
    case WebTag::bytes: return Bytes{std::string(in.text())};
    case WebTag::array: {
      const std::size_t count = in.length();
      Array array;
      array.reserve(count);
      for (std::size_t i = 0; i < count; ++i) array.push_back(readLevel(in, level + 1));
      return array;
    }
    case WebTag::object: {
      const std::size_t count = in.length();
      std::vector<Object::Member> members;
      members.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        std::string name(in.text());
        members.push_back({std::move(name), readLevel(in, level + 1)});
      }
      return Object::fromMembers(std::move(members));
    }
    default: throwTorn();
  }
}

}  // namespace

Value readValue(ByteReader& in) { return readLevel(in, 1); }

void ValueWriter::write(const Value& value) {
  switch (value.kind()) {
    case ValueKind::undefined: return out_.tag(WebTag::undefined);
    case ValueKind::null: return out_.tag(WebTag::null);
    case ValueKind::boolean: return out_.tag(*value.get<bool>() ? WebTag::yes : WebTag::no);
    case ValueKind::number: return writeNumber(*value.get<double>());
    case ValueKind::bigint: out_.tag(WebTag::bigint); return out_.text(value.get<BigInt>()->toString());
    case ValueKind::string: out_.tag(WebTag::string); return out_.text(*value.get<std::string>());
    case ValueKind::bytes: out_.tag(WebTag::bytes); return out_.text(value.get<Bytes>()->data);
    case ValueKind::array:
      out_.tag(WebTag::array);
      out_.varint(value.get<Array>()->size());
      for (const Value& item : *value.get<Array>()) write(item);
      return;
    case ValueKind::object: return writeObject(*value.get<Object>());
  }
}

void ValueWriter::writeNumber(double value) {
  constexpr double integersEnd = 2147483648.0;
  const bool isInteger =
      value > -integersEnd && value < integersEnd && std::trunc(value) == value && !(value == 0 && std::signbit(value));
  if (!isInteger) {
    out_.tag(WebTag::number);
    return out_.number(value);
  }
  const auto integer = static_cast<std::int32_t>(value);
  out_.tag(WebTag::integer);
  out_.varint((static_cast<std::uint32_t>(integer) << 1) ^ static_cast<std::uint32_t>(integer >> 31));
}

void ValueWriter::writeObject(const Object& object) {
  const std::size_t shape = shapeOf(object);
  if (shape == noShape) {
    out_.tag(WebTag::object);
    out_.varint(object.size());
    for (const Object::Member& member : object) {
      out_.text(member.name);
      write(member.value);
    }
    return;
  }
  out_.tag(WebTag::shaped);
  out_.varint(shape);
  for (const Object::Member& member : object) write(member.value);
}

std::size_t ValueWriter::shapeOf(const Object& object) {
  names_.clear();
  for (const Object::Member& member : object) {
    const std::size_t size = member.name.size();
    names_.append(reinterpret_cast<const char*>(&size), sizeof size);
    names_ += member.name;
  }
  const auto found = shapes_.find(names_);
  if (found != shapes_.end()) return found->second;
  if (shapes_.size() >= shapesMax) return noShape;
  const std::size_t shape = shapes_.size();
  shapes_.emplace(names_, shape);
  out_.tag(WebTag::defineShape);
  out_.varint(shape);
  out_.varint(object.size());
  for (const Object::Member& member : object) out_.text(member.name);
  return shape;
}

}  // namespace hyperdb::detail
