// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Allocates until it is refused, in blocks of so many bytes; says how far it came, and goes on.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static void *hungry_site(size_t bytes) { return malloc(bytes); }

int main(int argc, char **argv) {
  const size_t bytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
  void **blocks = calloc(100000, sizeof(void *));
  size_t count = 0;
  while (count < 100000 && (blocks[count] = hungry_site(bytes)) != NULL)
    memset(blocks[count++], 1, bytes);
  printf("%zu bytes, then %s\n", count * bytes, count == 100000 ? "no refusal" : strerror(errno));
  while (count > 0)
    free(blocks[--count]);
  void *again = malloc(bytes);
  puts(again ? "goes on" : "stuck");
  free(again);
  free(blocks);
  return 0;
}
