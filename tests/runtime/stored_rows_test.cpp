// Rows that come from a storage may have been written by another version of the program.
#include <gtest/gtest.h>

#include <memory>

#include <hyperdb/hyperdb.hpp>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

/// One store that several databases open, as programs do with a file.
class SharedStore final : public Driver {
 public:
  explicit SharedStore(std::shared_ptr<Driver> store) : store_(std::move(store)) {}
  std::string_view name() const noexcept override { return "shared"; }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    return store_->loadTables(tables);
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override { return store_->begin(mode); }

 private:
  std::shared_ptr<Driver> store_;
};

const auto itemsTable = defineTable("items", {{"id", v::string()}, {"count", v::number()}}).index("byCount", {"count"});

DB open(const std::shared_ptr<Driver>& store, bool validates) {
  DBOptions options;
  options.runtimeRowsValidation = validates;
  DB db{SharedStore(store), options};
  execSync(db.loadTables({itemsTable}));
  return db;
}

TEST(StoredRows, AreCheckedWhenTheyAreReadIfRowsAreToBeValidated) {
  const std::shared_ptr<Driver> store = std::make_shared<BptreeInmemDriver>();
  execSync(open(store, false), insert(itemsTable, Object{{"id", "a"}, {"count", 1}}));
  execSync(open(store, false), insert(itemsTable, Object{{"id", "b"}, {"count", "many"}}));

  EXPECT_EQ(execSync(open(store, false), selectFrom(itemsTable, "byCount")).size(), 2U);
  const DB strict = open(store, true);
  EXPECT_EQ(execSync(strict, selectFrom(itemsTable, "byCount").where(eq("count", 1))).size(), 1U);
  const auto error = thrown([&] { execSync(strict, selectFrom(itemsTable, "byCount")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidRow);
  EXPECT_EQ(error->place().table, "items");
  EXPECT_EQ(error->place().rowId, "b");
  EXPECT_NE(error->message().find("count"), std::string::npos) << error->message();
}

}  // namespace
}  // namespace hyperdb::test
