//===- Certificate.h - why budgets are proven, to be checked -----*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the certificate of proven budgets, schema
// `langone-budget-certificate/1`: what each function allocates, frees, places
// and calls, in which order and under which control flow, with the peaks that
// follow from it. `langone-plan --check` derives them again, and that what lies
// in one arena does not overlap. docs/Verdicts.md describes it.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_CERTIFICATE_H
#define LANGONE_RESOURCE_ANALYSIS_CERTIFICATE_H

#include "mlir/Support/LLVM.h"

#include <string>

namespace mlir {
class Operation;
}
namespace llvm::json {
class Object;
}

namespace langone::resource {

class FootprintAnalysis;

/// The text of a certificate with its digest; `certificate` has all other
/// members.
std::string sealBudgetCertificate(llvm::json::Object certificate);

/// Writes the certificate of all functions of `module` with a finite bound, and
/// of their budgets where these are proven. All numbers are bytes. The text
/// ends in a newline and depends on the module alone.
void writeBudgetCertificate(const FootprintAnalysis &analysis,
                            mlir::Operation *module, llvm::raw_ostream &os);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_CERTIFICATE_H
