//===- Certificate.h - why budgets are proven, to be checked -----*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the certificate of proven budgets, schema
// `langone-budget-certificate/1`: what each function allocates, frees and
// calls, in which order and under which control flow, with the peaks that
// follow from it. `langone-plan --check` derives them again.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_CERTIFICATE_H
#define LANGONE_RESOURCE_ANALYSIS_CERTIFICATE_H

#include "mlir/Support/LLVM.h"

namespace mlir {
class Operation;
}

namespace langone::resource {

class FootprintAnalysis;

/// Writes the certificate of all functions of `module` with a finite bound, and
/// of their budgets where these are proven. All numbers are bytes. The text
/// ends in a newline and depends on the module alone.
void writeBudgetCertificate(const FootprintAnalysis &analysis,
                            mlir::Operation *module, llvm::raw_ostream &os);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_CERTIFICATE_H
