//===- Witness.cpp - a peak as notes of a diagnostic ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Witness.h"

using namespace mlir;

namespace langone::resource {

static void attachBuffer(InFlightDiagnostic &diagnostic,
                         const LiveBuffer &live) {
  Diagnostic &note = diagnostic.attachNote(live.allocatedAt);
  note << live.bytes << " bytes: ";
  if (live.type)
    note << live.type << " allocated here";
  else
    note << live.site;
  note << " (" << live.site << ")";
  if (live.lastUsedAt && *live.lastUsedAt != live.allocatedAt)
    diagnostic.attachNote(*live.lastUsedAt)
        << "last use of " << live.site << " is here";
}

void attachWitness(InFlightDiagnostic &diagnostic, const PeakPoint &peak,
                   unsigned maxBuffers) {
  SmallVector<LiveBuffer> buffers = peak.getLive();
  SmallVector<Location> callChain = peak.getCallChain();
  diagnostic.attachNote(peak.location)
      << "the peak is reached here, with " << buffers.size() << " buffers live";
  for (Location call : llvm::reverse(callChain))
    diagnostic.attachNote(call) << "called from here";
  size_t shown = maxBuffers == 0 ? buffers.size()
                                 : std::min<size_t>(maxBuffers, buffers.size());
  for (const LiveBuffer &live : ArrayRef(buffers).take_front(shown))
    attachBuffer(diagnostic, live);
  if (shown == buffers.size())
    return;
  uint64_t rest = 0;
  for (const LiveBuffer &live : ArrayRef(buffers).drop_front(shown))
    rest += live.bytes;
  diagnostic.attachNote(peak.location)
      << buffers.size() - shown << " more buffers with " << rest << " bytes";
}

} // namespace langone::resource
