//===- NativeCheck.h - compiled programs against the interpreter -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what must hold for machine code: as written and as planned, a program
// shows what the interpreter showed, frees what it freed, and never holds more
// than the analysis says.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_FUZZ_NATIVECHECK_H
#define LANGONE_FUZZ_NATIVECHECK_H

#include "Executions.h"

namespace langone::fuzz {

resource::test::Violations checkNative(resource::test::TestContext &context,
                                       resource::test::Subject &subject);

} // namespace langone::fuzz

#endif // LANGONE_FUZZ_NATIVECHECK_H
