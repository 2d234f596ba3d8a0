// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is to be done when memory gets short: callbacks by which heaps and pools give back to the
// system what they hold idle. It owns the list; who notices the pressure is the monitor.

#ifndef LANGONE_RT_PRESSURE_H
#define LANGONE_RT_PRESSURE_H

#include <cstdint>

namespace langone::rt::pressure {

using Callback = void (*)(void *context) noexcept;

/// Adds a callback; false if there are already 64 beside the heap's. Callbacks run one after
/// another, on whichever thread calls `relieve`; they must not add, remove or relieve.
bool add_callback(Callback callback, void *context) noexcept;
/// Afterwards the callback does not run, and never will again. Nothing if it was not added.
void remove_callback(Callback callback, void *context) noexcept;

/// Runs all callbacks.
void relieve() noexcept;
/// How often that was done.
std::uint64_t relief_count() noexcept;

/// For fork: nobody relieves in between.
void lock() noexcept;
void unlock() noexcept;

} // namespace langone::rt::pressure

#endif // LANGONE_RT_PRESSURE_H
