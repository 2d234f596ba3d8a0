//===- FootprintWitness.cpp - a peak, told to people ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the way back from a peak to the buffers that are live there: the path to
// the peak is replayed, what is still live at its end is the witness.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;

namespace langone::resource {

LiveBuffer FootprintWalker::describe(const Event &event, uint64_t bytes) const {
  LiveBuffer live{"", bytes, Type(), event.op->getLoc(), std::nullopt};
  llvm::raw_string_ostream site(live.site);
  site << functionName << '#';
  if (event.kind == Event::Kind::Repeat) {
    site << "iterations";
  } else if (event.kind == Event::Kind::Start) {
    site << "task";
  } else if (event.kind == Event::Kind::Retain) {
    auto call = cast<CallOpInterface>(event.op);
    if (auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee()))
      site << symbol.getLeafReference().getValue();
    else
      site << "call";
  } else {
    const BufferRoot &root =
        origins.getRoots()[*origins.getRootIndex(event.buffer)];
    site << (root.kind == BufferRoot::Kind::Argument ? "arg" : "")
         << root.number;
    live.type = event.buffer.getType();
    if (root.lastUse)
      live.lastUsedAt = root.lastUse->getLoc();
    AffineExpr symbolic = sizes.getBytes(event.buffer).symbolic;
    if (symbolic && !isa<AffineConstantExpr>(symbolic))
      live.symbolicBytes = sizes.getSymbols().toString(symbolic);
  }
  return live;
}

SmallVector<LiveBuffer> FootprintWalker::liveOn(const Event *path) const {
  SmallVector<const Event *> order;
  for (const Event *event = path; event; event = event->previous)
    order.push_back(event);

  // Live events with their bytes, findable by what a deallocation names.
  llvm::MapVector<const Event *, uint64_t> live;
  DenseMap<Value, SmallVector<const Event *, 1>> byBuffer;
  DenseMap<Operation *, const Event *> byCall;
  // Takes up to `bytes` from what is live of `root`; gives what is left to
  // take. A buffer that may be another, smaller one goes in part.
  auto take = [&](const BufferRoot &root, uint64_t bytes) {
    SmallVector<const Event *, 1> candidates = byBuffer.lookup(root.value);
    if (root.kind == BufferRoot::Kind::CallResult)
      candidates.assign(1, byCall.lookup(root.value.getDefiningOp()));
    for (const Event *event : llvm::reverse(candidates)) {
      if (!event)
        continue;
      uint64_t taken = std::min(live[event], bytes);
      live[event] -= taken;
      bytes -= taken;
    }
    return bytes;
  };
  for (const Event *event : llvm::reverse(order)) {
    if (event->kind == Event::Kind::Free) {
      uint64_t bytes = event->bytes;
      for (unsigned index : origins.lookup(event->buffer).roots)
        bytes = take(origins.getRoots()[index], bytes);
      continue;
    }
    if (event->kind == Event::Kind::End) {
      if (const Event *task = byCall.lookup(event->op))
        live[task] -= std::min(live[task], event->bytes);
      continue;
    }
    live[event] = event->bytes;
    if (event->kind == Event::Kind::Allocate)
      byBuffer[event->buffer].push_back(event);
    else if (event->kind != Event::Kind::Repeat)
      byCall[event->op] = event;
  }
  SmallVector<LiveBuffer> buffers;
  for (auto [event, bytes] : live)
    if (bytes != 0)
      buffers.push_back(describe(*event, bytes));
  return buffers;
}

void sortBySize(SmallVector<LiveBuffer> &buffers) {
  SmallVector<size_t> order =
      llvm::to_vector(llvm::seq<size_t>(buffers.size()));
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::make_pair(buffers[b].bytes, a) <
           std::make_pair(buffers[a].bytes, b);
  });
  buffers = llvm::map_to_vector(order, [&](size_t i) { return buffers[i]; });
}

PeakPtr FootprintWalker::describe(const Peak &peak) const {
  if (!peak.op)
    return nullptr;
  auto point = std::make_shared<PeakPoint>(
      PeakPoint{peak.op->getLoc(), liveOn(peak.path)});
  sortBySize(point->live);
  if (PeakPtr inner = peak.inside ? *peak.inside : nullptr) {
    point->call = point->location;
    point->location = inner->location;
    point->callee = std::move(inner);
  }
  return point;
}

SmallVector<Location> PeakPoint::getCallChain() const {
  SmallVector<Location> chain;
  for (const PeakPoint *point = this; point->callee;
       point = point->callee.get())
    chain.push_back(*point->call);
  return chain;
}

SmallVector<LiveBuffer> PeakPoint::getLive() const {
  SmallVector<LiveBuffer> all;
  for (const PeakPoint *point = this; point; point = point->callee.get())
    all.append(point->live);
  sortBySize(all);
  return all;
}

} // namespace langone::resource
