// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where pools get their pages: address space first, memory behind it when needed. It owns the
// interface and the system's source; a test or a program may put its own in between.

#ifndef LANGONE_RT_PAGE_SOURCE_H
#define LANGONE_RT_PAGE_SOURCE_H

#include <cstdint>

namespace langone::rt {

/// Addresses and sizes are multiples of `page_bytes`. Not every implementation is thread-safe; the
/// system's is.
class PageSource {
public:
  PageSource() = default;
  PageSource(const PageSource &) = delete;
  PageSource &operator=(const PageSource &) = delete;
  virtual ~PageSource() = default;

  /// Address space without memory; null if there is none.
  virtual void *reserve(std::uint64_t bytes) noexcept = 0;

  /// Puts memory behind pages of a reservation; false, and nothing changed, if there is none.
  virtual bool commit(void *pages, std::uint64_t bytes) noexcept = 0;

  /// Gives the memory back and keeps the address space. The content is lost.
  virtual void decommit(void *pages, std::uint64_t bytes) noexcept = 0;

  /// Gives back a whole reservation.
  virtual void release(void *pages, std::uint64_t bytes) noexcept = 0;

  /// The operating system's pages. Never destroyed.
  static PageSource &system() noexcept;

  static std::uint64_t page_bytes() noexcept;
};

} // namespace langone::rt

#endif // LANGONE_RT_PAGE_SOURCE_H
