// A check of the whole file for damage.
#pragma once

#include <string>
#include <vector>

#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// Returns one sentence for each fault; at most 100. Reads all loaded tables. In a transaction of its own.
std::vector<std::string> findDamage(Session& session);

}  // namespace hyperdb::detail::sqlite
