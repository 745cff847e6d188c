// Refuses compilers that translate coroutines wrongly. Every header that declares a coroutine includes this one.
//
// g++ 12 accepts our programs and then miscompiles them: a temporary of an aggregate type in a `co_await` expression is
// destroyed twice, and a coroutine without a local variable whose body is `if (co_await ...)` silently never runs that
// body. g++ 16.2 destroys temporaries that stand before a `co_await` in braces where they never were. The source does
// not show it, so a build with such a compiler must not exist.
//
// GCC 13 to 15 are accepted; 13 and 14 end with an internal error at
// `co_await f(std::vector<std::string>{"a", "b"})`, which is right once the vector has a name. Any other GCC is
// accepted when cmake/gcc_coroutine_probe.cpp passes with it at -O0 and -O2: our CMake files run it and define
// HYPERDB_GCC_PROBED. A program without CMake does both itself.
#pragma once

#if defined(__EMSCRIPTEN__)
// Any Clang that Emscripten brings: 14 and newer were tested.
#elif defined(__clang__)
#if __clang_major__ < 16
#error "hyperdb: Clang 16 is the oldest supported; this Clang is older. Use clang++-19 (or clang++-16)."
#endif
#elif defined(__GNUC__)
#if __GNUC__ < 13
#error "hyperdb: this GCC miscompiles coroutines (double destruction, bodies that never run): use Clang 16 or GCC 14."
#elif __GNUC__ > 15 && !defined(HYPERDB_GCC_PROBED)
// Define HYPERDB_GCC_PROBED if cmake/gcc_coroutine_probe.cpp passes with this GCC.
#error "hyperdb: GCC 16.2 miscompiles coroutines: use Clang 16 to 19, GCC 14 or 15 (or see HYPERDB_GCC_PROBED)."
#endif
#else
#error "hyperdb: this compiler was never tested with hyperdb's coroutines; use Clang 16 or newer."
#endif

#if __cplusplus < 202002L
#error "hyperdb: C++20 is needed (-std=c++20)."
#endif
