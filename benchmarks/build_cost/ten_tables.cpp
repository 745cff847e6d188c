// A program of ten tables: for each an action that writes a row, one that deletes it, a query with a condition, an
// order and a limit, and a read of one row. Each is run once.
#include "ten_tables.hpp"

#include <cstdio>

inline const auto authorsOf =
    selector("authorsOf", {"country", "limit"}, [](std::string country, std::int32_t limit) -> Selector<Rows<Author>> {
      co_return co_await selectFrom(authorsTable, authorsByCountry)
          .where(eq<&Author::country>(country))
          .order(desc)
          .limit(limit);
    });
inline const auto authorWithId = selector("authorWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Author>> {
  co_return co_await selectFrom(authorsTable, byId).where(eq<&Author::id>(id)).first();
});
inline const auto putAuthor = action(
    "putAuthor", {"id", "country", "name", "born", "rating", "alive"},
    [](std::string id, std::string country, std::string name, std::int32_t born, double rating,
       bool alive) -> Action<> {
      co_await insert(authorsTable,
                      {.id = id, .country = country, .name = name, .born = born, .rating = rating, .alive = alive});
    });
inline const auto deleteAuthor =
    action("deleteAuthor", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(authorsTable, id); });

inline const auto booksOf =
    selector("booksOf", {"authorId", "limit"}, [](std::string authorId, std::int32_t limit) -> Selector<Rows<Book>> {
      co_return co_await selectFrom(booksTable, booksByAuthorId)
          .where(eq<&Book::authorId>(authorId))
          .order(desc)
          .limit(limit);
    });
inline const auto bookWithId = selector("bookWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Book>> {
  co_return co_await selectFrom(booksTable, byId).where(eq<&Book::id>(id)).first();
});
inline const auto putBook =
    action("putBook", {"id", "authorId", "title", "year", "price", "subtitle"},
           [](std::string id, std::string authorId, std::string title, std::int32_t year, double price,
              std::optional<std::string> subtitle) -> Action<> {
             co_await upsert(
                 booksTable,
                 {.id = id, .authorId = authorId, .title = title, .year = year, .price = price, .subtitle = subtitle});
           });
inline const auto deleteBook =
    action("deleteBook", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(booksTable, id); });

inline const auto customersOf =
    selector("customersOf", {"city", "limit"}, [](std::string city, std::int32_t limit) -> Selector<Rows<Customer>> {
      co_return co_await selectFrom(customersTable, customersByCity)
          .where(eq<&Customer::city>(city))
          .order(desc)
          .limit(limit);
    });
inline const auto customerWithId = selector("customerWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Customer>> {
  co_return co_await selectFrom(customersTable, byId).where(eq<&Customer::id>(id)).first();
});
inline const auto putCustomer = action(
    "putCustomer", {"id", "city", "name", "email", "visitsCount", "blocked"},
    [](std::string id, std::string city, std::string name, std::string email, std::int64_t visitsCount,
       bool blocked) -> Action<> {
      co_await insert(
          customersTable,
          {.id = id, .city = city, .name = name, .email = email, .visitsCount = visitsCount, .blocked = blocked});
    });
inline const auto deleteCustomer =
    action("deleteCustomer", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(customersTable, id); });

inline const auto purchasesOf = selector("purchasesOf", {"customerId", "limit"},
                                         [](std::string customerId, std::int32_t limit) -> Selector<Rows<Purchase>> {
                                           co_return co_await selectFrom(purchasesTable, purchasesByCustomerId)
                                               .where(eq<&Purchase::customerId>(customerId))
                                               .order(desc)
                                               .limit(limit);
                                         });
inline const auto purchaseWithId = selector("purchaseWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Purchase>> {
  co_return co_await selectFrom(purchasesTable, byId).where(eq<&Purchase::id>(id)).first();
});
inline const auto putPurchase = action("putPurchase", {"id", "customerId", "bookId", "count", "total", "placedAtMs"},
                                       [](std::string id, std::string customerId, std::string bookId,
                                          std::int32_t count, double total, std::int64_t placedAtMs) -> Action<> {
                                         co_await upsert(purchasesTable, {.id = id,
                                                                          .customerId = customerId,
                                                                          .bookId = bookId,
                                                                          .count = count,
                                                                          .total = total,
                                                                          .placedAtMs = placedAtMs});
                                       });
