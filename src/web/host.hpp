// What a module calls in its page: the imports. None of them may throw, and none runs the page's code: they only note
// what is to be done when the call into the module has returned.
#pragma once

#include <cstdint>

#ifdef __EMSCRIPTEN__
#define HYPERDB_WEB_IMPORT(name) __attribute__((import_module("hyperdb"), import_name(name)))
#else
#define HYPERDB_WEB_IMPORT(name)
#endif

extern "C" {

/// Asks for a call of `hdb_run` soon, from the event loop.
HYPERDB_WEB_IMPORT("wake") void hyperdbWebWake();
/// Says that the live result has changed, or a run of it has begun or ended.
HYPERDB_WEB_IMPORT("changed") void hyperdbWebChanged(std::uint32_t live);
/// Says that the database has committed an action.
HYPERDB_WEB_IMPORT("committed") void hyperdbWebCommitted(std::uint32_t database, double revision);
/// Says that the asynchronous call with this ticket has ended; `hdb_take` returns how.
HYPERDB_WEB_IMPORT("settled") void hyperdbWebSettled(std::uint32_t ticket);
/// Says that these slots are free: the page forgets the objects in them.
HYPERDB_WEB_IMPORT("freed") void hyperdbWebFreed(const std::uint32_t* slots, std::uint32_t count);
/// Reports an exception that a callback threw: `size` bytes of UTF-8.
HYPERDB_WEB_IMPORT("report") void hyperdbWebReport(const char* text, std::uint32_t size);

}  // extern "C"
