// Everything but describe.hpp, for quick starts. Larger projects include what they use; fwd.hpp names all types without
// their definitions.
#pragma once

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/cached_selector.hpp>
#include <hyperdb/changes.hpp>
#include <hyperdb/codec.hpp>
#include <hyperdb/command.hpp>
#include <hyperdb/conditions.hpp>
#include <hyperdb/db.hpp>
#include <hyperdb/definition.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/execute.hpp>
#include <hyperdb/executor.hpp>
#include <hyperdb/hooks.hpp>
#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/index.hpp>
#include <hyperdb/json.hpp>
#include <hyperdb/memory_driver.hpp>
#include <hyperdb/query.hpp>
#include <hyperdb/rows.hpp>
#include <hyperdb/safe_integer.hpp>
#include <hyperdb/snapshot.hpp>
#include <hyperdb/sql_driver.hpp>
#include <hyperdb/stats.hpp>
#include <hyperdb/subscribable_db.hpp>
#include <hyperdb/subscription.hpp>
#include <hyperdb/table.hpp>
#include <hyperdb/trace.hpp>
#include <hyperdb/trace_store.hpp>
#include <hyperdb/timer.hpp>
#include <hyperdb/traits.hpp>
#include <hyperdb/typed_conditions.hpp>
#include <hyperdb/validator.hpp>
#include <hyperdb/value.hpp>
#include <hyperdb/writes.hpp>
