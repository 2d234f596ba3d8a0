// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The texts of the typed errors.

#include "langone/rt/error.h"

#include <cinttypes>
#include <cstdio>
#include <type_traits>

namespace langone::rt {

// A raise drops errors by longjmp: they must have nothing to destroy.
static_assert(std::is_trivially_destructible_v<Error>);

namespace {

struct MessageWriter {
  char *buffer;
  std::size_t size;

  void operator()(const AllocationFailed &error) const noexcept {
    write("Memory allocation failed: ", error.message);
  }
  void operator()(const PoolExhausted &error) const noexcept {
    std::snprintf(buffer, size, "Memory pool exhausted: requested %" PRIu64 ", available %" PRIu64,
                  error.requested, error.available);
  }
  void operator()(const InvalidOperation &error) const noexcept {
    write("Invalid memory operation: ", error.operation);
  }
  void operator()(const CorruptionDetected &error) const noexcept {
    std::snprintf(buffer, size, "Memory corruption detected at address %" PRIuPTR, error.address);
  }
  void operator()(const BudgetExceeded &error) const noexcept {
    write("Resource budget exceeded: ", error.resource);
  }

private:
  void write(const char *what, std::string_view detail) const noexcept {
    std::snprintf(buffer, size, "%s%.*s", what, static_cast<int>(detail.size()), detail.data());
  }
};

} // namespace

void write_message(const Error &error, char *buffer, std::size_t size) noexcept {
  std::visit(MessageWriter{buffer, size}, error);
}

std::string message(const Error &error) {
  char buffer[256];
  write_message(error, buffer, sizeof buffer);
  return buffer;
}

} // namespace langone::rt
