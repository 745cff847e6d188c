// The same over SQLite on threads of its own.
#include <hyperdb/async_sql_driver.hpp>

#include "differential/differential.hpp"

namespace hyperdb::test {
namespace {

MakeDriver file(std::size_t rowCacheRows = 100'000) {
  return [rowCacheRows](Storage& storage) {
    AsyncSqlOptions options;
    options.rowCacheRows = rowCacheRows;
    options.synchronous = SynchronousLevel::off;  // what is on the disk is not the question
    return std::make_unique<AsyncSqlDriver>(storage.file(), options);
  };
}

const std::vector<DriverEntry> entries = {
    {"asyncSqlite", Answering::fromThreads, file()},
    {"asyncSqliteWithoutRowCache", Answering::fromThreads, file(0)},
    {"hybridOverAsyncSqlite", Answering::fromThreads, over<HybridDB>(file())},
    {"preloadedOverAsyncSqlite", Answering::fromThreads, over<PreloadedHybridDB>(file())},
};

INSTANTIATE_TEST_SUITE_P(AsyncSqlite, Differential, ::testing::ValuesIn(entries), entryName);

}  // namespace
}  // namespace hyperdb::test
