//===- Lifetime.h - when buffers are live, for planning ----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the lifetimes of the buffers of one function as intervals over a
// numbering of its ops, and the reasons why a buffer has none. Buffers whose
// intervals are disjoint never hold data at the same time.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_LIFETIME_H
#define LANGONE_RESOURCE_ANALYSIS_LIFETIME_H

#include "langone/Resource/Analysis/BufferOrigins.h"
#include "langone/Resource/Analysis/SizeBounds.h"

namespace langone::resource {

/// Which buffers of dynamic shape have a place in an arena.
enum class DynamicSizes {
  /// None.
  None,
  /// Those with a finite bound, at the bound.
  Bound,
  /// Those whose size is known at entry, at their size; else as Bound.
  Symbolic,
};

/// A buffer that other memory can stand in for, live in [begin, end).
struct BufferLifetime {
  mlir::Value buffer;
  BufferBytes bytes;
  int64_t begin = 0;
  int64_t end = 0;
};

/// A buffer that has to stay where it is, and why (a phrase: "it is returned").
struct UnplannedBuffer {
  mlir::Value buffer;
  std::string reason;
};

/// Lifetimes reach from the allocation to the deallocation, or to the last use
/// where there is none. A buffer that is used in a loop but comes from outside
/// is live throughout the loop; one from inside is live within one iteration,
/// or has no lifetime if it is carried to the next.
class LifetimeAnalysis {
public:
  LifetimeAnalysis(mlir::FunctionOpInterface function,
                   const BufferOrigins &origins, const SizeBounds &sizes,
                   DynamicSizes dynamicSizes);

  llvm::ArrayRef<BufferLifetime> getLifetimes() const { return lifetimes; }
  llvm::ArrayRef<UnplannedBuffer> getUnplanned() const { return unplanned; }
  /// Deallocations that only free buffers with a lifetime.
  llvm::ArrayRef<mlir::Operation *> getDeallocations() const {
    return deallocations;
  }

  /// The moment of a call, as a lifetime of its own: [position, position + 1).
  int64_t getPosition(mlir::Operation *op) const {
    return positions.lookup(op).begin;
  }

  /// Whether executions of `op` within one execution of the function may be
  /// under way at the same time.
  bool mayOverlapItself(mlir::Operation *op) const;

private:
  struct Span {
    int64_t begin = 0;
    int64_t end = 0;
  };

  int64_t number(mlir::Region &region, int64_t next);
  std::string whyNotPlannable(const BufferRoot &root, const SizeBounds &sizes,
                              DynamicSizes dynamicSizes) const;
  void extend(unsigned root, mlir::Operation *use, bool frees);
  void checkAlias(unsigned root, mlir::Value alias);
  void visitAliases(mlir::ValueRange aliases);
  void visit(mlir::Operation *op);
  void excludeMixedDeallocations();
  void reject(unsigned root, llvm::StringRef reason);

  mutable mlir::FunctionOpInterface function;
  const BufferOrigins &origins;
  llvm::DenseMap<mlir::Operation *, Span> positions;
  /// Indexed by root; an empty reason means that it has a lifetime so far.
  llvm::SmallVector<int64_t> ends;
  llvm::SmallVector<std::string> reasons;
  /// Ops that free something, with what they free.
  llvm::SmallVector<std::pair<mlir::Operation *, OriginSet>> frees;

  llvm::SmallVector<BufferLifetime> lifetimes;
  llvm::SmallVector<UnplannedBuffer> unplanned;
  llvm::SmallVector<mlir::Operation *> deallocations;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_LIFETIME_H
