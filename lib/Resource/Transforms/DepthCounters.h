//===- DepthCounters.h - recursion that counts itself ------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the check at run time of declared recursion depths. The depth is an
// argument: it belongs to the activation, whichever thread runs it.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_DEPTHCOUNTERS_H
#define LANGONE_RESOURCE_TRANSFORMS_DEPTHCOUNTERS_H

namespace langone::resource {

class CallStructure;

/// Splits each function of a cycle whose depth is declared and not proven into
/// itself, which begins with depth 1, and `<name>_at_depth`, which checks the
/// depth and hands on one more.
void insertDepthCounters(const CallStructure &calls);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_DEPTHCOUNTERS_H
