// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The system's allocator as a resource: the usual end of a chain. It owns nothing and checks
// nothing; wrong frees are the system's business, or that of an adaptor above.

#ifndef LANGONE_RT_SYSTEM_RESOURCE_H
#define LANGONE_RT_SYSTEM_RESOURCE_H

#include "langone/rt/resource.h"

namespace langone::rt {

/// Thread-safe. Alignments beyond 16 cost that many bytes more.
class SystemResource final : public Resource {
public:
  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override;
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override;
};

} // namespace langone::rt

#endif // LANGONE_RT_SYSTEM_RESOURCE_H
