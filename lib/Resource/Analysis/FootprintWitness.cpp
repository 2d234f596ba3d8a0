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
#include "llvm/ADT/SmallPtrSet.h"
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

namespace {

/// What is live on a path. A deallocation that may be of several buffers takes
/// its bytes from those that are there; where none is left, an earlier one that
/// had a choice takes from another instead (augmenting paths, as in a maximum
/// flow of Ford and Fulkerson, 1956).
template <typename Event> class LiveEvents {
public:
  void add(const Event *event, uint64_t bytes) { live[event] = bytes; }

  /// Takes up to `bytes` from `sources`, the first ones first.
  void free(const Event *event, ArrayRef<const Event *> sources,
            uint64_t bytes) {
    choices[event].assign(sources.begin(), sources.end());
    SmallPtrSet<const Event *, 8> visited;
    take(event, bytes, visited);
  }

  void drop(const Event *event, uint64_t bytes) {
    live[event] -= std::min(live[event], bytes);
  }

  auto begin() const { return live.begin(); }
  auto end() const { return live.end(); }

private:
  struct Taken {
    const Event *by;
    uint64_t bytes;
  };

  /// How much of `bytes` it got.
  uint64_t take(const Event *event, uint64_t bytes,
                SmallPtrSetImpl<const Event *> &visited) {
    uint64_t wanted = bytes;
    for (const Event *source : choices[event]) {
      uint64_t found = std::min(live[source], wanted);
      live[source] -= found;
      note(source, event, found);
      wanted -= found;
    }
    for (const Event *source : choices[event]) {
      if (wanted == 0 || !visited.insert(source).second)
        continue;
      for (size_t index = 0; index < taken[source].size() && wanted != 0;
           ++index) {
        Taken other = taken[source][index];
        if (other.by == event)
          continue;
        uint64_t moved = take(other.by, std::min(other.bytes, wanted), visited);
        taken[source][index].bytes -= moved;
        note(source, event, moved);
        wanted -= moved;
      }
    }
    return bytes - wanted;
  }

  void note(const Event *source, const Event *by, uint64_t bytes) {
    if (bytes != 0)
      taken[source].push_back({by, bytes});
  }

  /// In the order of the path.
  llvm::MapVector<const Event *, uint64_t> live;
  DenseMap<const Event *, SmallVector<const Event *, 1>> choices;
  DenseMap<const Event *, SmallVector<Taken, 1>> taken;
};

} // namespace

SmallVector<LiveBuffer> FootprintWalker::liveOn(const Event *path) const {
  SmallVector<const Event *> order;
  for (const Event *event = path; event; event = event->previous)
    order.push_back(event);

  // Findable by what a deallocation names. What was handed over to a call may
  // be part of what the call has left.
  LiveEvents<Event> live;
  DenseMap<Value, SmallVector<const Event *, 1>> byBuffer;
  DenseMap<Operation *, const Event *> byCall;
  DenseMap<Value, SmallVector<Operation *, 1>> handedTo;
  for (const Event *event : llvm::reverse(order)) {
    if (event->kind == Event::Kind::Free) {
      SmallVector<const Event *> sources;
      auto addCall = [&](Operation *call) {
        if (const Event *left = byCall.lookup(call))
          sources.push_back(left);
      };
      bool isHandedOver = isa<CallOpInterface>(event->op);
      for (unsigned index : origins.lookup(event->buffer).roots) {
        const BufferRoot &root = origins.getRoots()[index];
        if (root.kind == BufferRoot::Kind::CallResult)
          addCall(root.value.getDefiningOp());
        else
          llvm::append_range(sources, llvm::reverse(byBuffer[root.value]));
        llvm::for_each(llvm::reverse(handedTo[root.value]), addCall);
        if (isHandedOver)
          handedTo[root.value].push_back(event->op);
      }
      live.free(event, sources, event->bytes);
      continue;
    }
    if (event->kind == Event::Kind::End) {
      if (const Event *task = byCall.lookup(event->op))
        live.drop(task, event->bytes);
      continue;
    }
    live.add(event, event->bytes);
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
