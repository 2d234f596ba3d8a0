// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A page source that counts what passes through and fails where it is told to. It owns the counts;
// the pages are the system's.

#ifndef LANGONE_RT_TEST_PAGES_H
#define LANGONE_RT_TEST_PAGES_H

#include "langone/rt/page_source.h"

namespace langone::rt::test {

class CountedPages final : public PageSource {
public:
  void *reserve(std::uint64_t bytes) noexcept override {
    if (fails())
      return nullptr;
    void *pages = system().reserve(bytes);
    if (pages)
      reserved += bytes;
    return pages;
  }
  bool commit(void *pages, std::uint64_t bytes) noexcept override {
    if (fails() || !system().commit(pages, bytes))
      return false;
    ++commits;
    committed += bytes;
    return true;
  }
  void decommit(void *pages, std::uint64_t bytes) noexcept override {
    system().decommit(pages, bytes);
    ++decommits;
    decommitted += bytes;
  }
  void release(void *pages, std::uint64_t bytes) noexcept override {
    system().release(pages, bytes);
    reserved -= bytes;
  }

  std::uint64_t failing_call = 0; ///< 0: none; 1: the next one that can fail
  std::uint64_t failures = 0;
  std::uint64_t reserved = 0; ///< bytes, now
  std::uint64_t commits = 0;
  std::uint64_t committed = 0; ///< bytes, ever
  std::uint64_t decommits = 0;
  std::uint64_t decommitted = 0;

private:
  bool fails() noexcept {
    const bool now = failing_call == 1;
    failing_call -= failing_call > 0;
    failures += now;
    return now;
  }
};

} // namespace langone::rt::test

#endif // LANGONE_RT_TEST_PAGES_H