inline const auto deletePurchase =
    action("deletePurchase", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(purchasesTable, id); });

inline const auto invoicesOf = selector("invoicesOf", {"purchaseId", "limit"},
                                        [](std::string purchaseId, std::int32_t limit) -> Selector<Rows<Invoice>> {
                                          co_return co_await selectFrom(invoicesTable, invoicesByPurchaseId)
                                              .where(eq<&Invoice::purchaseId>(purchaseId))
                                              .order(desc)
                                              .limit(limit);
                                        });
inline const auto invoiceWithId = selector("invoiceWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Invoice>> {
  co_return co_await selectFrom(invoicesTable, byId).where(eq<&Invoice::id>(id)).first();
});
inline const auto putInvoice = action(
    "putInvoice", {"id", "purchaseId", "amount", "dueAtMs", "paid", "note"},
    [](std::string id, std::string purchaseId, double amount, std::int64_t dueAtMs, bool paid,
       std::optional<std::string> note) -> Action<> {
      co_await insert(
          invoicesTable,
          {.id = id, .purchaseId = purchaseId, .amount = amount, .dueAtMs = dueAtMs, .paid = paid, .note = note});
    });
inline const auto deleteInvoice =
    action("deleteInvoice", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(invoicesTable, id); });

inline const auto shipmentsOf = selector("shipmentsOf", {"warehouseId", "limit"},
                                         [](std::string warehouseId, std::int32_t limit) -> Selector<Rows<Shipment>> {
                                           co_return co_await selectFrom(shipmentsTable, shipmentsByWarehouseId)
                                               .where(eq<&Shipment::warehouseId>(warehouseId))
                                               .order(desc)
                                               .limit(limit);
                                         });
inline const auto shipmentWithId = selector("shipmentWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Shipment>> {
  co_return co_await selectFrom(shipmentsTable, byId).where(eq<&Shipment::id>(id)).first();
});
inline const auto putShipment =
    action("putShipment", {"id", "warehouseId", "purchaseId", "progress", "sentAtMs", "weight"},
           [](std::string id, std::string warehouseId, std::string purchaseId, Progress progress, std::int64_t sentAtMs,
              double weight) -> Action<> {
             co_await upsert(shipmentsTable, {.id = id,
                                              .warehouseId = warehouseId,
                                              .purchaseId = purchaseId,
                                              .progress = progress,
                                              .sentAtMs = sentAtMs,
                                              .weight = weight});
           });
inline const auto deleteShipment =
    action("deleteShipment", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(shipmentsTable, id); });

inline const auto warehousesOf = selector("warehousesOf", {"region", "limit"},
                                          [](std::string region, std::int32_t limit) -> Selector<Rows<Warehouse>> {
                                            co_return co_await selectFrom(warehousesTable, warehousesByRegion)
                                                .where(eq<&Warehouse::region>(region))
                                                .order(desc)
                                                .limit(limit);
                                          });
inline const auto warehouseWithId =
    selector("warehouseWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Warehouse>> {
      co_return co_await selectFrom(warehousesTable, byId).where(eq<&Warehouse::id>(id)).first();
    });
inline const auto putWarehouse =
    action("putWarehouse", {"id", "region", "city", "shelvesCount", "area", "open"},
           [](std::string id, std::string region, std::string city, std::int32_t shelvesCount, double area,
              bool open) -> Action<> {
             co_await insert(
                 warehousesTable,
                 {.id = id, .region = region, .city = city, .shelvesCount = shelvesCount, .area = area, .open = open});
           });
inline const auto deleteWarehouse =
    action("deleteWarehouse", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(warehousesTable, id); });

