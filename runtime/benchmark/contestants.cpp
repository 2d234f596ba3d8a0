// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opens the libraries. Each is opened locally and asked for its own functions; where they lie is
// checked, since a symbol that resolves to another library would measure that one twice.

#include "contestants.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

namespace langone::rt::benchmark {

namespace {

struct Library {
  const char *name;
  const char *file;
  const char *malloc_name;
  const char *free_name;
};

constexpr Library libraries[] = {
    {"glibc", "libc.so.6", "malloc", "free"},
    {"mimalloc", "libmimalloc.so.2", "mi_malloc", "mi_free"},
    {"tcmalloc", "libtcmalloc_minimal.so.4", "tc_malloc", "tc_free"},
    {"jemalloc", "libjemalloc.so.2", "malloc", "free"},
    {"tbbmalloc", "libtbbmalloc.so.2", "scalable_malloc", "scalable_free"},
};

void *symbol_in(void *handle, const Library &library, const char *name) {
  void *symbol = ::dlsym(handle, name);
  Dl_info info{};
  const std::string stem(library.file, std::strcspn(library.file, "."));
  if (symbol && ::dladdr(symbol, &info) != 0 && std::strstr(info.dli_fname, stem.c_str()))
    return symbol;
  std::fprintf(stderr, "%s: %s is not its own\n", library.file, name);
  std::exit(1);
}

std::vector<Malloc> open_all() {
  std::vector<Malloc> all;
  for (const Library &library : libraries) {
    void *handle = ::dlopen(library.file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
      std::fprintf(stderr, "left out: %s\n", ::dlerror());
      continue;
    }
    all.push_back(
        {library.name,
         reinterpret_cast<void *(*)(std::size_t)>(symbol_in(handle, library, library.malloc_name)),
         reinterpret_cast<void (*)(void *)>(symbol_in(handle, library, library.free_name))});
  }
  return all;
}

[[gnu::noinline]] void *heap_malloc_slow(std::size_t bytes) {
  std::uintptr_t corrupted = 0;
  const auto draft = rt::Heap::prepare(bytes, 16, BlockKind::program, corrupted);
  if (!draft)
    return nullptr;
  rt::Heap::publish(*draft, bytes, nullptr);
  return reinterpret_cast<void *>(draft->block);
}

void *heap_malloc(std::size_t bytes) {
  rt::Heap &heap = rt::Heap::current();
  if (bytes <= largest_binned) {
    const std::size_t bin = plain_bin(bytes);
    if (heap.peek(bin))
      return heap.pop(bin, bytes, BlockKind::program, nullptr);
  }
  return heap_malloc_slow(bytes);
}

[[gnu::noinline]] void heap_free_slow(void *block) {
  Freed freed{};
  if (rt::Heap::free_slow(block, BlockKind::program, freed) != Fault::none)
    std::abort();
}

void heap_free(void *block) {
  Freed freed{};
  if (!rt::Heap::current().try_free(block, BlockKind::program, freed))
    heap_free_slow(block);
}

} // namespace

const std::vector<Malloc> &mallocs() {
  static const std::vector<Malloc> all = open_all();
  return all;
}

Pool::Pool() : allocate_function(&langone_rt_pool_allocate), free_function(&langone_rt_pool_free) {}

Heap::Heap() : malloc_function(&heap_malloc), free_function(&heap_free) {}

} // namespace langone::rt::benchmark
