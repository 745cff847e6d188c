// The edits that the program applies, one of each kind in turn, to other packages in each round.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include <hyperdb/db.hpp>

#include "overview.hpp"

namespace packages {

struct Edit {
  std::string title;
  std::function<void(const DB&)> apply;  ///< dispatches an action; throws what it throws
};

/// The edit with that number, from 0 on. What it does depends on what is in the database now.
Edit makeEdit(const DB& db, const Overview& overview, std::size_t number);

}  // namespace packages
