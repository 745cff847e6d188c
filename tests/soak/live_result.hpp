// A live result of a random selector, and what the model says of it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "soak/soak_world.hpp"

namespace hyperdb::soak {

/// A cached selector (an asynchronous one over a late driver) with subscribers that come and go.
class LiveResult {
 public:
  static std::unique_ptr<LiveResult> random(SoakWorld& world, TestRandom& random, int query, int otherQuery);
  virtual ~LiveResult() = default;

  /// Adds or drops a subscriber.
  virtual void toggleSubscriber(TestRandom& random) = 0;
  /// After errors of the storage: runs again what failed.
  virtual void heal() = 0;
  /// After each commit: every callback that was due has come. Reads the result, if it has subscribers or
  /// `mustRead`, and compares it with the model. Throws SoakFailure.
  virtual void check(bool mustRead) = 0;
};

}  // namespace hyperdb::soak
