//===- SuggestionProperties.h - suggestions against executions ---*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what must hold of a program in which a suggested change is made.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_SUGGESTIONPROPERTIES_H
#define LANGONE_TEST_RESOURCE_SUGGESTIONPROPERTIES_H

#include "Executions.h"

namespace langone::resource::test {

/// The changed program is valid, has the promised peak, and, where the change
/// keeps the meaning, executes without a mistake, sees the same values, and
/// never has more bytes live than promised.
Violations checkSuggestions(TestContext &context, Subject &subject);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_SUGGESTIONPROPERTIES_H
