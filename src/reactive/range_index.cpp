#include "reactive/range_index.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>
#include <new>

namespace hyperdb::detail {
namespace {

/// Compares `upper` with the range's upper bound. REQUIRES: the range has one.
int compareUpper(std::string_view upper, const KeyRangeView& range) noexcept {
  const int order = upper.substr(0, range.sharedSize).compare(range.lower.substr(0, range.sharedSize));
  if (order != 0) return order;
  return upper.substr(range.sharedSize).compare(range.upperTail);
}

/// Returns the part of a range's upper bound that starts at `position` and is stored in one piece.
std::string_view upperPiece(const KeyRangeView& range, std::size_t position) noexcept {
  if (position < range.sharedSize) return range.lower.substr(position, range.sharedSize - position);
  return range.upperTail.substr(position - range.sharedSize);
}

/// Compares the upper bounds of two ranges. REQUIRES: both have one.
int endOrder(const KeyRangeView& a, const KeyRangeView& b) noexcept {
  const std::size_t sizeA = a.sharedSize + a.upperTail.size();
  const std::size_t sizeB = b.sharedSize + b.upperTail.size();
  for (std::size_t position = 0; position < sizeA && position < sizeB;) {
    const std::string_view pieceA = upperPiece(a, position);
    const std::string_view pieceB = upperPiece(b, position);
    const std::size_t size = std::min(pieceA.size(), pieceB.size());
    if (const int order = pieceA.substr(0, size).compare(pieceB.substr(0, size)); order != 0) return order;
    position += size;
  }
  return sizeA < sizeB ? -1 : static_cast<int>(sizeA > sizeB);
}

}  // namespace

// --- Nodes

RangeIndex::Node* RangeIndex::makeNode(const KeyRange& range) {
  static_assert(bytesOffset == offsetof(Node, unbounded) + sizeof(Node::unbounded));
  constexpr std::size_t sizeMax = std::numeric_limits<std::uint32_t>::max();
  const std::string_view lower = range.lower;
  const std::string_view upper = range.unbounded ? std::string_view() : std::string_view(range.upper);
  if (lower.size() >= sizeMax || upper.size() >= sizeMax) throw std::bad_alloc();
  std::size_t sharedSize = 0;
  while (sharedSize < lower.size() && sharedSize < upper.size() && lower[sharedSize] == upper[sharedSize]) ++sharedSize;
  const std::string_view tail = upper.substr(sharedSize);

  const std::size_t size = bytesOffset + lower.size() + tail.size();
  void* memory = ::operator new(std::max(size, sizeof(Node)), std::align_val_t(alignof(Node)));
  Node* node = ::new (memory) Node();
  node->unbounded = range.unbounded;
  node->lowerSize = static_cast<std::uint32_t>(lower.size());
  node->sharedSize = static_cast<std::uint32_t>(sharedSize);
  node->tailSize = static_cast<std::uint32_t>(tail.size());
  char* bytes = static_cast<char*>(memory) + bytesOffset;
  std::copy(lower.begin(), lower.end(), bytes);
  std::copy(tail.begin(), tail.end(), bytes + lower.size());
  node->endsLast = node->endsLastLeft = node;
  return node;
}

void RangeIndex::freeNode(Node* node) noexcept {
  node->~Node();
  ::operator delete(node, std::align_val_t(alignof(Node)));
}

RangeIndex::~RangeIndex() {
  // Leaves first, without recursion: go down, free, go back up.
  Node* node = root_;
  while (node) {
    if (Node* child = node->left ? node->left : node->right) {
      node = child;
      continue;
    }
    Node* parent = node->parent;
    if (parent) (parent->left == node ? parent->left : parent->right) = nullptr;
    for (Registration* registration = node->registrations; registration;) {
      Registration* next = registration->next;
      if (registration != &node->ownRegistration) delete registration;
      registration = next;
    }
    freeNode(node);
    node = parent;
  }
}

int RangeIndex::compare(const KeyRange& range, const Node& node) noexcept {
  if (const int order = std::string_view(range.lower).compare(node.lower()); order != 0) return order;
  if (range.unbounded || node.unbounded) return static_cast<int>(range.unbounded) - static_cast<int>(node.unbounded);
  return compareUpper(range.upper, node.view());
}

// --- Registrations

RangeIndex::Handle RangeIndex::add(const KeyRange& range, RangeDependent& dependent) {
  Node* parent = nullptr;
  Node** place = &root_;
  while (*place) {
    parent = *place;
    const int order = compare(range, *parent);
    if (order == 0) return addRegistration(*parent, dependent);
    place = order < 0 ? &parent->left : &parent->right;
  }
  Node* node = makeNode(range);
  node->parent = parent;
  *place = node;
  ++rangesCount_;
  ++registrationsCount_;
  link(node->ownRegistration, *node, dependent);
  rebalanceUpwards(parent);
  return &node->ownRegistration;
}

RangeIndex::Handle RangeIndex::addRegistration(Node& node, RangeDependent& dependent) {
  Registration* registration = node.ownRegistration.dependent ? new Registration() : &node.ownRegistration;
  link(*registration, node, dependent);
  ++registrationsCount_;
  return registration;
}

void RangeIndex::link(Registration& registration, Node& node, RangeDependent& dependent) noexcept {
  registration.node = &node;
  registration.dependent = &dependent;
  registration.previous = nullptr;
  registration.next = node.registrations;
  if (registration.next) registration.next->previous = &registration;
  node.registrations = &registration;
}

void RangeIndex::remove(Handle handle) noexcept {
  assert(handle && handle->dependent && registrationsCount_ > 0);
  Node* node = handle->node;
  (handle->previous ? handle->previous->next : node->registrations) = handle->next;
  if (handle->next) handle->next->previous = handle->previous;
  --registrationsCount_;
  if (handle == &node->ownRegistration) {
    handle->dependent = nullptr;
  } else {
    delete handle;
  }
  if (node->registrations) return;
  unlinkNode(node);
  --rangesCount_;
  freeNode(node);
}

// --- Balance

const RangeIndex::Node* RangeIndex::laterEnd(const Node* a, const Node* b) noexcept {
  if (a == b || a->unbounded) return a;
  if (b->unbounded) return b;
  return endOrder(a->view(), b->view()) < 0 ? b : a;
}

const RangeIndex::Node* RangeIndex::endsLastLeftOf(const Node& node) noexcept {
  return node.left ? laterEnd(&node, node.left->endsLast) : &node;
}

const RangeIndex::Node* RangeIndex::endsLastOf(const Node& node) noexcept {
  return node.right ? laterEnd(node.endsLastLeft, node.right->endsLast) : node.endsLastLeft;
}

/// Computes the node's summaries from its children's.
void RangeIndex::update(Node& node) noexcept {
  node.height = 1 + std::max(heightOf(node.left), heightOf(node.right));
  node.endsLastLeft = endsLastLeftOf(node);
  node.endsLast = endsLastOf(node);
}

void RangeIndex::replaceChild(Node* parent, Node* child, Node* by) noexcept {
  if (!parent) {
    root_ = by;
  } else {
    (parent->left == child ? parent->left : parent->right) = by;
  }
  if (by) by->parent = parent;
}

/// Rotates: the node's `up` child takes its place; the node becomes its child on the side `down`. Returns the new
/// top.
RangeIndex::Node* RangeIndex::rotate(Node* node, Node* Node::* down, Node* Node::* up) noexcept {
  Node* riser = node->*up;
  replaceChild(node->parent, node, riser);
  node->*up = riser->*down;
  if (node->*up) (node->*up)->parent = node;
  riser->*down = node;
  node->parent = riser;
  update(*node);
  update(*riser);
  return riser;
}

/// Makes the heights below the node differ by at most one. REQUIRES: they differ by at most two.
RangeIndex::Node* RangeIndex::rebalance(Node* node) noexcept {
  const int difference = heightOf(node->left) - heightOf(node->right);
  assert(difference >= -2 && difference <= 2);
  if (difference > 1) {
    if (heightOf(node->left->left) < heightOf(node->left->right)) rotate(node->left, &Node::left, &Node::right);
    return rotate(node, &Node::right, &Node::left);
  }
  if (difference < -1) {
    if (heightOf(node->right->right) < heightOf(node->right->left)) rotate(node->right, &Node::right, &Node::left);
    return rotate(node, &Node::left, &Node::right);
  }
  return node;
}

/// Updates everything from `node`, whose children have changed, up to the root.
void RangeIndex::rebalanceUpwards(Node* node) noexcept {
  while (node) {
    const int heightBefore = node->height;
    const Node* endsLastBefore = node->endsLast;
    update(*node);
    node = rebalance(node);
    if (node->height == heightBefore && node->endsLast == endsLastBefore) return;
    node = node->parent;
  }
}

void RangeIndex::unlinkNode(Node* node) noexcept {
  if (!node->left || !node->right) {
    Node* parent = node->parent;
    replaceChild(parent, node, node->left ? node->left : node->right);
    rebalanceUpwards(parent);
    return;
  }
  // The next range takes its place, and its height and `endsLast`, so that the way up notices any difference to them.
  Node* next = node->right;
  while (next->left) next = next->left;
  Node* lowest = next->parent == node ? next : next->parent;
  if (lowest != next) {
    replaceChild(next->parent, next, next->right);
    next->right = node->right;
    next->right->parent = next;
  }
  next->left = node->left;
  next->left->parent = next;
  replaceChild(node->parent, node, next);
  next->height = node->height;
  next->endsLast = node->endsLast;
  rebalanceUpwards(lowest);
  rebalanceUpwards(next);  // the way up may have ended below it
}

// --- Self-check

bool RangeIndex::isConsistent() const {
  const Node* previous = nullptr;
  return isConsistent(root_, nullptr, previous);
}

/// `previous`: the node that comes before the subtree in the order of ranges; on return the subtree's last node.
bool RangeIndex::isConsistent(const Node* node, const Node* parent, const Node*& previous) {
  if (!node) return true;
  if (node->parent != parent || !node->registrations) return false;
  if (!isConsistent(node->left, node, previous)) return false;
  if (previous && compare(previous->view().toRange(), *node) >= 0) return false;
  previous = node;
  if (!isConsistent(node->right, node, previous)) return false;
  const int difference = heightOf(node->left) - heightOf(node->right);
  return difference >= -1 && difference <= 1 &&
         node->height == 1 + std::max(heightOf(node->left), heightOf(node->right)) &&
         node->endsLastLeft == endsLastLeftOf(*node) && node->endsLast == endsLastOf(*node);
}

}  // namespace hyperdb::detail
