//===- SizeBounds.h - how large dynamic buffers can be -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what is known of integers that decide about sizes: as expressions over
// the values at the entry of their function, and as intervals at a program
// point. Sources are declared bounds (dim_bounds, range), the callers of
// private functions, integer ranges, ValueBoundsOpInterface and cf.assert.
//
// A negative size is undefined behaviour of the allocation, so sizes count as
// not negative where a buffer is allocated.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_SIZEBOUNDS_H
#define LANGONE_RESOURCE_ANALYSIS_SIZEBOUNDS_H

#include "langone/Resource/Analysis/SizeExpr.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/MapVector.h"

namespace mlir {
class DataLayout;
class DataLayoutAnalysis;
} // namespace mlir

namespace langone::resource {

struct FunctionNode;

/// Bytes of one buffer each time it is allocated.
struct BufferBytes {
  uint64_t lower = 0;
  /// Absent where no finite bound is known; `reason` then says why.
  std::optional<uint64_t> upper;
  /// A phrase for messages: "its shape is dynamic".
  const char *reason = nullptr;
  /// The exact number; null unless it is known at entry. Never negative.
  mlir::AffineExpr symbolic;
};

/// How often a loop body executes.
struct TripCount {
  uint64_t lower = 0;
  std::optional<uint64_t> upper;
};

/// What a function believes of an argument because it is declared, not because
/// it follows from the code: whoever runs the function has to check it.
struct EntryAssumption {
  unsigned argument;
  /// SizeLeaf::kNoDim: the argument itself, an integer.
  int64_t dim;
  Interval bounds;
};

/// Two statements about the same number that exclude each other.
struct BoundsContradiction {
  mlir::Location location;
  std::string message;
  mlir::Location other;
  std::string otherMessage;
};

/// Of one function. The analysis behind it runs when it is first needed: code
/// without dynamic sizes costs nothing. Not safe to query from several threads.
class SizeBounds {
public:
  /// Bounds of the leaves that are known at entry: (argument, dimension).
  using EntryRanges = llvm::DenseMap<std::pair<unsigned, int64_t>, Interval>;

  SizeBounds(mlir::FunctionOpInterface function, const mlir::DataLayout &layout,
             EntryRanges entry);
  SizeBounds(SizeBounds &&) noexcept;
  ~SizeBounds();

  /// Bytes of `buffer`, the result of an op that allocates.
  BufferBytes getBytes(mlir::Value buffer) const;

  /// Iterations of all dimensions of a loop together; nothing is known of
  /// other ops.
  TripCount getTripCount(mlir::Operation *loop) const;

  /// An integer value, or a dimension of a memref, as an expression. Values
  /// that may have wrapped, or are not computed, are leaves of their own.
  mlir::AffineExpr getExpr(mlir::Value integer) const;
  mlir::AffineExpr getDim(mlir::Value memref, int64_t dim) const;

  /// All values that `expr` has whenever `at` is reached.
  Interval getRange(mlir::AffineExpr expr, mlir::Operation *at) const;
  /// All values that a leaf known at entry may have.
  Interval getEntryRange(unsigned argument, int64_t dim) const;

  /// The leaves that are known at entry: for each argument the dynamic
  /// dimensions of a ranked memref, or the integer itself, in order.
  llvm::SmallVector<SizeLeaf> getEntryLeaves() const;

  /// Whether the function's entry can compute `expr` in 64 bits without
  /// wrapping and without ever reaching kSaturated.
  bool isExactAtEntry(mlir::AffineExpr expr) const;
  /// Whether it can do so if what reaches kSaturated becomes that number.
  bool isComputableAtEntry(mlir::AffineExpr expr) const;
  static constexpr int64_t kSaturated = int64_t(1) << 61;

  /// Assertions that contradict what is known without them.
  llvm::ArrayRef<BoundsContradiction> getContradictions() const;

  SizeSymbols &getSymbols() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
};

/// Size bounds of all functions of a module; callers before callees, so that
/// private functions know what they are called with.
class SizeAnalysis {
public:
  SizeAnalysis(mlir::Operation *module, mlir::DataLayoutAnalysis &layouts);
  ~SizeAnalysis();

  /// Of a function with a body.
  const SizeBounds &get(mlir::FunctionOpInterface function) const;

  /// What is assumed of the arguments of a function, ascending.
  llvm::ArrayRef<EntryAssumption>
  getAssumptions(mlir::FunctionOpInterface function) const;

  /// Emits an error for everything that contradicts itself in the module.
  llvm::LogicalResult verify() const;

private:
  struct Entry;
  void addFunction(const FunctionNode &node, const mlir::DataLayout &layout);
  Interval fromCallers(const FunctionNode &node, unsigned argument, int64_t dim,
                       const Interval &declared);

  llvm::MapVector<mlir::Operation *, std::unique_ptr<Entry>> entries;
  llvm::SmallVector<BoundsContradiction> contradictions;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_SIZEBOUNDS_H
