#include "web/fake_page.hpp"

#include <stdexcept>
#include <utility>

#include <hyperdb/bigint.hpp>

#include "../../src/web/host.hpp"

namespace hyperdb::test {

using detail::ByteReader;
using detail::ByteWriter;
using detail::WebTag;

FakePage& FakePage::get() {
  static FakePage page;
  return page;
}

Value PageReader::read(ByteReader& in) {
  switch (static_cast<WebTag>(in.byte())) {
    case WebTag::undefined: return Value();
    case WebTag::null: return Null();
    case WebTag::no: return false;
    case WebTag::yes: return true;
    case WebTag::number: return in.number();
    case WebTag::integer: {
      const std::uint64_t zigzag = in.varint();
      return static_cast<double>(static_cast<std::int64_t>(zigzag >> 1) ^ -static_cast<std::int64_t>(zigzag & 1));
    }
    case WebTag::bigint: return *BigInt::parse(in.text());
    case WebTag::string: return std::string(in.text());
    case WebTag::bytes: return Bytes{std::string(in.text())};
    case WebTag::array: {
      Array array(in.varint());
      for (Value& item : array) item = read(in);
      return array;
    }
    case WebTag::object: {
      Object object;
      for (std::uint64_t count = in.varint(); count > 0; --count) {
        std::string name(in.text());
        object.set(std::move(name), read(in));
      }
      return object;
    }
    case WebTag::defineShape: {
      if (in.varint() != shapes_.size()) throw std::runtime_error("shapes are numbered from 0 on");
      std::vector<std::string> names(in.varint());
      for (std::string& name : names) name = in.text();
      shapes_.push_back(std::move(names));
      return read(in);
    }
    case WebTag::shaped: {
      Object object;
      for (const std::string& name : shapes_.at(in.varint())) object.set(name, read(in));
      return object;
    }
    case WebTag::row: return readRow(in);
    case WebTag::rows: {
      Array array(in.varint());
      for (Value& item : array) item = readRow(in);
      return array;
    }
  }
  throw std::runtime_error("an unknown tag");
}

Value PageReader::readRow(ByteReader& in) {
  const std::uint64_t place = in.varint();
  if (place % 2 == 1) rows_[place / 2] = read(in);
  return rows_.at(place / 2);
}

void writeAsPage(const Value& value, ByteWriter& out) {
  switch (value.kind()) {
    case ValueKind::undefined: return out.tag(WebTag::undefined);
    case ValueKind::null: return out.tag(WebTag::null);
    case ValueKind::boolean: return out.tag(value.asBoolean() ? WebTag::yes : WebTag::no);
    case ValueKind::number: out.tag(WebTag::number); return out.number(value.asNumber());
    case ValueKind::bigint: out.tag(WebTag::bigint); return out.text(value.asBigInt().toString());
    case ValueKind::string: out.tag(WebTag::string); return out.text(value.asString());
    case ValueKind::bytes: out.tag(WebTag::bytes); return out.text(value.asBytes().data);
    case ValueKind::array:
      out.tag(WebTag::array);
      out.varint(value.asArray().size());
      for (const Value& item : value.asArray()) writeAsPage(item, out);
      return;
    case ValueKind::object:
      out.tag(WebTag::object);
      out.varint(value.asObject().size());
      for (const Object::Member& member : value.asObject()) {
        out.text(member.name);
        writeAsPage(member.value, out);
      }
  }
}

}  // namespace hyperdb::test

using hyperdb::test::FakePage;

void hyperdbWebWake() { ++FakePage::get().wakesCount; }
void hyperdbWebChanged(std::uint32_t live) { FakePage::get().changed.push_back(live); }
void hyperdbWebCommitted(std::uint32_t, double revision) { FakePage::get().commits.push_back(revision); }
void hyperdbWebSettled(std::uint32_t ticket) { FakePage::get().settled.push_back(ticket); }
void hyperdbWebFreed(const std::uint32_t* slots, std::uint32_t count) {
  FakePage::get().freed.insert(FakePage::get().freed.end(), slots, slots + count);
}
void hyperdbWebReport(const char* text, std::uint32_t size) { FakePage::get().reports.emplace_back(text, size); }
