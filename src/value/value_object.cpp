#include <algorithm>
#include <utility>

#include <hyperdb/error.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {

namespace {

bool isNameBefore(const Object::Member& member, std::string_view name) noexcept {
  return std::string_view(member.name) < name;
}

}  // namespace

Object::Object() = default;
Object::Object(const Object& other) : members_(other.begin(), other.end()) {}
Object::Object(Object&& other) noexcept : members_(std::move(other.members_)), start_(std::exchange(other.start_, 0)) {
  other.members_.clear();
}
Object& Object::operator=(const Object& other) { return *this = Object(other); }
Object& Object::operator=(Object&& other) noexcept {
  Object taken(std::move(other));  // which may be inside this one
  members_.swap(taken.members_);
  std::swap(start_, taken.start_);
  return *this;
}
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
  // Sorted by name, equal names in the given order, so that the last of them is found.
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

std::size_t Object::size() const noexcept { return members_.size() - start_; }
Object::const_iterator Object::begin() const noexcept { return members_.data() + start_; }
Object::const_iterator Object::end() const noexcept { return members_.data() + members_.size(); }

const Value* Object::find(std::string_view name) const noexcept {
  const_iterator position = std::lower_bound(begin(), end(), name, isNameBefore);
  return position != end() && position->name == name ? &position->value : nullptr;
}

Value* Object::find(std::string_view name) noexcept {
  return const_cast<Value*>(static_cast<const Object*>(this)->find(name));
}

const Value& Object::at(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) {
    throw Error(ErrorCode::invalidArgument, "the object has no member " + describe(Value(name)));
  }
  return *value;
}

/// Inserts a member. `position` counts from the first member. The shorter side makes room.
Object::Member& Object::insertAt(std::size_t position, Member member) {
  constexpr std::size_t manyMembers = 16;  // fewer are moved quickly
  if (size() < manyMembers || position >= size() / 2) {
    return *members_.insert(members_.begin() + static_cast<std::ptrdiff_t>(start_ + position), std::move(member));
  }
  if (start_ == 0) {
    const std::size_t roomCount = size();
    std::vector<Member> wider(roomCount + size());
    std::move(members_.begin(), members_.end(), wider.begin() + static_cast<std::ptrdiff_t>(roomCount));
    members_.swap(wider);
    start_ = roomCount;
  }
  const auto first = members_.begin() + static_cast<std::ptrdiff_t>(start_);
  const auto place = std::move(first, first + static_cast<std::ptrdiff_t>(position), first - 1);
  --start_;
  *place = std::move(member);
  return *place;
}

void Object::set(std::string name, Value value) {
  const_iterator position = std::lower_bound(begin(), end(), std::string_view(name), isNameBefore);
  const auto number = static_cast<std::size_t>(position - begin());
  if (position != end() && position->name == name) {
    members_[start_ + number].value = std::move(value);
  } else {
    insertAt(number, Member{std::move(name), std::move(value)});
  }
}

Value& Object::operator[](std::string_view name) {
  if (Value* value = find(name)) return *value;
  const_iterator position = std::lower_bound(begin(), end(), name, isNameBefore);
  return insertAt(static_cast<std::size_t>(position - begin()), Member{std::string(name), Value()}).value;
}

bool Object::erase(std::string_view name) {
  const_iterator position = std::lower_bound(begin(), end(), name, isNameBefore);
  if (position == end() || position->name != name) return false;
  members_.erase(members_.begin() + (position - members_.data()));
  return true;
}

bool operator==(const Object& a, const Object& b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace hyperdb
