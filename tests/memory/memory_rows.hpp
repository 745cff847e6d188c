// A small row type of the tests' own, and ways to make rows and tables of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <hyperdb/engine/row_type.hpp>
#include <hyperdb/engine/scan_plan.hpp>
#include <hyperdb/engine/table_def.hpp>

namespace hyperdb::test {

struct Item {
  std::string id;
  std::string group;
  double number = 0;
  std::optional<std::string> email;  ///< rows without one are not in the indexes on it
  friend bool operator==(const Item&, const Item&) = default;
};

class ItemType final : public RowType {
 public:
  const Validator& schema() const noexcept override { return schema_; }
  Column column(std::string_view name) const override {
    return {name == "id" ? 0U : name == "group" ? 1U : name == "number" ? 2U : 3U, std::string(name)};
  }
  std::string_view id(const RowHeader& row) const noexcept override { return itemOf(row).id; }
  bool appendColumn(const RowHeader& row, const Column& column, KeyWriter& out) const override {
    const Item& item = itemOf(row);
    switch (column.number) {
      case 0: out.appendString(item.id); return true;
      case 1: out.appendString(item.group); return true;
      case 2: out.appendNumber(item.number); return true;
      default:
        if (item.email) out.appendString(*item.email);
        return item.email.has_value();
    }
  }
  bool equal(const RowHeader& a, const RowHeader& b) const noexcept override {
    ++comparedCount;
    return itemOf(a) == itemOf(b);
  }
  std::optional<ValidationFailure> check(const RowHeader&, Strictness) const override { return std::nullopt; }
  Object toObject(const RowHeader&) const override { return {}; }
  RowRef fromObject(Object, Strictness, ValidationFailure&) const override { return {}; }
  void destroy(const RowHeader& row) const noexcept override { delete &static_cast<const RowBox<Item>&>(row); }

  static inline std::atomic<std::int64_t> comparedCount{0};  ///< how often content was compared

  static const Item& itemOf(const RowHeader& row) noexcept { return static_cast<const RowBox<Item>&>(row).value; }

 private:
  Validator schema_ = v::object(
      {{"id", v::string()}, {"group", v::string()}, {"number", v::number()}, {"email", v::optional(v::string())}});
};

inline const std::shared_ptr<const ItemType>& itemType() {
  static const std::shared_ptr<const ItemType> type = std::make_shared<ItemType>();
  return type;
}

inline const Item& itemOf(const RowRef& row) { return ItemType::itemOf(*row); }

inline RowRef makeRow(Item item) { return RowRef(new RowBox<Item>(*itemType(), std::move(item))); }
inline RowRef makeRow(std::string id, std::string group = {}, double number = 0,
                      std::optional<std::string> email = std::nullopt) {
  return makeRow(Item{std::move(id), std::move(group), number, std::move(email)});
}

// The indexes of itemsTable.
inline constexpr std::size_t byId = TableDef::byIdIndex;
inline constexpr std::size_t byGroup = 1;
inline constexpr std::size_t byEmail = 2;

inline std::shared_ptr<const TableDef> itemsTable(std::string name = "items") {
  return TableDef::make(std::move(name), itemType())
      ->withIndex("byGroup", IndexType::btree, {"group", "number"})
      ->withIndex("byEmail", IndexType::uniqhash, {"email"});
}

inline KeyBytes stringKey(std::string_view text) {
  KeyBytes key;
  KeyWriter(key).appendString(text);
  return key;
}

/// The rows whose index key starts with this string column.
inline ScanPlan planOf(const std::shared_ptr<const TableDef>& table, std::size_t index, std::string_view text,
                       Order order = Order::ascending, std::size_t limit = ScanPlan::noLimit) {
  ScanPlan plan;
  plan.table = table.get();
  plan.indexNumber = index;
  plan.ranges = {KeyRange::prefix(stringKey(text))};
  plan.order = order;
  plan.limit = limit;
  return plan;
}

inline ScanPlan wholeIndex(const std::shared_ptr<const TableDef>& table, std::size_t index,
                           Order order = Order::ascending, std::size_t limit = ScanPlan::noLimit) {
  ScanPlan plan = planOf(table, index, {}, order, limit);
  plan.ranges = {KeyRange::all()};
  return plan;
}

/// A row number as text that sorts like the number.
inline std::string padded(std::size_t number) {
  std::string digits = std::to_string(number);
  return std::string(8 - digits.size(), '0') + digits;
}

}  // namespace hyperdb::test
