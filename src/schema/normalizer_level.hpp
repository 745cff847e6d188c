// Small parts of the Normalizer that its source files share.
#pragma once

#include <string_view>

#include "schema/normalizer.hpp"

namespace hyperdb::detail {

/// One level of nesting while it lives.
class Normalizer::Level {
 public:
  explicit Level(Normalizer& owner) noexcept : owner_(owner), unionsCount_(owner.unionsCount_) {
    ++owner_.level_;
    owner_.unionsCount_ = 0;
  }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  ~Level() {
    --owner_.level_;
    owner_.unionsCount_ = unionsCount_;
  }

  bool isTooDeep() const noexcept { return owner_.level_ > storedLevelsMax; }
  bool fail() const { return owner_.fail("at most " + std::to_string(storedLevelsMax) + " levels of nesting", "more"); }

 private:
  Normalizer& owner_;
  int unionsCount_;
};

constexpr const char* storableNameDescription = "a key that is UTF-8, not empty and does not start with '$'";

/// Returns whether a member of this name can be stored.
bool isStorableName(std::string_view name) noexcept;
/// Returns whether a path shows the name without quotes.
bool isIdentifier(std::string_view name) noexcept;
/// Returns whether the value is the literal: the same kind and content; 0 and -0 are the same number.
bool isLiteral(const Value& literal, const Value& value) noexcept;

}  // namespace hyperdb::detail
