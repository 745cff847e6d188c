#include "web/row_writer.hpp"

#include <algorithm>

#include <hyperdb/engine/row_type.hpp>

namespace hyperdb::detail {

void RowWriter::slotOf(const RowRef& row) {
  const RowSlots::Place place = slots_.slotOf(row);
  out_.varint(std::uint64_t{place.slot} * 2 + (place.isNew ? 1 : 0));
  if (place.isNew) values_.writeObject(row->type().toObject(*row));
}

void RowWriter::row(const RowRef& row) {
  if (!row) return out_.tag(WebTag::undefined);
  out_.tag(WebTag::row);
  slotOf(row);
}

void RowWriter::rows(const RowSequence& rows) {
  out_.tag(WebTag::rows);
  out_.varint(rows.size());
  rowsFrom(rows, 0, rows.size());
}

void RowWriter::beginArray(std::size_t size) {
  out_.tag(WebTag::array);
  out_.varint(size);
}

void RowWriter::rowsFrom(const RowSequence& rows, std::size_t first, std::size_t count) {
  for (std::size_t position = first; position < first + count;) {
    const RowRun run = rows.runAt(position);
    const std::size_t here = std::min(run.count, first + count - position);
    for (std::size_t i = 0; i < here; ++i) slotOf(run.rows[static_cast<std::ptrdiff_t>(i) * run.step]);
    position += here;
  }
}

void RowWriter::changes(const RowSequence& before, const RowSequence& after, bool withRows) {
  const RowChanges all = diffRows(before, after);
  out_.varint(after.size());
  out_.varint(all.removed.size());
  std::size_t last = 0;
  for (const std::size_t position : all.removed) {
    out_.varint(position - last);
    last = position;
  }
  out_.varint(all.updated.size());
  for (const RowChanges::Updated& each : all.updated) {
    out_.varint(each.oldPosition);
    out_.varint(each.newPosition);
    if (withRows) slotOf(after[each.newPosition]);
  }
  out_.varint(all.inserted.size());
  last = 0;
  for (const std::size_t position : all.inserted) {
    out_.varint(position - last);
    last = position;
    if (withRows) slotOf(after[position]);
  }
}

}  // namespace hyperdb::detail
