// Subscription: a registration that ends with the object.
#pragma once

#include <functional>
#include <memory>
#include <utility>

namespace hyperdb {

namespace detail {

/// Something registered somewhere; knows how to leave.
class Registration {
 public:
  virtual ~Registration() = default;
  /// Idempotent. After it returns nothing is called any more.
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

  /// Ends it now. Doing so twice is fine.
  void cancel() noexcept {
    if (auto registration = std::exchange(registration_, nullptr)) registration->cancel();
  }
  /// Whether it stands for a registration that was not cancelled. A database that has closed does not change it.
  bool isActive() const noexcept { return registration_ != nullptr; }

 private:
  std::shared_ptr<detail::Registration> registration_;
};

}  // namespace hyperdb
