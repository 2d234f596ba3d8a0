// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The system's page source.

#include "langone/rt/page_source.h"

#include "base/system.h"

#include <new>

namespace langone::rt {

namespace {

class SystemPages final : public PageSource {
public:
  void *reserve(std::uint64_t bytes) noexcept override { return system::reserve(bytes); }
  bool commit(void *pages, std::uint64_t bytes) noexcept override {
    return system::commit(pages, bytes);
  }
  void decommit(void *pages, std::uint64_t bytes) noexcept override {
    (void)system::discard(pages, bytes);
  }
  void release(void *pages, std::uint64_t bytes) noexcept override { system::unmap(pages, bytes); }
};

} // namespace

PageSource &PageSource::system() noexcept {
  // Pools of static storage use it beyond the last destructor.
  alignas(SystemPages) static unsigned char storage[sizeof(SystemPages)];
  static auto *const pages = new (storage) SystemPages;
  return *pages;
}

std::uint64_t PageSource::page_bytes() noexcept { return system::page_bytes(); }

} // namespace langone::rt