inline const auto stockItemsOf = selector("stockItemsOf", {"warehouseId", "limit"},
                                          [](std::string warehouseId, std::int32_t limit) -> Selector<Rows<StockItem>> {
                                            co_return co_await selectFrom(stockItemsTable, stockItemsByWarehouseId)
                                                .where(eq<&StockItem::warehouseId>(warehouseId))
                                                .order(desc)
                                                .limit(limit);
                                          });
inline const auto stockItemWithId =
    selector("stockItemWithId", {"id"}, [](std::string id) -> Selector<RowPtr<StockItem>> {
      co_return co_await selectFrom(stockItemsTable, byId).where(eq<&StockItem::id>(id)).first();
    });
inline const auto putStockItem =
    action("putStockItem", {"id", "warehouseId", "bookId", "count", "shelf", "discount"},
           [](std::string id, std::string warehouseId, std::string bookId, std::int32_t count, std::int32_t shelf,
              std::optional<double> discount) -> Action<> {
             co_await upsert(stockItemsTable, {.id = id,
                                               .warehouseId = warehouseId,
                                               .bookId = bookId,
                                               .count = count,
                                               .shelf = shelf,
                                               .discount = discount});
           });
inline const auto deleteStockItem =
    action("deleteStockItem", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(stockItemsTable, id); });

inline const auto reviewsOf =
    selector("reviewsOf", {"bookId", "limit"}, [](std::string bookId, std::int32_t limit) -> Selector<Rows<Review>> {
      co_return co_await selectFrom(reviewsTable, reviewsByBookId)
          .where(eq<&Review::bookId>(bookId))
          .order(desc)
          .limit(limit);
    });
inline const auto reviewWithId = selector("reviewWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Review>> {
  co_return co_await selectFrom(reviewsTable, byId).where(eq<&Review::id>(id)).first();
});
inline const auto putReview = action("putReview", {"id", "bookId", "customerId", "text", "stars", "writtenAtMs"},
                                     [](std::string id, std::string bookId, std::string customerId, std::string text,
                                        std::int32_t stars, std::int64_t writtenAtMs) -> Action<> {
                                       co_await insert(reviewsTable, {.id = id,
                                                                      .bookId = bookId,
                                                                      .customerId = customerId,
                                                                      .text = text,
                                                                      .stars = stars,
                                                                      .writtenAtMs = writtenAtMs});
                                     });
inline const auto deleteReview =
    action("deleteReview", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(reviewsTable, id); });

inline const auto ticketsOf = selector("ticketsOf", {"customerId", "limit"},
                                       [](std::string customerId, std::int32_t limit) -> Selector<Rows<Ticket>> {
                                         co_return co_await selectFrom(ticketsTable, ticketsByCustomerId)
                                             .where(eq<&Ticket::customerId>(customerId))
                                             .order(desc)
                                             .limit(limit);
                                       });
inline const auto ticketWithId = selector("ticketWithId", {"id"}, [](std::string id) -> Selector<RowPtr<Ticket>> {
  co_return co_await selectFrom(ticketsTable, byId).where(eq<&Ticket::id>(id)).first();
});
inline const auto putTicket = action("putTicket", {"id", "customerId", "subject", "progress", "openedAtMs", "tags"},
                                     [](std::string id, std::string customerId, std::string subject, Progress progress,
                                        std::int64_t openedAtMs, std::vector<std::string> tags) -> Action<> {
                                       co_await upsert(ticketsTable, {.id = id,
                                                                      .customerId = customerId,
                                                                      .subject = subject,
                                                                      .progress = progress,
                                                                      .openedAtMs = openedAtMs,
                                                                      .tags = tags});
                                     });
inline const auto deleteTicket =
    action("deleteTicket", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(ticketsTable, id); });

static int failuresCount = 0;
static void expect(bool condition, const char* what) {
  if (condition) return;
  ++failuresCount;
  std::fprintf(stderr, "ten_tables: %s\n", what);
}

