// The keys of rows in the index byId of their table.
#pragma once

#include <string_view>

#include <hyperdb/engine/key.hpp>

namespace hyperdb::detail {

/// Returns the key of the row with this id.
inline KeyBytes keyOfId(std::string_view id) {
  KeyBytes key;
  KeyWriter(key).appendString(id);
  return key;
}

/// Returns the key in a buffer that is reused.
inline KeyBytes& keyOfId(std::string_view id, KeyBytes& buffer) {
  buffer.clear();
  KeyWriter(buffer).appendString(id);
  return buffer;
}

}  // namespace hyperdb::detail
