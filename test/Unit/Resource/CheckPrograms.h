//===- CheckPrograms.h - random programs in unit tests -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the way from environment variables to programs, and from what is wrong
// with them to failures of GoogleTest.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_CHECKPROGRAMS_H
#define LANGONE_TEST_RESOURCE_CHECKPROGRAMS_H

#include "Executions.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace langone::resource::test {

/// Checks LANGONE_PROGRAMS programs (by default, `programs`) from the seed
/// LANGONE_SEED on, and fails with the seed, the program and what is wrong;
/// ends after LANGONE_FAILURES programs that fail.
void checkPrograms(
    unsigned programs,
    llvm::function_ref<Violations(TestContext &, Subject &)> check);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_CHECKPROGRAMS_H
