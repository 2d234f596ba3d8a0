//===- Executions.h - random programs and what they do -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the way from a seed to executions: at random, or along all paths.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_EXECUTIONS_H
#define LANGONE_TEST_RESOURCE_EXECUTIONS_H

#include "Interpreter.h"
#include "ProgramGenerator.h"
#include "Random.h"
#include "TestContext.h"

#include "langone/Resource/Analysis/Footprint.h"

#include "mlir/Pass/AnalysisManager.h"

#include <map>

namespace langone::resource::test {

/// How an estimate compares with executions, for one function.
struct Measurement {
  /// Upper estimate and largest peak that was seen, in bytes.
  std::optional<uint64_t> upper;
  uint64_t peak = 0;
  /// One way through it, with known sizes.
  bool isStraightLine = false;
  /// The peak grows with the number of iterations: there is no finite bound.
  bool grows = false;
};

/// Random executions of each function of each program.
constexpr unsigned kNumExecutions = 4;

/// One random program, and what its checks have measured. Checks change copies
/// of the module only.
struct Subject {
  Subject(uint64_t seed, Program program,
          mlir::OwningOpRef<mlir::ModuleOp> module)
      : seed(seed), program(std::move(program)), module(std::move(module)) {}

  /// The analysis of the module, made once.
  FootprintAnalysis &getFootprint();
  /// The seed of the execution with an index below kNumExecutions.
  uint64_t getExecutionSeed(unsigned index) const { return seed * 64 + index; }
  /// One of the random executions of a function, with its scopes; made once.
  const Execution &getExecution(llvm::StringRef entry, unsigned index);

  uint64_t seed;
  Program program;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<Measurement> measurements;

private:
  std::unique_ptr<mlir::ModuleAnalysisManager> manager;
  std::map<std::pair<std::string, unsigned>, Execution> executions;
};

/// What is wrong, in words; empty if nothing is.
using Violations = std::vector<std::string>;

/// `module` is null, with errors in the context, if the program is not valid.
/// The seed decides about executions and options.
Subject makeSubject(TestContext &context, uint64_t seed, Program program);

/// Functions that the world outside may call, by name.
std::vector<std::string> getEntries(mlir::ModuleOp module);

Execution execute(mlir::ModuleOp module, llvm::StringRef entry, uint64_t seed,
                  InterpreterOptions options = {});

/// The first position at which `actual` shows something else than `expected`;
/// none if it shows the same. What nobody wrote may be anything.
std::optional<size_t> findDifference(llvm::ArrayRef<uint64_t> expected,
                                     llvm::ArrayRef<uint64_t> actual);

/// An execution in which each operation or argument that decides has its habit,
/// by the seed: one side of a condition, the least or the largest size, a
/// number that is as large as it may be times `scale`, or any. With half of the
/// seeds all sizes are the largest. With a scale of 1 a condition always goes
/// the same way, otherwise it seldom goes the other one.
Execution executeByHabit(mlir::ModuleOp module, llvm::StringRef entry,
                         uint64_t seed, uint64_t scale,
                         InterpreterOptions options);

/// Whether the peak of `entry` goes up when loops without a bound go on for
/// longer.
bool growsWithIterations(mlir::ModuleOp module, llvm::StringRef entry,
                         uint64_t seed);

/// What all paths of a function do, taken together.
struct Exploration {
  /// There are no more paths.
  bool isComplete = false;
  std::string error;
  llvm::MapVector<mlir::Operation *, Measured> scopes;
};

/// Of these sizes, in depth-first order.
Exploration explore(mlir::ModuleOp module, llvm::StringRef entry, Sizes sizes,
                    unsigned maxPaths, bool isSequential = false);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_EXECUTIONS_H
