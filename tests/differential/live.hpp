// A live selector of any kind, over a driver that answers at once or one that does not.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "differential/commands.hpp"

namespace hyperdb::test {

class Live {
 public:
  virtual ~Live() = default;
  /// The result as text; throws as the selector does. Synchronous: runs it if it has to be.
  virtual std::string result() = 0;
  virtual std::int64_t revision() const = 0;
  virtual Completion<void> whenFresh() = 0;  ///< asynchronous only
  /// `told` gets what the callback is given, as text.
  virtual void subscribe(CallbackKind kind, std::function<void(std::string)> told) = 0;
  bool isSubscribed() const noexcept { return subscription_.isActive(); }
  void leave() { subscription_.cancel(); }

 protected:
  Subscription subscription_;
};

/// The positions as a comparison of the rows one by one gives them. Those of two windows of one index may be others, as
/// an index knows which row's key has changed; but they must say how to get from one to the other, and so must these.
template <class Row>
std::string textOf(const Changes<Row>& changes) {
  std::vector<RowRef> before;
  std::vector<RowRef> after;
  for (std::size_t i = 0; i < changes.before().size(); ++i) before.push_back(changes.before().ptr(i).ref());
  for (std::size_t i = 0; i < changes.after().size(); ++i) after.push_back(changes.after().ptr(i).ref());
  const RowSequence listBefore = RowSequence::fromRows(before);
  const RowSequence listAfter = RowSequence::fromRows(after);
  const Changes<Row> plain{Rows<Row>(listBefore), Rows<Row>(listAfter)};

  std::string text;
  for (const Changes<Row>* each : {&plain, &changes}) {
    std::vector<Row> list = changes.before().toVector();
    apply(list, *each);
    bool isRight = list.size() == after.size();
    for (std::size_t i = 0; isRight && i < list.size(); ++i) isRight = list[i] == changes.after()[i];
    for (const RowChanges::Updated& pair : each->positions().updated) {
      isRight = isRight &&
                before[pair.oldPosition]->type().id(*before[pair.oldPosition]) ==
                    after[pair.newPosition]->type().id(*after[pair.newPosition]) &&
                !isSameRow(before[pair.oldPosition], after[pair.newPosition]);
    }
    if (!isRight) text += "WRONG CHANGES ";
  }
  text += "removed";
  for (const auto position : plain.positions().removed) text += " " + std::to_string(position);
  text += " inserted";
  for (const auto position : plain.positions().inserted) text += " " + std::to_string(position);
  text += " updated";
  for (const auto& [from, to] : plain.positions().updated) {
    text += " " + std::to_string(from) + "-" + std::to_string(to);
  }
  return text + " from " + textOf(changes.before()) + " to " + textOf(changes.after());
}

template <class T>
class TypedLive final : public Live {
 public:
  template <class Call>
  TypedLive(const SubscribableDB& db, const Call& call, bool isSynchronous) {
    if (isSynchronous) cached_.emplace(cachedSelector(db, call));
    if (!isSynchronous) late_.emplace(asyncSelector(db, call));
  }

  std::string result() override {
    if (cached_) return textOf(cached_->snapshot());
    if (late_->error()) std::rethrow_exception(late_->error());
    const std::shared_ptr<const T> data = late_->data();
    return data ? textOf(*data) : "no data";
  }
  std::int64_t revision() const override { return cached_ ? cached_->revision() : late_->revision(); }
  Completion<void> whenFresh() override { return late_->whenFresh(); }

  void subscribe(CallbackKind kind, std::function<void(std::string)> told) override {
    if constexpr (detail::isRows<T>) {
      if (kind == CallbackKind::changes) {
        using Row = typename detail::RowOf<T>::type;
        return subscribeWith([told](const Changes<Row>& changes) { told("changes " + textOf(changes)); });
      }
    }
    if (kind == CallbackKind::nothing) return subscribeWith([told] { told("something"); });
    subscribeWith([told](const T& result) { told("result " + textOf(result)); });
  }

 private:
  template <class Callback>
  void subscribeWith(Callback callback) {
    subscription_ = cached_ ? cached_->subscribe(std::move(callback)) : late_->subscribe(std::move(callback));
  }

  std::optional<CachedSelector<T>> cached_;
  std::optional<AsyncSelector<T>> late_;
};

template <class T, class... Args>
std::unique_ptr<Live> makeTypedLive(const SubscribableDB& db, const SelectorCall<T, Args...>& call,
                                    bool isSynchronous) {
  return std::make_unique<TypedLive<T>>(db, call, isSynchronous);
}

inline std::unique_ptr<Live> makeLive(const SubscribableDB& db, LiveKind kind, const Question& question,
                                      bool isSynchronous) {
  switch (kind) {
    case LiveKind::fussyRows: return makeTypedLive(db, fussyParts(question), isSynchronous);
    case LiveKind::first: return makeTypedLive(db, firstText(question), isSynchronous);
    case LiveKind::count: return makeTypedLive(db, countText(question), isSynchronous);
    case LiveKind::summary: return makeTypedLive(db, summaryOf(question), isSynchronous);
    case LiveKind::rows: break;
  }
  if (question.table == parts) return makeTypedLive(db, partRows(question), isSynchronous);
  return makeTypedLive(db, thingRows(question), isSynchronous);
}

}  // namespace hyperdb::test
