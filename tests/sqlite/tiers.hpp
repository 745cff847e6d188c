// Databases over one file: of SqlDriver alone, and with memory in front of it.
#pragma once

#include <functional>

#include <hyperdb/hybrid_db.hpp>

#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {

struct Tiers {
  const char* name;
  std::function<std::unique_ptr<Driver>(std::unique_ptr<Driver>)> over;
  bool validates = false;
};
inline void PrintTo(const Tiers& tiers, std::ostream* out) { *out << tiers.name; }

template <class Cache>
std::unique_ptr<Driver> cached(std::unique_ptr<Driver> driver) {
  return std::make_unique<Cache>(std::move(driver));
}

inline const auto allTiers =
    testing::Values(Tiers{"sql", [](std::unique_ptr<Driver> driver) { return driver; }},
                    Tiers{"sqlValidated", [](std::unique_ptr<Driver> driver) { return driver; }, true},
                    Tiers{"hybrid", cached<HybridDB>}, Tiers{"hybridValidated", cached<HybridDB>, true},
                    Tiers{"preloaded", cached<PreloadedHybridDB>});
inline std::string nameOfTiers(const testing::TestParamInfo<Tiers>& info) { return info.param.name; }

class TiersTest : public SqliteTest, public testing::WithParamInterface<Tiers> {
 protected:
  SubscribableDB open(std::vector<AnyTable> tables, SqlOptions options = {}) {
    DBOptions dbOptions;
    dbOptions.runtimeRowsValidation = GetParam().validates;
    auto primary = std::make_unique<SqlDriver>(file(), std::move(options));
    primary_ = primary.get();
    SubscribableDB db{DB{GetParam().over(std::move(primary)), dbOptions}};
    execSync(db.loadTables(std::move(tables)));
    return db;
  }

  SqlDriver* primary_ = nullptr;  ///< of the database that was opened last
};

}  // namespace hyperdb::test
