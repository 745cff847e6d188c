// Small parts of the Normalizer that its source files share.
#pragma once

#include <hyperdb/detail/field_ops.hpp>

#include "schema/normalizer.hpp"

namespace hyperdb::detail {

/// One level of nesting while it lives.
class Normalizer::Level {
 public:
  explicit Level(Normalizer& owner) noexcept : owner_(owner), unionsCount_(owner.unionsCount_) {
    owner_.unionsCount_ = 0;
  }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  ~Level() { owner_.unionsCount_ = unionsCount_; }

  bool isTooDeep() const { return scope_.isTooDeep(owner_.failure_); }

 private:
  LevelScope scope_;
  Normalizer& owner_;
  int unionsCount_;
};

/// Returns whether the value is the literal: the same kind and content; 0 and -0 are the same number.
bool isLiteral(const Value& literal, const Value& value) noexcept;

}  // namespace hyperdb::detail
