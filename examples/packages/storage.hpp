// Where the rows are kept. Everything else in this program is the same over each driver.
#pragma once

#include <hyperdb/subscribable_db.hpp>

#include "options.hpp"

namespace packages {

using namespace hyperdb;

/// "memory", "sqlite", "hybrid"
const char* driverName(DriverKind driver);

/// Opens the database, or begins a new one, and loads its tables. Throws
/// std::runtime_error for a file that can't be used.
SubscribableDB openDatabase(const Options& options);

/// Lets hybrid read the whole tables, so that memory answers from now on. The others have nothing to read ahead.
void readIntoMemory(const DB& db, const Options& options);

/// Returns when everything that is committed is in the file. Commits over sqlite are there already.
void waitUntilStored(const DB& db, const Options& options);

}  // namespace packages
