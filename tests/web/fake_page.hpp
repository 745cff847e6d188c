// A page as the module sees it: what the imports were called with, and a reader of what the module writes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <hyperdb/value.hpp>

#include "web/byte_writer.hpp"

namespace hyperdb::test {

/// What the module has announced since the last `clear`.
struct FakePage {
  int wakesCount = 0;
  std::vector<std::uint32_t> changed;
  std::vector<double> commits;  ///< their revisions
  std::vector<std::uint32_t> settled;
  std::vector<std::uint32_t> freed;
  std::vector<std::string> reports;

  static FakePage& get();
  void clear() { *this = FakePage(); }
};

/// Reads values as a page does. Rows become their objects.
class PageReader {
 public:
  Value read(detail::ByteReader& in);
  /// Reads a row: its slot, and its content when it is new.
  Value readRow(detail::ByteReader& in);

 private:
  std::vector<std::vector<std::string>> shapes_;
  std::map<std::uint64_t, Value> rows_;
};

/// Writes a value as a page does.
void writeAsPage(const Value& value, detail::ByteWriter& out);

}  // namespace hyperdb::test
