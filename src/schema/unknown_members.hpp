// Members of stored rows that a table does not name.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <hyperdb/row.hpp>
#include <hyperdb/value.hpp>

#include "value/json_text.hpp"

namespace hyperdb::detail {

/// Removes from the object the members whose names `isKnown` refuses, and returns them. O(members).
template <class IsKnown>
Object takeMembersUnless(Object& object, IsKnown isKnown) {
  std::vector<Object::Member> known;
  std::vector<Object::Member> unknown;
  bool hasUnknown = false;
  for (const Object::Member& member : object) hasUnknown = hasUnknown || !isKnown(member.name);
  if (!hasUnknown) return {};
  for (const Object::Member& member : object) {
    std::vector<Object::Member>& members = isKnown(member.name) ? known : unknown;
    members.push_back({member.name, std::move(*object.find(member.name))});
  }
  object = Object::fromMembers(std::move(known));
  return Object::fromMembers(std::move(unknown));
}

/// Adds the row's unknown members to its JSON text.
inline void appendUnknownMembers(const RowHeader& row, std::string& json) {
  const Object* members = row.unknownMembers();
  if (members == nullptr) return;
  std::string text;
  appendJsonObject(text, *members);
  json.back() = ',';  // a row has an id, so its text is not {}
  json.append(text, 1);
}

}  // namespace hyperdb::detail
