// The tables of ten_tables.cpp: rows of six columns, an index over two of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

using namespace hyperdb;

enum class Progress : unsigned char { waiting, started, finished };

struct Author {
  std::string id;
  std::string country;
  std::string name;
  std::int32_t born = 0;
  double rating = 0;
  bool alive = false;
};
inline constexpr auto authorsByCountry = btree<&Author::country, &Author::born>("byCountry");
inline const auto authorsTable = defineTable<Author>("authors").index(authorsByCountry);

struct Book {
  std::string id;
  std::string authorId;
  std::string title;
  std::int32_t year = 0;
  double price = 0;
  std::optional<std::string> subtitle;
};
inline constexpr auto booksByAuthorId = btree<&Book::authorId, &Book::year>("byAuthorId");
inline const auto booksTable = defineTable<Book>("books").index(booksByAuthorId);

struct Customer {
  std::string id;
  std::string city;
  std::string name;
  std::string email;
  std::int64_t visitsCount = 0;
  bool blocked = false;
};
inline constexpr auto customersByCity = btree<&Customer::city, &Customer::visitsCount>("byCity");
inline const auto customersTable = defineTable<Customer>("customers").index(customersByCity);

struct Purchase {
  std::string id;
  std::string customerId;
  std::string bookId;
  std::int32_t count = 0;
  double total = 0;
  std::int64_t placedAtMs = 0;
};
inline constexpr auto purchasesByCustomerId = btree<&Purchase::customerId, &Purchase::placedAtMs>("byCustomerId");
inline const auto purchasesTable = defineTable<Purchase>("purchases").index(purchasesByCustomerId);

struct Invoice {
  std::string id;
  std::string purchaseId;
  double amount = 0;
  std::int64_t dueAtMs = 0;
  bool paid = false;
  std::optional<std::string> note;
};
inline constexpr auto invoicesByPurchaseId = btree<&Invoice::purchaseId, &Invoice::dueAtMs>("byPurchaseId");
inline const auto invoicesTable = defineTable<Invoice>("invoices").index(invoicesByPurchaseId);

struct Shipment {
  std::string id;
  std::string warehouseId;
  std::string purchaseId;
  Progress progress = Progress::waiting;
  std::int64_t sentAtMs = 0;
  double weight = 0;
};
inline constexpr auto shipmentsByWarehouseId = btree<&Shipment::warehouseId, &Shipment::sentAtMs>("byWarehouseId");
inline const auto shipmentsTable = defineTable<Shipment>("shipments").index(shipmentsByWarehouseId);

struct Warehouse {
  std::string id;
  std::string region;
  std::string city;
  std::int32_t shelvesCount = 0;
  double area = 0;
  bool open = false;
};
inline constexpr auto warehousesByRegion = btree<&Warehouse::region, &Warehouse::shelvesCount>("byRegion");
inline const auto warehousesTable = defineTable<Warehouse>("warehouses").index(warehousesByRegion);

struct StockItem {
  std::string id;
  std::string warehouseId;
  std::string bookId;
  std::int32_t count = 0;
  std::int32_t shelf = 0;
  std::optional<double> discount;
};
inline constexpr auto stockItemsByWarehouseId = btree<&StockItem::warehouseId, &StockItem::shelf>("byWarehouseId");
inline const auto stockItemsTable = defineTable<StockItem>("stockItems").index(stockItemsByWarehouseId);

struct Review {
  std::string id;
  std::string bookId;
  std::string customerId;
  std::string text;
  std::int32_t stars = 0;
  std::int64_t writtenAtMs = 0;
};
inline constexpr auto reviewsByBookId = btree<&Review::bookId, &Review::stars>("byBookId");
inline const auto reviewsTable = defineTable<Review>("reviews").index(reviewsByBookId);

struct Ticket {
  std::string id;
  std::string customerId;
  std::string subject;
  Progress progress = Progress::waiting;
  std::int64_t openedAtMs = 0;
  std::vector<std::string> tags;
};
inline constexpr auto ticketsByCustomerId = btree<&Ticket::customerId, &Ticket::openedAtMs>("byCustomerId");
inline const auto ticketsTable = defineTable<Ticket>("tickets").index(ticketsByCustomerId);
