// The steps `watch`, `expectWatch` and `unwatch`: live results by name.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "session.hpp"

namespace hyperdb::conformance {

class Watches {
 public:
  explicit Watches(Session& session) noexcept : session_(session) {}

  void add(const Object& step);
  Object look(const Object& step);
  void end(const Object& step);

 private:
  struct Watch {
    WatchCall call;
    std::unique_ptr<Watched> live;
    std::int32_t notifiedCount = 0;
    Subscription subscription;
  };
  WatchCall callOf(const Object& step) const;
  Watch& find(const Object& step) const;

  Session& session_;
  std::map<std::string, std::unique_ptr<Watch>> watches_;
};

}  // namespace hyperdb::conformance
