// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The typed errors of the runtime and their texts, to the letter of the specification. It owns no
// way of reporting them: C++ functions return a Result, the C ABI (langone/runtime.h) converts it.

#ifndef LANGONE_RT_ERROR_H
#define LANGONE_RT_ERROR_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

namespace langone::rt {

// Errors are made where memory is short and dropped by a longjmp, so they own nothing: texts have
// static storage.

/// MemoryError: the system has no memory for the request, or its size cannot be represented.
struct AllocationFailed {
  std::string_view message;
};

/// MemoryError: a bounded pool has no room. Bytes.
struct PoolExhausted {
  std::uint64_t requested;
  std::uint64_t available;
};

/// MemoryError: the caller asked for what makes no sense; nothing was done.
struct InvalidOperation {
  std::string_view operation;
};

/// MemoryError: the bookkeeping of the block at `address` was overwritten.
struct CorruptionDetected {
  std::uintptr_t address;
};

/// ResourceError: an account refused a charge. Bytes; `available` and `limit` are those of the
/// account that refused.
struct BudgetExceeded {
  std::string_view resource;
  std::uint64_t requested;
  std::uint64_t available;
  std::uint64_t limit;
};

/// What a memory operation can end with.
using Error = std::variant<AllocationFailed, PoolExhausted, InvalidOperation, CorruptionDetected,
                           BudgetExceeded>;

template <class T> using Result = tl::expected<T, Error>;

/// Writes the error's text and a terminating zero to `buffer`, cut to `size` > 0 bytes. Allocates
/// nothing.
void write_message(const Error &error, char *buffer, std::size_t size) noexcept;

/// The error's text, such as "Resource budget exceeded: memory". May throw std::bad_alloc.
std::string message(const Error &error);

} // namespace langone::rt

#endif // LANGONE_RT_ERROR_H
