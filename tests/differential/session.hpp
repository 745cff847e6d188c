// One driver with a program run on it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "differential/driver_entry.hpp"
#include "differential/live.hpp"

namespace hyperdb::test {

class Session {
 public:
  Session(const DriverEntry& entry, std::uint64_t seed);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Does the step. What was seen of it.
  std::string run(const Step& step);

 private:
  bool isSynchronous() const noexcept { return entry_.answering == Answering::atOnce; }
  template <class T>
  T wait(Completion<T> completion);
  /// Does it and notes what is thrown.
  template <class F>
  void attempt(F&& work);

  void open();
  void close();
  void settle();
  void act(const Step& step);
  void ask(const Question& question);
  void watch(const Step& step);
  void look(std::size_t slot);
  void subscribe(std::size_t slot, CallbackKind kind);
  void preload(int tables);
  void flush();
  void reopen();
  std::string contentOf(Driver& driver);
  void checkFile();
  void checkOldResults();
  WriteBehindDriver* tiers() const;
  void letGo();

  const DriverEntry& entry_;
  Storage storage_;
  Record record_;
  std::optional<SubscribableDB> db_;
  Subscription commits_;
  std::array<Subscription, hooksCount> hooks_;
  std::array<std::unique_ptr<Live>, slotsCount> lives_;
  std::vector<std::pair<RowSequence, std::string>> oldResults_;  ///< and what they were when they were new
};

}  // namespace hyperdb::test
