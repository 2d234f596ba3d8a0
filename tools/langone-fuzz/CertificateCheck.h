//===- CertificateCheck.h - certificates against their checker ---*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what must hold for certificates: the checker of langone-plan, which
// shares nothing with the analysis, accepts what was written, before planning
// and after, and nothing in which a number was changed, not even with a digest
// that fits if it is a peak. After planning that includes what lies where.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_FUZZ_CERTIFICATECHECK_H
#define LANGONE_FUZZ_CERTIFICATECHECK_H

#include "Executions.h"

namespace langone::fuzz {

resource::test::Violations
checkCertificates(resource::test::TestContext &context,
                  resource::test::Subject &subject);

} // namespace langone::fuzz

#endif // LANGONE_FUZZ_CERTIFICATECHECK_H
