#include "driver/sqlite/wal_size.hpp"

namespace hyperdb::detail::sqlite {

namespace {
constexpr int pagesBetweenCheckpoints = 1000;  // SQLite's own number
}

void WalSize::watch(Connection& connection) noexcept {
  sqlite3_wal_hook(
      connection.handle(),
      [](void* self, sqlite3* handle, const char* schema, int pagesCount) {
        static_cast<WalSize*>(self)->pagesCount_.store(pagesCount, std::memory_order_relaxed);
        if (pagesCount >= pagesBetweenCheckpoints) {
          sqlite3_wal_checkpoint_v2(handle, schema, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        }
        return SQLITE_OK;
      },
      this);
}

void WalSize::restart(Connection& connection) noexcept {
  sqlite3_wal_checkpoint_v2(connection.handle(), "main", SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
}

}  // namespace hyperdb::detail::sqlite
