#include "storage.hpp"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <hyperdb/error.hpp>
#include <hyperdb/execute.hpp>
#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/memory_driver.hpp>
#include <hyperdb/sql_driver.hpp>

#include "schema.hpp"

namespace packages {

namespace {

std::unique_ptr<Driver> makeDriver(const Options& options) {
  switch (options.driver) {
    case DriverKind::memory: break;
    case DriverKind::sqlite: return std::make_unique<SqlDriver>(options.file);
    case DriverKind::hybrid: return std::make_unique<HybridDB>(SqlDriver{options.file});
  }
  return std::make_unique<BptreeInmemDriver>();
}

/// The folder of the file, when no option names one.
void makeFolder(const Options& options) {
  if (!options.isDefaultFile) return;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(options.file).parent_path(), error);
  if (error)
    throw std::runtime_error("the folder of " + options.file +
                             " can't be made: " + error.message());
}

}  // namespace

const char* driverName(DriverKind driver) {
  switch (driver) {
    case DriverKind::memory: break;
    case DriverKind::sqlite: return "sqlite";
    case DriverKind::hybrid: return "hybrid";
  }
  return "memory";
}

SubscribableDB openDatabase(const Options& options) {
  makeFolder(options);
  try {
    const SubscribableDB db{DB{makeDriver(options)}};
    execSync(db.loadTables({packagesTable, dependenciesTable}));
    return db;
  } catch (const Error& error) {
    throw std::runtime_error(std::string("the rows can't be kept in ") + error.what());
  }
}

void readIntoMemory(const DB& db, const Options& options) {
  if (options.driver != DriverKind::hybrid) return;
  db.driverAs<HybridDB>().preloadTables({packagesTable, dependenciesTable}).get();
}

void waitUntilStored(const DB& db, const Options& options) {
  if (options.driver == DriverKind::hybrid) db.driverAs<HybridDB>().flushed().get();
}

}  // namespace packages
