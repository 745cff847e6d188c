// Names of the kinds of writes: in traces and in the change log of files.
#pragma once

#include <string_view>

#include <hyperdb/engine/driver.hpp>

namespace hyperdb::detail {

/// Returns "insert", "upsert", "delete". The text lives as long as the program.
constexpr std::string_view opTypeName(OpType type) noexcept {
  return type == OpType::insert ? "insert" : type == OpType::upsert ? "upsert" : "delete";
}

}  // namespace hyperdb::detail
