//===- NativeWorld.h - the world around a compiled program -------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what a compiled random program calls: its decisions and observations, a
// heap in which every mistake is seen, and the LangOne runtime, whose account
// is counted together with the heap. One program runs at a time.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_FUZZ_NATIVEWORLD_H
#define LANGONE_FUZZ_NATIVEWORLD_H

#include "Random.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace langone::fuzz {

class NativeWorld {
public:
  explicit NativeWorld(resource::test::Decisions &decisions);
  ~NativeWorld();
  NativeWorld(const NativeWorld &) = delete;

  /// The world of the program that runs.
  static NativeWorld &current();

  resource::test::Decisions &getDecisions() { return decisions; }
  void observe(uint64_t bits) { trace.push_back(bits); }

  /// A block of the heap, filled with a pattern and followed by a guard. With
  /// `isCallers` it does not count.
  void *allocate(uint64_t bytes, uint64_t alignment, bool isCallers = false);
  void release(void *block);
  bool isLive(void *block) const;

  /// Takes note of what heap and runtime hold together.
  void notePeak();
  /// Largest sum of bytes that the program had on the heap and from the
  /// runtime.
  uint64_t getPeak() const { return peak; }
  /// Bytes of the program that are live now.
  uint64_t getLiveBytes() const;

  std::vector<uint64_t> trace;
  /// The first mistake; empty if there was none.
  std::string error;

private:
  struct Block {
    uint64_t bytes;
    bool isCallers;
    bool isLive;
  };
  void fail(const char *message);

  resource::test::Decisions &decisions;
  /// Freed blocks are kept, so that no address comes twice.
  std::unordered_map<void *, Block> blocks;
  uint64_t heapBytes = 0;
  uint64_t runtimeBytesBefore;
  uint64_t peak = 0;
};

/// What programs link to, by name.
std::vector<std::pair<llvm::StringRef, void *>> getWorldSymbols();

} // namespace langone::fuzz

#endif // LANGONE_FUZZ_NATIVEWORLD_H
