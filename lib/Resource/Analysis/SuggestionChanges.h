//===- SuggestionChanges.h - changes worth trying ----------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the kinds of changes: for each one a function that finds where it can be
// made without changing what the program computes, as far as the analysis sees,
// and how. What a change saves is not known here.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_SUGGESTIONCHANGES_H
#define LANGONE_RESOURCE_ANALYSIS_SUGGESTIONCHANGES_H

#include "BufferUses.h"
#include "langone/Resource/Analysis/Suggestions.h"

namespace langone::resource {

struct Change {
  SuggestionKind kind;
  /// The op whose place in the program decides ties.
  mlir::Operation *subject;
  mlir::Location location;
  std::string message;
  std::function<void(const mlir::IRMapping &)> apply;
};

using Changes = llvm::SmallVectorImpl<Change>;

/// Adds the changes of one kind that have to do with `buffer`.
using FindBufferChangesFn = void (*)(const BufferInfo &buffer,
                                     const BufferUses &uses, Changes &changes);

// Of when a buffer lives (SuggestionLifetimes.cpp).
void findFreeEarlier(const BufferInfo &, const BufferUses &, Changes &);
void findFreeLeaked(const BufferInfo &, const BufferUses &, Changes &);
void findAllocateLater(const BufferInfo &, const BufferUses &, Changes &);
void findMoveIntoBranch(const BufferInfo &, const BufferUses &, Changes &);

// Of two buffers that can be one (SuggestionReuse.cpp).
void findReuseInPlace(const BufferInfo &, const BufferUses &, Changes &);
void findDropCopy(const BufferInfo &, const BufferUses &, Changes &);

// What if (SuggestionWhatIf.cpp).
void findLowerPrecision(const BufferInfo &, const BufferUses &, Changes &);

/// Adds the split of `loop` if it runs in parallel with known bounds.
void findSplitLoop(mlir::Operation *loop, Changes &changes);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_SUGGESTIONCHANGES_H
