#include <algorithm>

#include <hyperdb/error.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {

namespace {

bool isNameBefore(const Object::Member& member, std::string_view name) noexcept {
  return std::string_view(member.name) < name;
}

}  // namespace

Object::Object() = default;
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

Object::Object(std::initializer_list<Member> members) : Object(fromMembers(std::vector<Member>(members))) {}

Object Object::fromMembers(std::vector<Member> members) {
  auto isAscending = [&] {
    for (std::size_t i = 1; i < members.size(); ++i) {
      if (!(members[i - 1].name < members[i].name)) return false;
    }
    return true;
  };
  Object result;
  if (isAscending()) {
    result.members_ = std::move(members);
    return result;
  }
  // Sorted by name, equal names in the order given, so that the last of them can be told.
  std::vector<std::size_t> order(members.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    int difference = members[a].name.compare(members[b].name);
    return difference != 0 ? difference < 0 : a < b;
  });
  result.members_.reserve(members.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    bool isLast = i + 1 == order.size() || members[order[i + 1]].name != members[order[i]].name;
    if (isLast) result.members_.push_back(std::move(members[order[i]]));
  }
  return result;
}

std::size_t Object::size() const noexcept { return members_.size(); }
Object::const_iterator Object::begin() const noexcept { return members_.data(); }
Object::const_iterator Object::end() const noexcept { return members_.data() + members_.size(); }

const Value* Object::find(std::string_view name) const noexcept {
  auto position = std::lower_bound(members_.begin(), members_.end(), name, isNameBefore);
  return position != members_.end() && position->name == name ? &position->value : nullptr;
}

Value* Object::find(std::string_view name) noexcept {
  auto position = std::lower_bound(members_.begin(), members_.end(), name, isNameBefore);
  return position != members_.end() && position->name == name ? &position->value : nullptr;
}

const Value& Object::at(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) {
    throw Error(ErrorCode::invalidArgument, "the object has no member " + describe(Value(name)));
  }
  return *value;
}

void Object::set(std::string name, Value value) {
  auto position = std::lower_bound(members_.begin(), members_.end(), std::string_view(name), isNameBefore);
  if (position != members_.end() && position->name == name) {
    position->value = std::move(value);
  } else {
    members_.insert(position, Member{std::move(name), std::move(value)});
  }
}

Value& Object::operator[](std::string_view name) {
  auto position = std::lower_bound(members_.begin(), members_.end(), name, isNameBefore);
  if (position == members_.end() || position->name != name) {
    position = members_.insert(position, Member{std::string(name), Value()});
  }
  return position->value;
}

bool Object::erase(std::string_view name) {
  auto position = std::lower_bound(members_.begin(), members_.end(), name, isNameBefore);
  if (position == members_.end() || position->name != name) return false;
  members_.erase(position);
  return true;
}

bool operator==(const Object& a, const Object& b) noexcept { return a.members_ == b.members_; }

}  // namespace hyperdb
