//===- BufferUses.h - every use of each buffer of a function -----*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the uses of the buffers that a function allocates, through all their
// names, and the one op that frees each. It does not know what uses do.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_BUFFERUSES_H
#define LANGONE_RESOURCE_ANALYSIS_BUFFERUSES_H

#include "langone/Resource/Analysis/BufferOrigins.h"

namespace langone::resource {

/// One allocation of a function.
struct BufferInfo {
  /// As footprints name it.
  std::string site;
  mlir::Value value;
  /// Every use is in `uses`: nothing out of sight refers to the buffer.
  bool isFollowed = false;
  /// The op that frees this buffer and no other; null if there is none, or if
  /// it does more than that.
  mlir::Operation *deallocation = nullptr;
  /// May be freed by some op, be it `deallocation` or another.
  bool isFreed = false;
  /// Through all names, in program order, without `deallocation`.
  llvm::SmallVector<mlir::OpOperand *> uses;

  mlir::Operation *getAllocation() const { return value.getDefiningOp(); }
  mlir::Block *getBlock() const { return getAllocation()->getBlock(); }
  /// Whether it is allocated and freed in the same block.
  bool isFreedInBlock() const {
    return deallocation && deallocation->getBlock() == getBlock();
  }
  /// The first and the last op of `block` with a use in it or below it; null if
  /// there are no uses, or uses elsewhere.
  mlir::Operation *getFirstUse(mlir::Block *block) const;
  mlir::Operation *getLastUse(mlir::Block *block) const;
};

/// Linear in the size of the function.
class BufferUses {
public:
  BufferUses(mlir::FunctionOpInterface function, const BufferOrigins &origins);

  /// Null for what is not a plain allocation of this function.
  const BufferInfo *lookup(mlir::Value value) const;
  /// In program order.
  llvm::ArrayRef<BufferInfo> getBuffers() const { return buffers; }

  const BufferOrigins &getOrigins() const { return origins; }

private:
  void addUse(mlir::OpOperand &use);

  const BufferOrigins &origins;
  llvm::SmallVector<BufferInfo> buffers;
  /// From roots to positions in `buffers`.
  llvm::DenseMap<unsigned, unsigned> positions;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_BUFFERUSES_H
