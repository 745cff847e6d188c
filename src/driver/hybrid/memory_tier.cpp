#include "driver/hybrid/memory_tier.hpp"

#include <exception>
#include <utility>

#include <hyperdb/error.hpp>

#include "driver/hybrid/stub_row.hpp"
#include "driver/hybrid/transaction.hpp"
#include "driver/memory/table_writer.hpp"
#include "key/key_of_id.hpp"

namespace hyperdb::detail::hybrid {

using memory::DatabaseState;
using memory::StatePtr;
using memory::TableWriter;

namespace {

/// Returns the buffers also when a batch is refused.
class BuffersInUse {
 public:
  explicit BuffersInUse(memory::WriteBuffers& buffers) noexcept : buffers_(buffers) {}
  BuffersInUse(const BuffersInUse&) = delete;
  BuffersInUse& operator=(const BuffersInUse&) = delete;
  ~BuffersInUse() { buffers_.giveBack(); }

 private:
  memory::WriteBuffers& buffers_;
};

}  // namespace

/// A state and its successor; the same state if nothing was changed.
struct MemoryTier::Edited {
  StatePtr before;
  StatePtr after;
  std::shared_ptr<TableState> table;  ///< the new table
};

void MemoryTier::checkTables(std::span<const std::shared_ptr<const TableDef>> tables) const {
  memory::withTables(current(), tables);
}

std::optional<std::size_t> MemoryTier::findSlot(std::string_view tableName) const noexcept {
  for (std::size_t slot = 0; slot < slotsCount(); ++slot) {
    if (def(slot).name() == tableName) return slot;
  }
  return std::nullopt;
}

void MemoryTier::addTables(std::span<const std::shared_ptr<const TableDef>> tables) {
  store_->current.set(memory::withTables(current(), tables));
  if (Transaction* open = writer()) open->memory().setBase(store_->current.get());
}

void MemoryTier::enter(Transaction& transaction) {
  transaction.setPosition(open_.size());
  open_.push_back(&transaction);
}

void MemoryTier::leave(Transaction& transaction) noexcept {
  open_.back()->setPosition(transaction.position());
  open_[transaction.position()] = open_.back();
  open_.pop_back();
}

Transaction* MemoryTier::writer() const noexcept {
  for (Transaction* transaction : open_) {
    if (transaction->isWriter() && transaction->memory().isOpen()) return transaction;
  }
  return nullptr;
}

MemoryTier::Edited MemoryTier::edited(const StatePtr& state, std::size_t slot, const Edit& edit) const {
  auto table = std::make_shared<TableState>(*state->tables[slot]);
  if (!edit(*table, nullptr)) return {state, state, nullptr};
  auto after = std::make_shared<DatabaseState>(*state);
  after->tables[slot] = table;
  return {state, std::move(after), std::move(table)};
}

void MemoryTier::change(std::size_t slot, States states, const Edit& edit) {
  std::vector<Edited> all;
  all.reserve(1 + open_.size());
  all.push_back(edited(store_->current.get(), slot, edit));
  for (Transaction* transaction : open_) {
    const memory::MemoryTransaction& reader = transaction->memory();
    if (states == States::committed || !reader.isOpen() || reader.base()->tables.size() <= slot) continue;
    bool isKnown = false;
    for (const Edited& each : all) isKnown = isKnown || each.before == reader.base();
    if (isKnown) continue;
    try {
      all.push_back(edited(reader.base(), slot, edit));
    } catch (const Error&) {
      // The rows read do not fit this old state: another process has changed the primary. The reader moves to the
      // current state.
      all.push_back({reader.base(), all.front().after, nullptr});
    }
  }
  // The writer's fork last, since only that is changed in place.
  if (Transaction* open = writer(); open != nullptr && open->memory().isForked(slot)) {
    try {
      edit(open->memory().fork(slot), open);
    } catch (const Error&) {
      throw;  // nothing was changed
    } catch (...) {
      open->memory().rollback();
      throw;
    }
  }
  setBases(all, states);
}

void MemoryTier::setBases(std::vector<Edited>& all, States states) noexcept {
  for (Transaction* transaction : open_) {
    memory::MemoryTransaction& memory = transaction->memory();
    if (!memory.isOpen()) continue;
    if (transaction->isWriter()) {
      memory.setBase(all.front().after);
      continue;
    }
    if (states == States::committed) continue;
    for (const Edited& each : all) {
      if (each.before != memory.base()) continue;
      if (each.table == nullptr && each.after != each.before) {
        transaction->moveTo(each.after);
      } else {
        memory.setBase(each.after);
      }
      break;
    }
  }
  store_->current.set(all.front().after);
  // The new nodes take over the references of the old ones, if no reader needs these.
  for (Edited& each : all) {
    each.before = nullptr;
    each.after = nullptr;
  }
  for (const Edited& each : all) {
    if (each.table == nullptr) continue;
    for (memory::Tree& tree : each.table->trees) tree.settle(&store_->borrowers);
  }
  store_->borrowers.visit();
}

void MemoryTier::fill(std::size_t slot, std::span<const RowRef> rows) {
  if (rows.empty()) return;
  const TableDef& table = def(slot);
  change(slot, States::all, [&](TableState& state, const Transaction* writer) {
    std::vector<RowRef> missing;
    KeyBytes key;
    for (const RowRef& row : rows) {
      key.clear();
      table.appendIndexKey(byId, *row, key);
      if (state.trees[byId].find(key, store_->work) != nullptr) continue;
      if (writer != nullptr && writer->hasWritten(slot, table.rowType().id(*row))) continue;
      missing.push_back(row);
    }
    if (missing.empty()) return false;
    const BuffersInUse use(store_->buffers);
    TableWriter(table, table, state, store_->buffers, store_->work).insert(missing);
    return true;
  });
}

void MemoryTier::replaceStubs(std::size_t slot, std::span<const RowRef> rows) {
  const TableDef& table = def(slot);
  change(slot, States::all, [&](TableState& state, const Transaction*) {
    bool hasChanged = false;
    for (const RowRef& row : rows) hasChanged = replaceStub(state, table, row, store_->work) || hasChanged;
    return hasChanged;
  });
}

void MemoryTier::evictRows(std::size_t slot, std::span<const RowRef> rows) {
  const TableDef& table = def(slot);
  change(slot, States::committed, [&](TableState& state, const Transaction*) {
    KeyBytes key;
    for (const RowRef& row : rows) {
      const RowRef stub = makeStub(std::string(table.rowType().id(*row)));
      for (std::size_t index = byId; index < state.trees.size(); ++index) {
        key.clear();
        if (table.appendIndexKey(index, *row, key)) state.trees[index].replace(key, stub, store_->work);
      }
    }
    return true;
  });
}

/// Merges rows and deletions of another writer; leaves alone what the local writer has written in its fork.
MemoryTier::Written MemoryTier::write(std::size_t slot, TableState& state, std::span<const RowRef> rows,
                                      std::span<const std::string> deletedIds, const Transaction* writer) const {
  const TableDef& table = def(slot);
  std::vector<RowRef> ownRows;
  std::vector<std::string> ownIds;
  std::vector<std::string_view> ids;
  for (const RowRef& row : rows) {
    const std::string_view id = table.rowType().id(*row);
    if (writer != nullptr && writer->hasWritten(slot, id)) continue;
    ownRows.push_back(row);
    ids.push_back(id);
  }
  for (const std::string& id : deletedIds) {
    if (writer != nullptr && writer->hasWritten(slot, id)) continue;
    ownIds.push_back(id);
    ids.push_back(id);
  }
  Written result;
  result.hadStubs = mayHaveStubs_ && eraseStubs(state, ids, store_->work);
  const BuffersInUse use(store_->buffers);
  TableWriter batch(table, table, state, store_->buffers, store_->work);
  result.ops = batch.remove(ownIds);
  Ops upserted = batch.upsert(ownRows);
  result.ops.insert(result.ops.end(), upserted.begin(), upserted.end());
  return result;
}

Ops MemoryTier::merge(std::size_t slot, std::span<const RowRef> rows, std::span<const std::string> deletedIds) {
  Ops ops;
  change(slot, States::committed, [&](TableState& state, const Transaction* writer) {
    // An error after the deletions would leave them done, so all work is on a copy.
    TableState copy = state;
    Written written = write(slot, copy, rows, deletedIds, writer);
    if (!written.hadStubs && written.ops.empty()) return false;
    state = std::move(copy);
    if (writer == nullptr) ops = std::move(written.ops);
    return true;
  });
  // Also when memory had none of the rows: rows read from the primary do not belong to older states any more.
  moveReaders();
  return ops;
}

void MemoryTier::addRows(std::size_t slot, TableState& state, std::span<const RowRef> rows) const {
  const BuffersInUse use(store_->buffers);
  TableWriter(def(slot), def(slot), state, store_->buffers, store_->work).insert(rows);
  for (memory::Tree& tree : state.trees) tree.settle();
}

void MemoryTier::replaceTable(std::size_t slot, TableState table) {
  exchangeTable(slot, table, States::committed);
  moveReaders();
}

void MemoryTier::fillTable(std::size_t slot, TableState table) { exchangeTable(slot, table, States::all); }

void MemoryTier::exchangeTable(std::size_t slot, const TableState& table, States states) {
  Transaction* const open = writer();
  std::vector<RowRef> ownRows;
  std::vector<std::string> ownDeleted;
  if (open != nullptr && open->memory().isForked(slot)) {
    const TableState& fork = open->memory().table(slot);
    KeyBytes key;
    open->forEachWritten(slot, [&](std::string_view id) {
      const RowRef* row = fork.trees[byId].find(keyOfId(id, key), store_->work);
      if (row != nullptr) {
        ownRows.push_back(*row);
      } else {
        ownDeleted.emplace_back(id);
      }
    });
  }
  change(slot, states, [&](TableState& state, const Transaction* writer) {
    TableState copy = table;
    if (writer != nullptr) write(slot, copy, ownRows, ownDeleted, nullptr);
    state = std::move(copy);
    return true;
  });
}

void MemoryTier::moveReaders() noexcept {
  ++movesCount_;
  for (Transaction* transaction : open_) {
    if (transaction->memory().isOpen()) transaction->moveTo(store_->current.get());
  }
}

void MemoryTier::clear() noexcept {
  store_->current.clear();
  store_->borrowers.clear();
}

}  // namespace hyperdb::detail::hybrid
