// What is seen of a database, as text, to be compared with what is seen of another one.
#pragma once

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "differential/schema.hpp"

namespace hyperdb::test {

/// Thrown by scripts and hooks.
struct ScriptFailure {
  std::string cause;
};

inline std::string textOf(const RowRef& row) { return row ? toJson(Value(row->type().toObject(*row))) : "nothing"; }

inline std::string textOf(const RowSequence& rows) {
  std::string text = std::to_string(rows.size()) + " rows";
  for (std::size_t i = 0; i < rows.size(); ++i) text += " " + textOf(rows[i]);
  return text;
}
template <class Row>
std::string textOf(const Rows<Row>& rows) {
  return textOf(rows.sequence());
}
inline std::string textOf(const std::string& text) { return text; }

inline std::string textOf(const Op& op) {
  static constexpr const char* names[] = {"insert", "upsert", "remove"};
  std::string text = names[static_cast<int>(op.type)] + (" " + op.table->name()) + " " + textOf(op.oldRow) + " -> ";
  return text + (op.oldRow == op.newRow ? "the same object" : textOf(op.newRow));
}

/// Code and place; the words are a driver's own.
inline std::string textOf(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& thrown) {
    const ErrorPlace& place = thrown.place();
    std::string text = "error " + std::string(errorCodeName(thrown.code())) + " " + place.table + "/" + place.index +
                       "/" + place.column + " " + toJson(Value(place.rowId));
    if (thrown.code() == ErrorCode::driverFailure) text += std::string(" ") + thrown.what();
    return text;
  } catch (const ScriptFailure& thrown) {
    return "thrown by " + thrown.cause;
  } catch (const std::exception& thrown) {
    return std::string("exception ") + thrown.what();
  }
}

/// What was seen since `take`. In the order in which it was seen, but for callbacks of live selectors: among those of
/// one commit there is none.
class Record {
 public:
  void note(std::string text) { notes_.push_back(std::move(text)); }
  void noteCall(std::string text) { calls_.push_back(std::move(text)); }
  std::string take() {
    std::sort(calls_.begin(), calls_.end());
    std::string text;
    for (const std::vector<std::string>* list : {&notes_, &calls_}) {
      for (const std::string& each : *list) text += "  " + each + "\n";
    }
    notes_.clear();
    calls_.clear();
    return text;
  }

  bool isInScript = false;  ///< only then scans are noted: when live selectors run is the database's business

 private:
  std::vector<std::string> notes_;
  std::vector<std::string> calls_;
};

}  // namespace hyperdb::test
