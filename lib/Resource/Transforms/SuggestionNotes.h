//===- SuggestionNotes.h - suggestions for people ----------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how suggestions are told in diagnostics.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_SUGGESTIONNOTES_H
#define LANGONE_RESOURCE_TRANSFORMS_SUGGESTIONNOTES_H

#include "langone/Resource/Analysis/Suggestions.h"

#include "mlir/IR/Diagnostics.h"

namespace langone::resource {

/// A note for each suggestion, with what is then left to a budget of `limit`
/// bytes.
void attachSuggestions(mlir::InFlightDiagnostic &diagnostic,
                       llvm::ArrayRef<Suggestion> suggestions, uint64_t limit);

/// A remark for each suggestion.
void emitSuggestions(llvm::ArrayRef<Suggestion> suggestions);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_SUGGESTIONNOTES_H
