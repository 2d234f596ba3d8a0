// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls `sum` with its arena where PLACEMENT says: 0 from the runtime, 1 in a
// scratch argument, 2 in a global. Prints the result and, for an argument, what
// is required of it.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if PLACEMENT == 1
typedef struct {
  int64_t size, alignment;
} Requirements;
typedef struct {
  char *allocated, *aligned;
  int64_t offset, sizes[1], strides[1];
} Scratch;

void _mlir_ciface_sum_arena_requirements(Requirements *result);
float _mlir_ciface_sum(Scratch *scratch);

int main(void) {
  Requirements needs;
  _mlir_ciface_sum_arena_requirements(&needs);
  char *block = aligned_alloc((size_t)needs.alignment, (size_t)needs.size);
  Scratch scratch = {block, block, 0, {needs.size}, {1}};
  printf("%.0f %lld %lld\n", _mlir_ciface_sum(&scratch), (long long)needs.size,
         (long long)needs.alignment);
  free(block);
}
#else
float _mlir_ciface_sum(void);

int main(void) { printf("%.0f\n", _mlir_ciface_sum()); }
#endif
