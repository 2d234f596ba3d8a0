//===- SuggestionNotes.cpp - suggestions for people -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SuggestionNotes.h"

using namespace mlir;

namespace langone::resource {

void attachSuggestions(InFlightDiagnostic &diagnostic,
                       ArrayRef<Suggestion> suggestions, uint64_t limit) {
  for (const Suggestion &suggestion : suggestions) {
    Diagnostic &note = diagnostic.attachNote(suggestion.location);
    note << "suggestion: " << suggestion.message << ": "
         << describeSavings(suggestion);
    if (suggestion.upper && *suggestion.upper <= limit)
      note << ", within the budget";
    else if (suggestion.lower > limit)
      note << ", still " << suggestion.lower - limit
           << " bytes above the budget";
    else
      note << ", which leaves the budget GUARDED";
  }
}

void emitSuggestions(ArrayRef<Suggestion> suggestions) {
  for (const Suggestion &suggestion : suggestions)
    emitRemark(suggestion.location) << "suggestion: " << suggestion.message
                                    << ": " << describeSavings(suggestion);
}

} // namespace langone::resource
