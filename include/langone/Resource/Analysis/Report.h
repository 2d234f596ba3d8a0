//===- Report.h - what the analysis found, for people and tools --*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the two forms of a report: the JSON object `langone-report/1` and the
// short table for the terminal.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_REPORT_H
#define LANGONE_RESOURCE_ANALYSIS_REPORT_H

#include "langone/Resource/Analysis/Suggestions.h"

#include "mlir/IR/Location.h"

namespace llvm {
class raw_ostream;
}

namespace langone::resource {

class FootprintAnalysis;
class MemoryPlan;
class StackUsageAnalysis;

/// Writes the JSON report, all numbers in bytes, ending in a newline. `plans`,
/// if not null, is for the module as it is, and has plans without an error. So
/// are `suggestions`, for functions that have some.
void writeReport(const FootprintAnalysis &analysis,
                 const StackUsageAnalysis &stack, mlir::Operation *module,
                 llvm::raw_ostream &os, const MemoryPlan *plans = nullptr,
                 const FunctionSuggestions *suggestions = nullptr);

/// Prints a table with a row for each function and the buffers at its peak.
void printReportTable(const FootprintAnalysis &analysis,
                      mlir::Operation *module, llvm::raw_ostream &os);

/// "file:line:column", or MLIR's own form for other kinds of locations.
std::string formatLocation(mlir::Location location);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_REPORT_H
