// Loading tables asynchronously.
#pragma once

#include <memory>
#include <vector>

#include "runtime/database_core.hpp"

namespace hyperdb::detail {

Completion<void> loadAsync(std::shared_ptr<DatabaseCore> core, std::vector<std::shared_ptr<const TableDef>> tables);

}  // namespace hyperdb::detail
