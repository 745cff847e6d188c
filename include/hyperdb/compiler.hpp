// Refuses compilers that translate coroutines wrongly. Every header that declares a coroutine includes this one.
//
// g++ 12 accepts our programs and then miscompiles them: a temporary of an aggregate type in a `co_await` expression
// is destroyed twice, and a coroutine without a local variable whose body is `if (co_await ...)` silently never runs
// that body. The source does not show this, so a build with such a compiler must not exist. A newer GCC is accepted
// when the build has run cmake/gcc_coroutine_probe.cpp with it and defines HYPERDB_GCC_PROBED (our CMake target does
// both).
#pragma once

#if defined(__EMSCRIPTEN__)
// Any Clang that Emscripten brings: 14 and newer were tested.
#elif defined(__clang__)
#if __clang_major__ < 16
#error "hyperdb: Clang 16 is the oldest supported; this Clang is older. Use clang++-19 (or clang++-16)."
#endif
#elif defined(__GNUC__)
#if __GNUC__ < 13
#error "hyperdb: this GCC miscompiles coroutines (double destruction, bodies that never run): use Clang 16 or newer."
#elif !defined(HYPERDB_GCC_PROBED)
#error "hyperdb: GCC 13 and newer are accepted only after cmake/gcc_coroutine_probe.cpp passed; use the CMake target."
#endif
#else
#error "hyperdb: this compiler was never tested with hyperdb's coroutines; use Clang 16 or newer."
#endif

#if __cplusplus < 202002L
#error "hyperdb: C++20 is needed (-std=c++20)."
#endif
