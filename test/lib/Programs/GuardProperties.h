//===- GuardProperties.h - guards and scopes against executions -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what must hold for budgets that are checked at run time: an execution
// is ended if it would exceed the budget, and otherwise does what it did.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_GUARDPROPERTIES_H
#define LANGONE_TEST_RESOURCE_GUARDPROPERTIES_H

#include "Executions.h"

namespace langone::resource::test {

Violations checkGuards(TestContext &context, Subject &subject);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_GUARDPROPERTIES_H
