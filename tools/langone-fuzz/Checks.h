//===- Checks.h - what a campaign asks of a program --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the list of checks by name, and the result of all of them on one
// program.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_FUZZ_CHECKS_H
#define LANGONE_FUZZ_CHECKS_H

#include "Estimates.h"

namespace langone::fuzz {

struct Check {
  llvm::StringLiteral name;
  llvm::StringLiteral description;
  resource::test::Violations (*run)(resource::test::TestContext &,
                                    resource::test::Subject &);
};

llvm::ArrayRef<Check> getChecks();

/// What is wrong with the program of a subject, by the checks with one of the
/// names; by all if there are none.
resource::test::Violations checkSubject(resource::test::TestContext &context,
                                        resource::test::Subject &subject,
                                        llvm::ArrayRef<std::string> names);

} // namespace langone::fuzz

#endif // LANGONE_FUZZ_CHECKS_H
