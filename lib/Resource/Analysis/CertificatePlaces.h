//===- CertificatePlaces.h - what lies where in an arena ---------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the reading of planned code for a certificate: the views of a function's
// arena, with their bytes and offsets, and which of them an op may use. It does
// not know the plan; what it says is what the code does.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_CERTIFICATEPLACES_H
#define LANGONE_RESOURCE_ANALYSIS_CERTIFICATEPLACES_H

#include "langone/Resource/Analysis/Footprint.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace langone::resource {

class CertificatePlaces {
public:
  struct Place {
    mutable mlir::memref::ViewOp view;
    uint64_t offset;
    uint64_t bytes;
  };

  /// `function` has `plan`.
  CertificatePlaces(const FootprintAnalysis &analysis,
                    mlir::FunctionOpInterface function, PlanAttr plan);

  /// Why the places cannot be told, as a clause; empty if they can.
  llvm::StringRef getObstacle() const { return obstacle; }

  llvm::ArrayRef<Place> getPlaces() const { return places; }
  /// The arena, if it is allocated in the function; null otherwise.
  mlir::Value getAllocation() const { return allocation; }

  /// The number of the place that an op makes.
  std::optional<unsigned> lookup(mlir::Operation *view) const;
  /// The place that `memref` is, if it is one and nothing else.
  std::optional<unsigned> lookup(mlir::Value memref) const;
  /// The places that an op may use, ascending.
  llvm::SmallVector<unsigned> getUses(mlir::Operation *op) const;
  /// Those that are made within a block, ascending.
  llvm::SmallVector<unsigned> getMadeIn(mlir::Block &block) const;

private:
  void findArena(mlir::FunctionOpInterface function, PlanAttr plan);
  void addView(mlir::memref::ViewOp view, const SizeBounds &sizes);
  void reject(llvm::StringRef why);

  std::string obstacle;
  mlir::Value allocation;
  llvm::SmallVector<mlir::Value> arenas;
  llvm::SmallVector<Place> places;
  llvm::DenseMap<mlir::Operation *, unsigned> numbers;
  std::optional<BufferOrigins> origins;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_CERTIFICATEPLACES_H
