// Reading keys back: for messages, traces and drivers that store keys only.
#include <hyperdb/engine/key.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

#include <hyperdb/error.hpp>

#include "key/key_format.hpp"

namespace hyperdb {
namespace {

using namespace detail;

[[noreturn]] void failCorrupt(const char* what) {
  throw Error(ErrorCode::corruptKey, std::string("corrupt key: ") + what);
}

std::string_view take(std::string_view& rest, std::size_t length) {
  if (length > rest.size()) failCorrupt("it ends inside a column");
  const std::string_view taken = rest.substr(0, length);
  rest.remove_prefix(length);
  return taken;
}

unsigned char takeByte(std::string_view& rest) { return static_cast<unsigned char>(take(rest, 1).front()); }

double readNumber(std::string_view& rest) {
  const std::uint64_t ordered = loadBigEndian(take(rest, 8).data());
  const std::uint64_t bits = (ordered & signBit) != 0 ? ordered & ~signBit : ~ordered;
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  if (std::isnan(value)) failCorrupt("not a number");
  if (value == 0 && std::signbit(value)) failCorrupt("negative zero");
  return value;
}

std::size_t readLongLength(std::string_view& rest, bool negative) {
  const std::uint64_t stored = loadBigEndian(take(rest, 8).data());
  const std::uint64_t length = negative ? ~stored : stored;
  if (length < bigIntLongLength || length > rest.size()) failCorrupt("a bigint's length is wrong");
  return static_cast<std::size_t>(length);
}

BigInt readBigInt(std::string_view& rest) {
  const unsigned char lengthByte = takeByte(rest);
  const bool negative = lengthByte < bigIntZeroLength;
  std::size_t length = 0;
  if (lengthByte == bigIntLongPositive || lengthByte == bigIntLongNegative) {
    length = readLongLength(rest, negative);
  } else if (lengthByte > bigIntLongPositive || lengthByte < bigIntLongNegative) {
    failCorrupt("a bigint's length is wrong");
  } else {
    length = static_cast<std::size_t>(negative ? bigIntZeroLength - lengthByte : lengthByte - bigIntZeroLength);
  }
  std::string magnitude(take(rest, length));
  if (negative) {
    for (char& c : magnitude) c = static_cast<char>(~static_cast<unsigned char>(c));
  }
  if (!magnitude.empty() && magnitude.front() == 0) failCorrupt("a bigint has leading zeros");
  return BigInt::fromMagnitude(negative, magnitude);
}

std::string readText(std::string_view& rest, bool mapUtf8) {
  std::string text;
  while (true) {
    text += take(rest, plainPrefixLength(rest, escape + 1));
    const unsigned char byte = takeByte(rest);
    if (byte == terminator) return text;
    if (byte != escape) {
      text.push_back(static_cast<char>(mapUtf8 ? fromKeyByte(byte) : byte));
      continue;
    }
    const unsigned char escaped = takeByte(rest);
    if (escaped != escapedTerminator && escaped != escapedEscape) failCorrupt("an escape is wrong");
    text.push_back(static_cast<char>(escaped == escapedTerminator ? terminator : escape));
  }
}

}  // namespace

std::size_t detail::columnLength(std::string_view bytes) {
  std::string_view rest = bytes;
  switch (takeByte(rest)) {
    case nullTag: break;
    case bigIntTag: readBigInt(rest); break;
    case numberTag: take(rest, 8); break;
    case stringTag:
    case bytesTag: take(rest, std::min(rest.find('\0'), rest.size()) + 1); break;  // no escape contains a terminator
    default: failCorrupt("a column of unknown kind");
  }
  return bytes.size() - rest.size();
}

Value KeyReader::readValue() {
  // Works on a copy, so that a failed read does not move the reader.
  std::string_view rest = rest_;
  Value value;
  switch (takeByte(rest)) {
    case nullTag: value = Null{}; break;
    case bigIntTag: value = readBigInt(rest); break;
    case numberTag: value = readNumber(rest); break;
    case stringTag: value = readText(rest, true); break;
    case bytesTag: value = Bytes{readText(rest, false)}; break;
    default: failCorrupt("a column of unknown kind");
  }
  rest_ = rest;
  return value;
}

std::string KeyReader::readString() {
  std::string_view rest = rest_;
  if (takeByte(rest) != stringTag) failCorrupt("not a string");
  std::string text = readText(rest, true);
  rest_ = rest;
  return text;
}

std::string KeyReader::readIdTail() {
  std::string id(rest_);
  for (char& c : id) c = static_cast<char>(fromKeyByte(static_cast<unsigned char>(c)));
  rest_ = {};
  return id;
}

}  // namespace hyperdb
