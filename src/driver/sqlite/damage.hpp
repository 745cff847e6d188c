// What is wrong with a file.
#pragma once

#include <string>
#include <vector>

#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// One sentence for each fault; at most 100. Reads all loaded tables. In a transaction of its own.
std::vector<std::string> findDamage(Session& session);

}  // namespace hyperdb::detail::sqlite
