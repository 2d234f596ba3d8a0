// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// std::bad_alloc at the limit, the new handler before it, nothrow null, and what C++ allocates
// else.

#include <cstdio>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

struct alignas(256) Wide {
  char bytes[300];
};

static std::vector<char> *reserve = nullptr;

int main() {
  std::vector<std::unique_ptr<char[]>> blocks;
  blocks.reserve(10'000);
  reserve = new std::vector<char>(1 << 20);
  std::set_new_handler([] {
    delete reserve;
    std::set_new_handler(nullptr);
    std::puts("handler");
  });
  try {
    for (;;)
      blocks.emplace_back(new char[100'000]);
  } catch (const std::bad_alloc &) {
    std::puts("bad_alloc");
  }
  if (!new (std::nothrow) char[10'000'000])
    std::puts("null");
  blocks.clear();
  std::map<std::string, std::string> map;
  for (int key = 0; key < 10'000; ++key)
    map[std::to_string(key)] = std::string(static_cast<std::size_t>(key % 300), 'x');
  std::thread([&map] { map.clear(); }).join();
  const std::unique_ptr<Wide> wide(new Wide);
  std::puts(reinterpret_cast<std::uintptr_t>(wide.get()) % 256 == 0 ? "aligned" : "unaligned");
}
