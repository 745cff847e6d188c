// Trees of stubs, from keys alone.
#include <gtest/gtest.h>

#include <hyperdb/engine/key.hpp>

#include "driver/hybrid/stub_row.hpp"
#include "driver/hybrid/stub_table.hpp"
#include "driver/memory/tree_cursor.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

using detail::hybrid::StubTable;
using detail::memory::Tree;

/// Keys of these strings, in this order.
IndexKeys keysOf(const std::vector<std::pair<std::string, std::int64_t>>& entries) {
  IndexKeys keys;
  for (const auto& [text, number] : entries) {
    KeyWriter(keys.bytes).appendString(text);
    keys.entries.push_back({keys.bytes.size(), number});
  }
  return keys;
}

/// "a b c": the ids of the stubs.
std::string idsOf(const Tree& tree) {
  std::string ids;
  for (detail::memory::TreeCursor cursor(tree.root(), 0, tree.size()); !cursor.atEnd(); cursor.advance(1)) {
    const RowRef& row = cursor.row();
    EXPECT_TRUE(detail::hybrid::isStub(*row));
    ids += (ids.empty() ? "" : " ") + std::string(row->type().id(*row));
  }
  return ids;
}

TEST(StubTable, TreesOfAllIndexesHaveTheSameStubs) {
  for (const std::int64_t step : {std::int64_t{1}, std::int64_t{1} << 60}) {  // neighbours, and far from each other
    const StubTable stubs(keysOf({{"a", step}, {"b", 3 * step}, {"c", -2 * step}}), nullptr);
    EXPECT_EQ(idsOf(stubs.byIdTree()), "a b c");
    EXPECT_EQ(idsOf(stubs.treeOf(keysOf({{"x", -2 * step}, {"y", step}}))), "c a");
  }
}

TEST(StubTable, AnEmptyTableHasEmptyTrees) {
  const StubTable stubs({}, nullptr);
  EXPECT_TRUE(stubs.byIdTree().empty());
  EXPECT_TRUE(stubs.treeOf({}).empty());
  EXPECT_TRUE(StubTable(keysOf({{"a", 1}}), nullptr).treeOf({}).empty());
}

TEST(StubTable, WhatIsNotWantedIsInNoTree) {
  const StubTable stubs(keysOf({{"a", 1}, {"b", 2}, {"c", 3}}), [](std::string_view id) { return id != "b"; });
  EXPECT_EQ(idsOf(stubs.byIdTree()), "a c");
  EXPECT_EQ(idsOf(stubs.treeOf(keysOf({{"x", 3}, {"y", 2}, {"z", 1}}))), "c a");
}

TEST(StubTable, KeysThatCantBeAreRefused) {
  const StubTable stubs(keysOf({{"a", 1}, {"b", 2}}), nullptr);
  EXPECT_EQ(codeOf([&] { stubs.treeOf(keysOf({{"y", 1}, {"x", 2}})); }), ErrorCode::corruptKey);
  EXPECT_EQ(codeOf([&] { stubs.treeOf(keysOf({{"x", 1}, {"x", 2}})); }), ErrorCode::corruptKey);
  EXPECT_EQ(codeOf([&] { stubs.treeOf(keysOf({{"x", 7}})); }), ErrorCode::corruptKey);
  EXPECT_EQ(codeOf([] { StubTable(keysOf({{"b", 1}, {"a", 2}}), nullptr); }), ErrorCode::corruptKey);
  IndexKeys numbers;
  KeyWriter(numbers.bytes).appendNumber(1);
  numbers.entries.push_back({numbers.bytes.size(), 1});
  EXPECT_EQ(codeOf([&] { StubTable(numbers, nullptr); }), ErrorCode::corruptKey);
}

}  // namespace
}  // namespace hyperdb::test
