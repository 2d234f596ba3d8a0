//===- Witness.h - a peak as notes of a diagnostic ---------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how a refusal tells where the memory goes, be it heap or stack.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_WITNESS_H
#define LANGONE_RESOURCE_TRANSFORMS_WITNESS_H

#include "langone/Resource/Analysis/Footprint.h"

#include "mlir/IR/Diagnostics.h"

namespace langone::resource {

/// Notes for the point, the calls that lead there, and the buffers live there:
/// the `maxBuffers` largest ones, all of them for 0.
void attachWitness(mlir::InFlightDiagnostic &diagnostic, const PeakPoint &peak,
                   unsigned maxBuffers);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_WITNESS_H
