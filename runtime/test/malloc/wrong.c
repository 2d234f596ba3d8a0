// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Does wrong what its argument names, and goes on.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  // Behind the compiler's back: it would warn, or leave it out.
  char *volatile block = malloc(100);
  char *volatile local = (char *)&what;
  if (strcmp(what, "double") == 0)
    free(block);
  else if (strcmp(what, "overflow") == 0)
    block[100] = 1;
  else if (strcmp(what, "underflow") == 0)
    block[-1] = 1;
  else if (strcmp(what, "stack") == 0)
    free(local);
  else if (strcmp(what, "interior") == 0)
    free(block + 16);
  free(block);
  if (strcmp(what, "after") == 0) {
    block[3] = 1;
    free(malloc(100));
  }
  puts("alive");
  return 0;
}
