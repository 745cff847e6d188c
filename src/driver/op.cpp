#include <hyperdb/op.hpp>
#include <hyperdb/rows.hpp>

namespace hyperdb {

RowPtr<Object> Op::object() const { return RowPtr<Object>(toObjectRow(row())); }

}  // namespace hyperdb
