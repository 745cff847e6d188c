// Keys: index columns as bytes that compare (memcmp) exactly as their values do. One encoder for every driver.
//
// Layout of an index key: the columns one after the other, each self-delimiting and prefix-free, then, unless the index
// is unique, the row's id as raw (order-mapped) bytes, so that equal columns are ordered by id.
//
//   null    02
//   bigint  04 len magnitude      len: 80+n for n magnitude bytes of a positive, 80-n (and magnitude complemented)
//                                 of a negative number, 80 for zero; n of 7E and above is FE/02 and 8 bytes of n
//                                 (complemented in a negative number), then the magnitude
//   number  06 8 bytes            IEEE big-endian, sign bit flipped (all bits for negatives); booleans are 0 and 1
//   string  08 bytes 00           UTF-8 with lead bytes F0..F4, EE, EF mapped to EE..F2, F3, F4, which gives UTF-16
//                                 code unit order; 00 is written 01 01 and 01 is written 01 02
//   bytes   0A bytes 00           same escapes
//
// Thread safety: values and functions without state; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <hyperdb/value.hpp>

namespace hyperdb {

/// Encoded key bytes. Ordered by unsigned bytes, as std::string compares.
using KeyBytes = std::string;

/// Appends encoded columns to a buffer that the caller owns and may reuse. No state of its own.
class KeyWriter {
 public:
  explicit KeyWriter(KeyBytes& out) noexcept : out_(out) {}

  void appendNull();
  void appendBoolean(bool value) { appendNumber(value ? 1.0 : 0.0); }
  /// Appends a number. REQUIRES: not NaN. Infinities are fine (as bounds).
  void appendNumber(double value);
  void appendBigInt(const BigInt& value);
  void appendInt64(std::int64_t value);
  void appendString(std::string_view utf8);
  void appendBytes(std::string_view bytes);
  /// Appends the tie-breaking id at the end of a key: mapped, not escaped, not terminated.
  void appendIdTail(std::string_view id);

  /// Appends a column of any indexable kind. Returns false, with nothing appended, for values no key can hold:
  /// undefined, NaN, arrays, objects.
  bool appendValue(const Value& value);

 private:
  KeyBytes& out_;
};

/// Reads what KeyWriter wrote. Booleans are returned as the numbers 0 and 1. Throws Error(corruptKey) on bytes that
/// no KeyWriter wrote; never reads past the end. For traces, messages and drivers that store keys only.
class KeyReader {
 public:
  explicit KeyReader(std::string_view bytes) noexcept : rest_(bytes) {}
  bool atEnd() const noexcept { return rest_.empty(); }
  /// Returns the next column. Throws Error(corruptKey) at the end of the bytes.
  Value readValue();
  /// Returns the next column if it is a string; otherwise throws Error(corruptKey).
  std::string readString();
  /// Returns the rest, as an id.
  std::string readIdTail();

 private:
  std::string_view rest_;
};

/// Returns the smallest byte string greater than every string that starts with `prefix`; nothing if there is none
/// (the prefix is empty or all FF).
std::optional<KeyBytes> prefixSuccessor(std::string_view prefix);

/// A half-open interval of keys: lower <= key < upper. Every condition of the query language becomes one of these.
struct KeyRange {
  KeyBytes lower;
  KeyBytes upper;
  bool unbounded = false;  ///< no upper end; `upper` is empty then

  /// Returns the range of every key.
  static KeyRange all() { return {{}, {}, true}; }
  /// Returns the range of the keys that start with `prefix`.
  static KeyRange prefix(std::string_view prefix);
  static KeyRange between(KeyBytes lower, KeyBytes upper) { return {std::move(lower), std::move(upper), false}; }

  bool empty() const noexcept { return !unbounded && upper <= lower; }
  bool contains(std::string_view key) const noexcept {
    return key >= lower && (unbounded || key < std::string_view(upper));
  }
  /// Returns the keys in both ranges; an empty range (`empty()`) if there are none. Both must be ranges of one index.
  KeyRange intersect(const KeyRange& other) const;
  friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

/// Returns "(\"p1\", \"a7\")" for messages and traces: decodes at most `columnsCount` columns and, if there is a
/// rest, the id. Never throws: undecodable bytes are shown in hexadecimal.
std::string describeKey(std::string_view key, std::size_t columnsCount);
/// Returns "[(\"p1\") .. (\"p2\"))", "(-inf .. +inf)".
std::string describeRange(const KeyRange& range, std::size_t columnsCount);

}  // namespace hyperdb
