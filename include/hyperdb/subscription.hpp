// Subscription: a registration that ends when the object is destroyed.
#pragma once

#include <functional>
#include <memory>
#include <utility>

namespace hyperdb {

namespace detail {

/// The registered side of a Subscription; knows how to unregister itself.
class Registration {
 public:
  virtual ~Registration() = default;
  /// Unregisters. Idempotent. After it returns the callback is not called any more.
  virtual void cancel() noexcept = 0;
};

}  // namespace detail

/// Move-only. Destroying it, also from inside its own callback, ends the registration: no call starts after that. It
/// may outlive the database. Home thread.
class [[nodiscard]] Subscription {
 public:
  Subscription() noexcept = default;
  explicit Subscription(std::shared_ptr<detail::Registration> registration) noexcept
      : registration_(std::move(registration)) {}
  Subscription(Subscription&&) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept {
    if (this != &other) {
      cancel();
      registration_ = std::move(other.registration_);
    }
    return *this;
  }
  ~Subscription() { cancel(); }

  /// Ends the registration now. Calling it twice is fine.
  void cancel() noexcept {
    if (auto registration = std::exchange(registration_, nullptr)) registration->cancel();
  }
  /// Returns whether it holds a registration that was not cancelled. Closing the database does not change that.
  bool isActive() const noexcept { return registration_ != nullptr; }

 private:
  std::shared_ptr<detail::Registration> registration_;
};

}  // namespace hyperdb
