//===- BufferOrigins.h - which buffer a memref may be ------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the answer to "which allocations may this memref refer to?" for one
// function: through views, selects, loops, branches and calls. It says nothing
// about time or bytes.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_BUFFERORIGINS_H
#define LANGONE_RESOURCE_ANALYSIS_BUFFERORIGINS_H

#include "mlir/IR/Value.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseMap.h"

namespace langone::resource {

/// The set of buffers that a memref may refer to: indices of roots, ascending.
struct OriginSet {
  llvm::SmallVector<unsigned, 1> roots;
  /// May also be any captured root, or a buffer from outside the function.
  bool unknown = false;
  /// Had more roots than are followed: all that reach it are captured.
  bool isCutOff = false;

  /// Adds the members of `other`; whether that changed anything.
  bool join(const OriginSet &other);
};

/// A buffer that a function knows by name.
struct BufferRoot {
  enum class Kind {
    Allocation, ///< the result of an op that allocates
    CallResult, ///< a fresh buffer from a callee
    Argument,   ///< an argument of the function
    Place,      ///< a part of another buffer that is followed by itself
  };
  Kind kind;
  mlir::Value value;
  /// Position among the roots of its kind, in program order.
  unsigned number;
  /// May be referred to by memory or by code that the analysis cannot see.
  bool captured = false;
  /// Is returned from the function.
  bool returned = false;
  /// May be freed by this function, or by a callee that it is passed to.
  bool freed = false;
  bool freedByCallee = false;
  /// Last op in program order that uses the buffer other than to free it.
  mlir::Operation *lastUse = nullptr;
};

/// What a call result may be, and what happens to the arguments; the worst if
/// nothing is known.
struct CallAliasing {
  struct Result {
    bool fresh = false;
    bool unknown = true;
    /// Positions of arguments that the result may be.
    llvm::SmallVector<unsigned, 1> arguments;
  };
  /// For each result; empty stands for "nothing known".
  llvm::SmallVector<Result, 2> results;
  /// For each argument: the callee may free it, or keep a reference to it.
  llvm::SmallVector<bool> freed, captured;
  /// The callee may free buffers that it was not given.
  bool freesUnknown = false;

  /// Adds what another callee of the same type may do; whether that is more.
  bool join(const CallAliasing &other);
};

using CallAliasingFn =
    llvm::function_ref<const CallAliasing *(mlir::CallOpInterface)>;

/// Flow-insensitive over-approximation by a fixpoint over the def-use edges.
/// Linear in the size of the function for code without nested loops that carry
/// buffers; sets are cut off at kMaxOrigins.
class BufferOrigins {
public:
  static constexpr unsigned kMaxOrigins = 32;

  /// `callAliasing` tells what callees do; null: nothing is known. The results
  /// of ops for which `isPlace` holds are roots of their own.
  BufferOrigins(mlir::FunctionOpInterface function, CallAliasingFn callAliasing,
                llvm::function_ref<bool(mlir::Operation *)> isPlace = nullptr);

  /// What `value` may refer to; empty for constants and null buffers.
  const OriginSet &lookup(mlir::Value value) const;

  llvm::ArrayRef<BufferRoot> getRoots() const { return roots; }

  /// Index of the root that is `value` itself.
  std::optional<unsigned> getRootIndex(mlir::Value value) const;

  /// What the function does to its arguments and results, for its callers.
  CallAliasing getAliasing() const;

private:
  llvm::ArrayRef<mlir::Block *> getOrder(mlir::Region &region);
  void propagate(mlir::Region &region);
  void propagate(mlir::Operation *op);
  void propagateCall(mlir::CallOpInterface call);
  void propagateBranch(mlir::Operation *terminator);
  void propagateToRegion(mlir::RegionBranchOpInterface branch,
                         mlir::RegionSuccessor successor);
  void recordUses(mlir::Operation *op);
  void recordUse(mlir::OpOperand &use, bool asynchronous);

  unsigned addRoot(BufferRoot::Kind kind, mlir::Value value);
  void join(mlir::Value value, const OriginSet &origins);
  void joinUnknown(mlir::Value value);
  void capture(const OriginSet &origins);

  // Interfaces of MLIR have no const queries.
  mutable mlir::FunctionOpInterface function;
  CallAliasingFn callAliasing;
  llvm::function_ref<bool(mlir::Operation *)> isPlace;
  llvm::SmallVector<BufferRoot> roots;
  std::array<unsigned, 4> numRoots = {};
  llvm::DenseMap<mlir::Value, unsigned> rootIndex;
  llvm::DenseMap<mlir::Value, OriginSet> origins;
  /// Blocks of regions that have several, in reverse post-order.
  llvm::DenseMap<mlir::Region *, llvm::SmallVector<mlir::Block *>> orders;
  bool freesUnknown = false;
  bool changed = false;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_BUFFERORIGINS_H
