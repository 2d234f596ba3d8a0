//===- Suggestions.h - which single change saves how much --------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the search for single changes of a program that lower the peak of a
// function or scope. Each change is made in a copy of the module, and the
// footprint analysis of that copy says what it saves; there are no formulas
// here. It changes nothing itself, and decides nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_SUGGESTIONS_H
#define LANGONE_RESOURCE_ANALYSIS_SUGGESTIONS_H

#include "langone/Resource/Analysis/Footprint.h"

#include "mlir/IR/IRMapping.h"

#include <functional>
#include <vector>

namespace langone::resource {

enum class SuggestionKind {
  FreeEarlier,    ///< right after the last use
  FreeLeaked,     ///< what nobody frees and nothing refers to any more
  AllocateLater,  ///< right before the first use
  MoveIntoBranch, ///< allocate and free in the only branch with a use
  ReuseInPlace,   ///< the result of an elementwise op lies in its operand
  DropCopy,       ///< use the original instead of the copy
  SplitLoop,      ///< a parallel loop as two, one after the other
  LowerPrecision, ///< elements of half the width; changes what is computed
};

/// The estimate that a suggestion lowers. A refusal rests on the lower one.
enum class Estimate { Upper, Lower };

struct Suggestion {
  SuggestionKind kind;
  /// Where the change is to be made.
  mlir::Location location;
  /// What to do: "free f#1 here, right after its last use". Names are sites, as
  /// in LiveBuffer.
  std::string message;
  /// Bytes by which the estimate falls; never 0.
  uint64_t savedBytes;
  /// The estimate after the change, in bytes.
  uint64_t newPeak;
  /// Both estimates of the scope after the change.
  UpperBytes upper;
  uint64_t lower;
  /// Makes the change in a copy of the module, given the map from the original
  /// to the copy.
  std::function<void(const mlir::IRMapping &)> apply;

  /// Whether the program computes the same after the change.
  bool keepsMeaning() const { return kind != SuggestionKind::LowerPrecision; }
};

/// What all searches within one module may cost together. Each change that is
/// tried costs a copy and an analysis of the module.
struct SuggestionEffort {
  /// Ops that may still be copied and analysed; 0 once a search had to stop.
  uint64_t opsLeft = 500000;
};

/// Suggestions for functions, as reports hold them.
using FunctionSuggestions =
    llvm::MapVector<mlir::Operation *, std::vector<Suggestion>>;

/// The single changes that lower `estimate` of `scope`, a function or what
/// FootprintAnalysis::getScope takes: at most `maxSuggestions`, the largest
/// saving first, ties in the order of the program. Of the changes that do not
/// keep the meaning only the best is kept.
///
/// Looks at the largest buffers that are live at the peak, and at parallel
/// loops that lead there; takes from `effort`, and stops when it is spent.
/// Deterministic. Not safe to call while another thread reads the module, since
/// the order of ops within their blocks is cached.
std::vector<Suggestion> findSuggestions(const FootprintAnalysis &analysis,
                                        mlir::Operation *scope,
                                        Estimate estimate,
                                        unsigned maxSuggestions,
                                        SuggestionEffort &effort);

/// What a suggestion says about its numbers: "saves 64 bytes, the peak is then
/// 128 bytes".
std::string describeSavings(const Suggestion &suggestion);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_SUGGESTIONS_H
