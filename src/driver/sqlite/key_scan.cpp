#include "driver/sqlite/key_scan.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <vector>

#include <hyperdb/engine/key.hpp>

namespace hyperdb::detail::sqlite {

namespace {

/// The number of keys by which the size of the rest is estimated.
constexpr std::size_t sampleSize = 64;
constexpr const char* sinkType = "hyperdb key sink";

/// Collects the keys of a scan.
class Sink {
 public:
  Sink(std::size_t count, bool isOfIds) : count_(count), isOfIds_(isOfIds) { keys_.entries.reserve(count); }

  void take(std::string_view keyOrId, std::int64_t rowNumber) {
    const std::size_t begin = keys_.bytes.size();
    if (isOfIds_) {
      KeyWriter(keys_.bytes).appendString(keyOrId);
    } else {
      keys_.bytes += keyOrId;
    }
    const std::string_view key = std::string_view(keys_.bytes).substr(begin);
    isSorted_ = isSorted_ && std::string_view(keys_.bytes).substr(lastBegin_, begin - lastBegin_) < key;
    lastBegin_ = begin;
    keys_.entries.push_back({keys_.bytes.size(), rowNumber});
    if (keys_.entries.size() == sampleSize) {
      keys_.bytes.reserve(keys_.bytes.size() / sampleSize * (count_ + count_ / 8));
    }
  }
  void fail() noexcept { error_ = std::current_exception(); }
  const std::exception_ptr& error() const noexcept { return error_; }

  /// Returns the keys, sorted. Once.
  IndexKeys keys() { return isSorted_ ? std::move(keys_) : sorted(); }

 private:
  IndexKeys sorted() const;

  std::size_t count_;
  bool isOfIds_;
  IndexKeys keys_;
  std::size_t lastBegin_ = 0;
  bool isSorted_ = true;
  std::exception_ptr error_;
};

IndexKeys Sink::sorted() const {
  struct Item {
    std::string_view key;
    std::int64_t rowNumber;
  };
  std::vector<Item> items;
  items.reserve(keys_.entries.size());
  std::size_t begin = 0;
  for (const IndexKeys::KeyEntry& entry : keys_.entries) {
    items.push_back({std::string_view(keys_.bytes).substr(begin, entry.end - begin), entry.rowNumber});
    begin = entry.end;
  }
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.key < b.key; });
  IndexKeys result;
  result.bytes.reserve(keys_.bytes.size());
  result.entries.reserve(items.size());
  for (const Item& item : items) {
    result.bytes += item.key;
    result.entries.push_back({result.bytes.size(), item.rowNumber});
  }
  return result;
}

/// hyperdb_take(sink, key, row): adds a key to the sink; its result is false.
void take(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  auto* const sink = static_cast<Sink*>(sqlite3_value_pointer(arguments[0], sinkType));
  if (sink == nullptr) return sqlite3_result_error(context, "hyperdb_take is HyperDB's own", -1);
  try {
    const auto* bytes = static_cast<const char*>(sqlite3_value_blob(arguments[1]));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(arguments[1]));
    const std::string_view key = bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
    sink->take(key, sqlite3_value_int64(arguments[2]));
    sqlite3_result_int(context, 0);
  } catch (...) {
    sink->fail();
    sqlite3_result_error(context, "a key could not be taken", -1);
  }
}

/// Reads all keys in one step of SQLite: fetching row after row costs a third more.
IndexKeys readKeys(Connection& connection, const std::string& table, const char* column, bool isOfIds) {
  // Counting costs little more than loading the pages, which has to be done anyway.
  const std::int64_t count = connection.readInteger(("SELECT count(*) FROM " + quotedName(table)).c_str());
  Sink sink(static_cast<std::size_t>(count), isOfIds);
  Statement statement(connection, "SELECT 1 FROM " + quotedName(table) + " WHERE hyperdb_take(?1, " + column +
                                      ", \"row\") ORDER BY " + column);
  statement.bindPointer(1, &sink, sinkType);
  try {
    statement.run("reading keys");
  } catch (...) {
    if (sink.error()) std::rethrow_exception(sink.error());
    throw;
  }
  return sink.keys();
}

}  // namespace

void prepareKeyScans(Connection& connection) {
  const int code = sqlite3_create_function_v2(connection.handle(), "hyperdb_take", 3, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                              nullptr, take, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) connection.fail(code, "opening");
}

IndexKeys readIndexKeys(Connection& connection, const std::string& indexTable) {
  return readKeys(connection, indexTable, "key", false);
}

IndexKeys readIdKeys(Connection& connection, const std::string& rowTable) {
  return readKeys(connection, rowTable, "id", true);
}

}  // namespace hyperdb::detail::sqlite
