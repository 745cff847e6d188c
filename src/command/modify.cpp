#include <hyperdb/modify.hpp>

#include <hyperdb/by_id.hpp>
#include <hyperdb/error.hpp>

namespace hyperdb::detail {

namespace {

/// A query whose result is the untyped rows.
struct RawQuery : QueryBase {
  using Result = RowSequence;
  using QueryBase::QueryBase;
  static Result finish(RowSequence rows) noexcept { return rows; }
};

/// Returns the id of the command's only row, which may be an id that can't be stored.
std::string idIn(const WriteCommand& command) {
  if (!command.rows.empty()) return std::string(command.rows.front()->type().id(*command.rows.front()));
  const Value* id = command.objects.front().find("id");
  const std::string* text = id == nullptr ? nullptr : id->get<std::string>();
  return text == nullptr ? describe(id == nullptr ? Value() : *id) : *text;
}

void checkSameId(const WriteCommand& command, const std::string& id) {
  const std::string changed = idIn(command);
  if (changed == id) return;
  throw Error(
      ErrorCode::invalidArgument,
      "modify must not change the id, here to " + describe(Value(changed)) + ": delete the row and insert another",
      {command.table->name(), {}, "id", id, {}});
}

}  // namespace

Action<bool> modifyRow(std::shared_ptr<const TableDef> table, std::string id, std::unique_ptr<RowChange> change) {
  const TableBase base(std::move(table));
  const RawQuery query(specOfId(base, id));
  const RowSequence rows = co_await query;
  if (rows.empty()) co_return false;
  WriteCommand command = makeWrite(OpType::upsert, base);
  change->apply(rows[0], command);
  checkSameId(command, id);
  co_await std::move(command);
  co_return true;
}

}  // namespace hyperdb::detail
