//===- NativeWorld.cpp - the world around a compiled program --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeWorld.h"

#include "langone/runtime.h"
#include "langone/runtime_planner.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace langone::fuzz {

namespace {

constexpr uint64_t kGuardBytes = 16;
constexpr int kFresh = 0xA5, kFreed = 0xDD, kGuard = 0x5C;

NativeWorld *currentWorld = nullptr;

uint64_t getRuntimeBytes() {
  langone_rt_statistics statistics = LANGONE_RT_STATISTICS_INIT;
  langone_rt_get_statistics(&statistics);
  return statistics.current_bytes;
}

} // namespace

NativeWorld::NativeWorld(resource::test::Decisions &decisions)
    : decisions(decisions), runtimeBytesBefore(getRuntimeBytes()) {
  currentWorld = this;
}

NativeWorld::~NativeWorld() {
  for (auto &[address, block] : blocks)
    std::free(address);
  currentWorld = nullptr;
}

NativeWorld &NativeWorld::current() { return *currentWorld; }

void NativeWorld::fail(const char *message) {
  if (error.empty())
    error = message;
}

uint64_t NativeWorld::getLiveBytes() const {
  return heapBytes + getRuntimeBytes() - runtimeBytesBefore;
}

void NativeWorld::notePeak() { peak = std::max(peak, getLiveBytes()); }

void *NativeWorld::allocate(uint64_t bytes, uint64_t alignment,
                            bool isCallers) {
  alignment = std::max<uint64_t>(alignment, alignof(std::max_align_t));
  uint64_t padded = (bytes + kGuardBytes + alignment - 1) & ~(alignment - 1);
  char *block = static_cast<char *>(std::aligned_alloc(alignment, padded));
  if (!block)
    std::abort();
  std::memset(block, kFresh, bytes);
  std::memset(block + bytes, kGuard, kGuardBytes);
  blocks[block] = {bytes, isCallers, true};
  if (!isCallers) {
    heapBytes += bytes;
    notePeak();
  }
  return block;
}

void NativeWorld::release(void *address) {
  if (!address)
    return;
  auto it = blocks.find(address);
  if (it == blocks.end())
    return fail("free of what the heap did not give out");
  Block &block = it->second;
  if (!block.isLive)
    return fail("memory is freed twice");
  const char *guard = static_cast<char *>(address) + block.bytes;
  if (std::any_of(guard, guard + kGuardBytes,
                  [](char byte) { return byte != kGuard; }))
    fail("write beyond the end of a buffer");
  std::memset(address, kFreed, block.bytes);
  block.isLive = false;
  if (!block.isCallers)
    heapBytes -= block.bytes;
}

bool NativeWorld::isLive(void *block) const {
  auto it = blocks.find(block);
  return it != blocks.end() && it->second.isLive;
}

//===----------------------------------------------------------------------===//
// What programs link to
//===----------------------------------------------------------------------===//

namespace {

bool decide() { return NativeWorld::current().getDecisions().decide(2) != 0; }
uint64_t decideIndex(uint64_t count) {
  return NativeWorld::current().getDecisions().decide(count);
}
uint64_t decideSize(uint64_t most) {
  return NativeWorld::current().getDecisions().decideSize(1, most);
}

/// Bits as the interpreter shows them: zero-extended. Compiled code leaves the
/// rest of the register as it is.
template <unsigned bits> void observeInteger(uint64_t value) {
  NativeWorld::current().observe(value &
                                 llvm::maskTrailingOnes<uint64_t>(bits));
}
template <typename Bits, typename T> void observe(T value) {
  NativeWorld::current().observe(std::bit_cast<Bits>(value));
}

void *allocateHeap(uint64_t bytes) {
  return NativeWorld::current().allocate(bytes, 1);
}
void *allocateAligned(uint64_t alignment, uint64_t bytes) {
  return NativeWorld::current().allocate(bytes, alignment);
}
void freeHeap(void *block) { NativeWorld::current().release(block); }

void *acquireArena(uint64_t bytes, uint64_t alignment, uint64_t limit) {
  void *arena = langone_rt_arena_acquire_or_raise(bytes, alignment, limit);
  // What an arena holds at first is anything but what a program expects.
  std::memset(arena, kFresh, bytes);
  NativeWorld::current().notePeak();
  return arena;
}
void *allocatePool(uint64_t bytes, uint64_t alignment) {
  void *block = langone_rt_pool_allocate_or_raise(bytes, alignment);
  std::memset(block, kFresh, bytes);
  NativeWorld::current().notePeak();
  return block;
}

template <typename Function> void *address(Function *function) {
  return reinterpret_cast<void *>(function);
}

} // namespace

std::vector<std::pair<llvm::StringRef, void *>> getWorldSymbols() {
  return {
      {"decide", address(decide)},
      {"decide_index", address(decideIndex)},
      {"decide_size", address(decideSize)},
      {"observe_i1", address(observeInteger<1>)},
      {"observe_i8", address(observeInteger<8>)},
      {"observe_i16", address(observeInteger<16>)},
      {"observe_i64", address(observeInteger<64>)},
      {"observe_f16", address(observe<uint16_t, _Float16>)},
      {"observe_f32", address(observe<uint32_t, float>)},
      {"observe_f64", address(observe<uint64_t, double>)},
      {"malloc", address(allocateHeap)},
      {"aligned_alloc", address(allocateAligned)},
      {"free", address(freeHeap)},
      {"langone_rt_arena_acquire_or_raise", address(acquireArena)},
      {"langone_rt_arena_release_or_raise",
       address(langone_rt_arena_release_or_raise)},
      {"langone_rt_pool_allocate_or_raise", address(allocatePool)},
      {"langone_rt_pool_free_or_raise", address(langone_rt_pool_free_or_raise)},
      {"langone_rt_plan", address(langone_rt_plan)},
      {"langone_rt_require_or_raise", address(langone_rt_require_or_raise)},
      {"langone_rt_scope_enter_or_raise",
       address(langone_rt_scope_enter_or_raise)},
      {"langone_rt_scope_exit_or_raise",
       address(langone_rt_scope_exit_or_raise)},
  };
}

} // namespace langone::fuzz