int main() {
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({authorsTable, booksTable, customersTable, purchasesTable, invoicesTable, shipmentsTable,
                          warehousesTable, stockItemsTable, reviewsTable, ticketsTable}));
  syncDispatch(db, putAuthor("a1", "au", "Patrick", 1912, 4.5, false));
  syncDispatch(db, putBook("b1", "a1", "Voss", 1957, 19.5, std::nullopt));
  syncDispatch(db, putCustomer("c1", "Perth", "Ada", "ada@example.org", 7, false));
  syncDispatch(db, putPurchase("o1", "c1", "b1", 2, 39.0, 1000));
  syncDispatch(db, putInvoice("i1", "o1", 39.0, 2000, false, "by mail"));
  syncDispatch(db, putShipment("s1", "w1", "o1", Progress::started, 1500, 0.8));
  syncDispatch(db, putWarehouse("w1", "west", "Perth", 400, 1200.0, true));
  syncDispatch(db, putStockItem("s1", "w1", "b1", 12, 31, 0.1));
  syncDispatch(db, putReview("r1", "b1", "c1", "Slow, then great", 5, 3000));
  syncDispatch(db, putTicket("t1", "c1", "A page is missing", Progress::waiting, 4000, {"print", "refund"}));

  expect(select(db, authorsOf("au", 10)).size() == 1, "authors");
  expect(select(db, booksOf("a1", 10)).size() == 1, "books");
  expect(select(db, customersOf("Perth", 10)).size() == 1, "customers");
  expect(select(db, purchasesOf("c1", 10)).size() == 1, "purchases");
  expect(select(db, invoicesOf("o1", 10)).size() == 1, "invoices");
  expect(select(db, shipmentsOf("w1", 10)).size() == 1, "shipments");
  expect(select(db, warehousesOf("west", 10)).size() == 1, "warehouses");
  expect(select(db, stockItemsOf("w1", 10)).size() == 1, "stockItems");
  expect(select(db, reviewsOf("b1", 10)).size() == 1, "reviews");
  expect(select(db, ticketsOf("c1", 10)).size() == 1, "tickets");

  expect(select(db, authorWithId("a1"))->country == "au", "an author");
  expect(select(db, bookWithId("b1"))->authorId == "a1", "a book");
  expect(select(db, customerWithId("c1"))->city == "Perth", "a customer");
  expect(select(db, purchaseWithId("o1"))->customerId == "c1", "a purchase");
  expect(select(db, invoiceWithId("i1"))->purchaseId == "o1", "an invoice");
  expect(select(db, shipmentWithId("s1"))->warehouseId == "w1", "a shipment");
  expect(select(db, warehouseWithId("w1"))->region == "west", "a warehouse");
  expect(select(db, stockItemWithId("s1"))->warehouseId == "w1", "a stockItem");
  expect(select(db, reviewWithId("r1"))->bookId == "b1", "a review");
  expect(select(db, ticketWithId("t1"))->customerId == "c1", "a ticket");

  syncDispatch(db, deleteAuthor("a1"));
  expect(select(db, authorsOf("au", 10)).empty(), "no authors");
  syncDispatch(db, deleteBook("b1"));
  expect(select(db, booksOf("a1", 10)).empty(), "no books");
  syncDispatch(db, deleteCustomer("c1"));
  expect(select(db, customersOf("Perth", 10)).empty(), "no customers");
  syncDispatch(db, deletePurchase("o1"));
  expect(select(db, purchasesOf("c1", 10)).empty(), "no purchases");
  syncDispatch(db, deleteInvoice("i1"));
  expect(select(db, invoicesOf("o1", 10)).empty(), "no invoices");
  syncDispatch(db, deleteShipment("s1"));
  expect(select(db, shipmentsOf("w1", 10)).empty(), "no shipments");
  syncDispatch(db, deleteWarehouse("w1"));
  expect(select(db, warehousesOf("west", 10)).empty(), "no warehouses");
  syncDispatch(db, deleteStockItem("s1"));
  expect(select(db, stockItemsOf("w1", 10)).empty(), "no stockItems");
  syncDispatch(db, deleteReview("r1"));
  expect(select(db, reviewsOf("b1", 10)).empty(), "no reviews");
  syncDispatch(db, deleteTicket("t1"));
  expect(select(db, ticketsOf("c1", 10)).empty(), "no tickets");
  return failuresCount == 0 ? 0 : 1;
}
