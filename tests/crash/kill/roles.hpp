// What the children of hyperdb-kill do until they are killed.
#pragma once

#include <string>

#include "crash/ledger.hpp"

namespace hyperdb::crash {

/// How every process opens the file.
struct FileUse {
  std::string name;  ///< "walNormal" and so on
  SqlOptions options;
  test::Storage storage = test::Storage::sql;  ///< of the writer
  int unheardMax = 1;                          ///< so many unacknowledged commits may be there

  /// Memory of two tiers would not hear of what others write.
  test::Storage readersStorage() const { return test::hasTwoTiers(storage) ? test::Storage::sql : storage; }
  /// By its name. Throws std::runtime_error.
  static FileUse named(const std::string& name);
};

/// Commits one turn after the other and says the number of each when its commit has returned. Over a driver with
/// threads several are on their way; over two tiers it says the number of the last one that was flushed. Never returns.
[[noreturn]] void writeForever(const std::string& file, const FileUse& use, test::Release release);
/// Reads everything, again and again, and says the last turn that it has seen. Ends the process with an error when it
/// sees half a commit, or less than it has seen before.
[[noreturn]] void readForever(const std::string& file, const FileUse& use, test::Release release);

}  // namespace hyperdb::crash
