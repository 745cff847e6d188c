#include "driver/hybrid/stub_row.hpp"

#include <string>

#include <boost/unordered/unordered_flat_set.hpp>

#include <hyperdb/engine/row_type.hpp>
#include <hyperdb/error.hpp>

#include "driver/memory/tree_cursor.hpp"
#include "key/key_of_id.hpp"

namespace hyperdb::detail::hybrid {
namespace {

using memory::Tree;

/// Only `id` and `destroy` are ever called: a stub never leaves this folder.
class StubRowType final : public RowType {
 public:
  const Validator& schema() const noexcept override {
    static const Validator none = v::any();
    return none;
  }
  Column column(std::string_view name) const override { return {0, std::string(name)}; }
  std::string_view id(const RowHeader& row) const noexcept override { return boxOf(row).value; }
  bool appendColumn(const RowHeader&, const Column&, KeyWriter&) const override { return false; }
  bool equal(const RowHeader& a, const RowHeader& b) const noexcept override { return &a == &b; }
  std::optional<ValidationFailure> check(const RowHeader&, Strictness) const override { return std::nullopt; }
  Object toObject(const RowHeader& row) const override { return Object{{"id", std::string(id(row))}}; }
  RowRef fromObject(Object, Strictness, ValidationFailure&) const override { return RowRef(); }
  void destroy(const RowHeader& row) const noexcept override { delete &boxOf(row); }

 private:
  static const RowBox<std::string>& boxOf(const RowHeader& row) noexcept {
    return static_cast<const RowBox<std::string>&>(row);
  }
};

const StubRowType& stubRowType() noexcept {
  static const StubRowType& type = *new StubRowType;  // rows may outlive static objects
  return type;
}

}  // namespace

RowRef makeStub(std::string id) { return RowRef(new RowBox<std::string>(stubRowType(), std::move(id))); }

bool isStub(const RowHeader& row) noexcept { return &row.type() == &stubRowType(); }

bool replaceStub(memory::TableState& table, const TableDef& def, const RowRef& row, DriverCounters& work) {
  std::vector<KeyBytes> keys(table.trees.size());
  for (std::size_t index = 0; index < keys.size(); ++index) def.appendIndexKey(index, *row, keys[index]);
  // This tree tells whether there is a stub before any node is copied.
  const RowRef* found = table.trees[TableDef::byIdIndex].find(keys[TableDef::byIdIndex], work);
  if (found == nullptr || !isStub(**found)) return false;
  const RowRef stub = *found;
  for (std::size_t index = 0; index < keys.size(); ++index) {
    if (keys[index].empty() || table.trees[index].replaceIf(keys[index], *stub, row, work)) continue;
    while (index-- > 0) {
      if (!keys[index].empty()) table.trees[index].replace(keys[index], stub, work);
    }
    return false;
  }
  return true;
}

bool eraseStubs(memory::TableState& table, std::span<const std::string_view> ids, DriverCounters& work) {
  boost::unordered_flat_set<const RowHeader*> stubs;
  std::vector<RowRef> kept;
  KeyBytes key;
  for (const std::string_view id : ids) {
    const RowRef* found = table.trees[TableDef::byIdIndex].find(keyOfId(id, key), work);
    if (found != nullptr && isStub(**found) && stubs.insert(found->get()).second) kept.push_back(*found);
  }
  if (stubs.empty()) return false;
  for (Tree& tree : table.trees) {
    std::vector<KeyBytes> keys;
    memory::TreeCursor cursor(tree.root(), 0, tree.size());
    for (; !cursor.atEnd(); cursor.advance(1)) {
      if (!stubs.contains(cursor.row().get())) continue;
      cursor.appendKey(keys.emplace_back());
    }
    for (const KeyBytes& each : keys) tree.erase(each, work);
  }
  return true;
}

}  // namespace hyperdb::detail::hybrid
