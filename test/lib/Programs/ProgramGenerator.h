//===- ProgramGenerator.h - random programs on memrefs -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what a random program may contain. A program is valid and has defined
// behaviour on every path: each buffer is freed at most once, never used
// afterwards, read only where it was written, and iterations that run in
// parallel do not race. It owns no assertion.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_PROGRAMGENERATOR_H
#define LANGONE_TEST_RESOURCE_PROGRAMGENERATOR_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace langone::resource::test {

enum class Feature : unsigned {
  Branch,        ///< scf.if
  Switch,        ///< scf.index_switch
  ExecuteRegion, ///< scf.execute_region, also with several blocks
  Blocks,        ///< cf: diamonds in functions and execute_region
  BlockLoop,     ///< cf: loops with block arguments that carry buffers
  EarlyReturn,   ///< functions that return from several blocks
  CountedLoop,   ///< scf.for with a constant number of iterations
  DynamicLoop,   ///< scf.for with any number of iterations
  While,         ///< scf.while
  Rotation,      ///< loops that free what they got and pass on another buffer
  Swap,          ///< loops that exchange two buffers of their surroundings
  Parallel,      ///< scf.parallel and scf.forall
  ParallelFree,  ///< an iteration frees a buffer of its surroundings
  Call,          ///< calls
  Recursion,     ///< a function that calls itself
  ConsumedArgument, ///< a callee frees its argument or hands it on
  ReturnedArgument, ///< a callee returns its argument
  Escape,           ///< a callee returns a fresh buffer
  YieldedBuffer,    ///< a region gives a buffer to its surroundings
  Select,           ///< arith.select between buffers
  OwnedSelect,      ///< buffers freed by names that may be either
  View,             ///< subview, cast, reinterpret_cast, collapse, expand
  MixedSizes,       ///< one memref that may be buffers of different sizes
  Copy,             ///< memref.copy
  Realloc,          ///< memref.realloc
  Global,           ///< memref.get_global of a constant
  Leak,             ///< buffers that nobody frees
  Correlated,       ///< conditions that depend on each other or on data
  IndirectCall,     ///< calls of values that may be several functions
  DeclaredDepth,    ///< recursion with a bound on its depth
  AffineParallel,   ///< affine.parallel
  LeakIntoLoop,     ///< leaked buffers last used at the start of loop bodies
  DynamicSize,      ///< sizes that are arguments, or computed from them
  Assertion,        ///< sizes that an assertion bounds
  Task,             ///< async.execute, awaited or not
};
constexpr unsigned kNumFeatures = static_cast<unsigned>(Feature::Task) + 1;

llvm::StringRef getName(Feature feature);

struct Program {
  std::string text;
  /// One bit for each feature that the program has.
  uint64_t features = 0;

  bool has(Feature feature) const {
    return features >> static_cast<unsigned>(feature) & 1;
  }
};

/// A program from elsewhere, which may have every feature.
Program makeProgram(std::string text);

/// The same program for the same seed, everywhere.
Program generateProgram(uint64_t seed);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_PROGRAMGENERATOR_H
