// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every function of C, POSIX and GNU does what its manual says; and each is the preloaded
// library's, which tells by usable sizes that are exactly those requested.

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Behind the compiler's back: it would warn.
static volatile size_t too_much = SIZE_MAX;
static volatile size_t odd = 3;

static void check(int holds, const char *what) {
  if (!holds) {
    printf("failed: %s\n", what);
    exit(1);
  }
}

static int is_zero(const unsigned char *block, size_t bytes) {
  for (size_t index = 0; index < bytes; ++index)
    if (block[index] != 0)
      return 0;
  return 1;
}

static void check_block(void *block, size_t bytes, size_t alignment, const char *what) {
  check(block != NULL && (uintptr_t)block % alignment == 0, what);
  check(malloc_usable_size(block) == bytes, what);
  memset(block, 0xEE, bytes);
  free(block);
}

static void check_calloc(void) {
  const size_t sizes[] = {0, 1, 30, 1000, 40000, 1000000};
  for (int round = 0; round < 3; ++round)
    for (size_t index = 0; index < sizeof sizes / sizeof *sizes; ++index) {
      unsigned char *block = calloc(sizes[index], 1);
      check(is_zero(block, sizes[index]), "calloc");
      check_block(block, sizes[index], 16, "calloc");
    }
  check(calloc(too_much / 2, 3) == NULL && errno == ENOMEM, "calloc overflow");
}

static void check_realloc(void) {
  unsigned char *block = realloc(NULL, 10);
  size_t old = 10;
  for (size_t index = 0; index < old; ++index)
    block[index] = (unsigned char)index;
  for (size_t bytes = 11; bytes < 3000000; bytes = bytes * 5 / 4 + 1) {
    unsigned char *larger = realloc(block, bytes);
    check(larger && malloc_usable_size(larger) == bytes, "realloc grows");
    block = larger;
    for (size_t index = 0; index < old; ++index)
      check(block[index] == (unsigned char)index, "realloc keeps");
    for (size_t index = old; index < bytes; ++index)
      block[index] = (unsigned char)index;
    old = bytes;
  }
  check(realloc(block, too_much / 2) == NULL && errno == ENOMEM, "realloc refuses");
  for (size_t bytes = old; bytes > 1; bytes = bytes * 3 / 4) {
    unsigned char *smaller = realloc(block, bytes);
    check(smaller != NULL, "realloc shrinks");
    block = smaller;
    for (size_t index = 0; index < bytes; index += 97)
      check(block[index] == (unsigned char)index, "realloc shrinks");
  }
  check(reallocarray(block, too_much / 2, 3) == NULL && errno == ENOMEM, "reallocarray overflow");
  block = reallocarray(block, 10, 10);
  check(malloc_usable_size(block) == 100, "reallocarray");
  check(realloc(block, 0) == NULL, "realloc to nothing frees");
}

int main(void) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  void *block = NULL;
  check_block(malloc(0), 0, 16, "malloc of nothing");
  check_block(malloc(123), 123, 16, "malloc");
  check(malloc(too_much) == NULL && errno == ENOMEM, "malloc of too much");
  check_calloc();
  check_realloc();
  for (size_t alignment = 8; alignment <= 1 << 21; alignment *= 2)
    for (size_t bytes = 1; bytes < 200000; bytes = bytes * 7 + 5) {
      check_block(aligned_alloc(alignment, bytes), bytes, alignment, "aligned_alloc");
      check_block(memalign(alignment, bytes), bytes, alignment, "memalign");
      check(posix_memalign(&block, alignment, bytes) == 0, "posix_memalign");
      check_block(block, bytes, alignment, "posix_memalign");
    }
  check(posix_memalign(&block, 24, 10) == EINVAL, "posix_memalign of 24");
  check(posix_memalign(&block, 4, 10) == EINVAL, "posix_memalign of 4");
  check(aligned_alloc(odd, 10) == NULL && errno == EINVAL, "aligned_alloc of 3");
  check_block(valloc(10), 10, page, "valloc");
  check_block(pvalloc(10), page, page, "pvalloc");
  errno = 77;
  free(malloc(3000000));
  check(errno == 77, "free keeps errno");
  free(NULL);
  malloc_trim(0);
  puts("all functions");
  return 0;
}
