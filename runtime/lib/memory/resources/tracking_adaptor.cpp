// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tracking adaptor, over glibc's backtrace.

#include "langone/rt/tracking_adaptor.h"

#include "base/system.h"

#include <algorithm>
#include <cstdio>
#include <execinfo.h>
#include <memory>
#include <new>

namespace langone::rt {

namespace {

TrackingAdaptor::Block &block_of(std::uint64_t value) noexcept {
  return *reinterpret_cast<TrackingAdaptor::Block *>(value);
}

} // namespace

TrackingAdaptor::~TrackingAdaptor() {
  blocks_.for_each([](std::uint64_t, std::uint64_t block) { system::free(&block_of(block)); });
}

Result<void *> TrackingAdaptor::allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  void *memory = system::allocate(sizeof(Block));
  if (!memory || !blocks_.reserve_one()) {
    system::free(memory);
    return tl::make_unexpected(detail::out_of_memory);
  }
  auto allocated = upstream_.allocate(bytes, alignment);
  if (!allocated) {
    system::free(memory);
    return allocated;
  }
  auto *block = new (memory) Block{*allocated, bytes, ++serial_, {}, 0};
  if (with_stacks_)
    block->frame_count = ::backtrace(block->frames.data(), static_cast<int>(Block::max_frames));
  blocks_.insert(reinterpret_cast<std::uintptr_t>(*allocated),
                 reinterpret_cast<std::uint64_t>(block));
  bytes_ += bytes;
  return allocated;
}

Result<void> TrackingAdaptor::deallocate(void *block, std::uint64_t bytes,
                                         std::uint64_t alignment) noexcept {
  if (!block)
    return {};
  const auto key = reinterpret_cast<std::uintptr_t>(block);
  const std::uint64_t *found = blocks_.find(key);
  if (!found)
    return tl::make_unexpected(InvalidOperation{"not a live block (foreign or already freed)"});
  Block &tracked = block_of(*found);
  if (tracked.bytes != bytes)
    return tl::make_unexpected(detail::wrong_size);
  auto freed = upstream_.deallocate(block, bytes, alignment);
  if (freed) {
    blocks_.erase(key);
    system::free(&tracked);
    bytes_ -= bytes;
  }
  return freed;
}

std::vector<TrackingAdaptor::Block> TrackingAdaptor::outstanding() const {
  std::vector<Block> blocks;
  blocks.reserve(blocks_.size());
  blocks_.for_each([&](std::uint64_t, std::uint64_t block) { blocks.push_back(block_of(block)); });
  std::sort(blocks.begin(), blocks.end(),
            [](const Block &left, const Block &right) { return left.serial < right.serial; });
  return blocks;
}

std::string TrackingAdaptor::report() const {
  std::string text;
  for (const Block &block : outstanding()) {
    char line[96];
    std::snprintf(line, sizeof line, "#%llu: %llu bytes at %p\n",
                  static_cast<unsigned long long>(block.serial),
                  static_cast<unsigned long long>(block.bytes), block.address);
    text += line;
    const std::unique_ptr<char *, void (*)(void *)> symbols(
        ::backtrace_symbols(block.frames.data(), block.frame_count), system::free);
    for (int frame = 0; symbols && frame < block.frame_count; ++frame)
      text.append("    ").append(symbols.get()[frame]).append("\n");
  }
  return text;
}

} // namespace langone::rt
