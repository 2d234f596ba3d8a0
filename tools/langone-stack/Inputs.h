//===- Inputs.h - what the user tells besides objects ------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the reading of sizes, costs, targets and reports. Errors name the file
// and, in text files, the line.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_STACK_INPUTS_H
#define LANGONE_STACK_INPUTS_H

#include "CallGraph.h"

namespace langone::stack {

/// A function to check, maybe against a limit in bytes.
struct Request {
  std::string name;
  std::optional<uint64_t> limit;
};

/// "4096", "4KiB" or "4 KiB", with the units of the dialect's sizes, in bytes.
llvm::Expected<uint64_t> parseSize(llvm::StringRef text);

/// Adds "NAME=BYTES" to `numbers`; BYTES as of parseSize, for `isCount` a plain
/// positive number.
llvm::Error addAssignment(llvm::StringRef text, bool isCount,
                          llvm::StringMap<uint64_t> &numbers);

/// Adds the costs of a file: lines "NAME,BYTES", or what `langone-stack --json`
/// wrote about a library.
llvm::Error readCosts(llvm::StringRef path, llvm::StringMap<uint64_t> &costs);

/// Adds the lines "CALLER,CALLEE" of a file.
llvm::Error readTargets(llvm::StringRef path,
                        llvm::StringMap<std::vector<std::string>> &targets);

/// The stack limits of a report of langone-analyze-resources.
llvm::Expected<std::vector<Request>> readReport(llvm::StringRef path);

} // namespace langone::stack

#endif // LANGONE_STACK_INPUTS_H
