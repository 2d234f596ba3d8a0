// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls ENTRY() on a stack of its own and prints two measurements in bytes
// below the stack pointer of the caller: how far memory was written, and the
// deepest stack pointer that probe() saw.
#include <stdint.h>
#include <stdio.h>

enum { stack_bytes = 1 << 20 };

static _Alignas(64) volatile unsigned char stack[stack_bytes];
uintptr_t lowest = UINTPTR_MAX;

int ENTRY();

// Notes the stack pointer of its caller at the call, its own return address
// included.
__asm__(".globl probe\n"
        "probe:\n"
        "  cmpq lowest(%rip), %rsp\n"
        "  jae 1f\n"
        "  movq %rsp, lowest(%rip)\n"
        "1:\n"
        "  xorl %eax, %eax\n"
        "  ret\n");

static void call_on_stack(void *top) {
  void *function = (void *)ENTRY;
  __asm__ volatile("movq %%rsp, %%rbx\n"
                   "movq %0, %%rsp\n"
                   "call *%1\n"
                   "movq %%rbx, %%rsp\n"
                   : "+S"(top), "+D"(function)
                   :
                   : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11",
                     "r12", "r13", "r14", "r15", "memory", "cc", "xmm0", "xmm1",
                     "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
                     "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                     "xmm15");
}

// Bytes below `top` that the call changes, where they were `paint` before.
static long written(unsigned char *top, int paint) {
  for (long i = 0; i < stack_bytes; ++i)
    stack[i] = paint;
  call_on_stack(top);
  long first = 0;
  while (first < stack_bytes && stack[first] == paint)
    ++first;
  return (long)(top - (unsigned char *)stack) - first;
}

int main(void) {
  // Room above for arguments that the entry might look for.
  unsigned char *top = (unsigned char *)stack + stack_bytes - 4096 + SKEW;
  // What is written may look like one paint, not like both.
  const long first = written(top, 0xA5), second = written(top, 0x5A);
  printf("%ld %ld\n", first > second ? first : second,
         lowest == UINTPTR_MAX ? 0L : (long)((uintptr_t)top - lowest));
  return 0;
}
