//===- SymbolicFootprint.cpp - the peak as an expression ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/SymbolicFootprint.h"

#include "langone/Resource/Analysis/BufferSize.h"
#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace langone::resource {

namespace {

/// Follows one expression through code in which it is exact. Linear.
class SymbolicWalk {
public:
  SymbolicWalk(FunctionOpInterface function, const FootprintAnalysis &footprint)
      : function(function), footprint(footprint),
        origins(footprint.getOrigins(function)),
        sizes(footprint.getSizes(function)) {}

  bool run() { return walk(function.getFunctionBody()); }

  /// More are not worth evaluating at run time.
  static constexpr unsigned kMaxPoints = 32;
  llvm::SetVector<AffineExpr> points;

private:
  bool walk(Region &region) {
    if (region.empty())
      return true;
    return region.hasOneBlock() &&
           llvm::all_of(region.front(),
                        [&](Operation &op) { return walk(&op); });
  }

  bool walk(Operation *op) {
    if (isCallBoundary(op))
      return true;
    if (auto call = dyn_cast<CallOpInterface>(op))
      return walk(call);
    MemoryEvents events = getMemoryEvents(op);
    if (events.allocatesUnknown || events.freesUnknown)
      return false;
    for (Value buffer : events.allocated) {
      AffineExpr bytes = getBytes(buffer);
      if (!bytes || !isPlainAllocation(op))
        return false;
      live.push_back(bytes);
      points.insert(sum());
      if (points.size() > kMaxPoints)
        return false;
    }
    for (Value buffer : events.freed)
      if (!release(op, buffer))
        return false;
    return walkRegions(op);
  }

  /// Regions that give back what they take, however often they execute.
  bool walkRegions(Operation *op) {
    bool isSequential = getRegionExecution(op) == RegionExecution::Sequential;
    for (Region &region : op->getRegions()) {
      SmallVector<AffineExpr> before = live;
      size_t numPoints = points.size();
      if (!walk(region) || live != before ||
          (!isSequential && points.size() != numPoints))
        return false;
    }
    return true;
  }

  bool walk(CallOpInterface call) {
    auto callee = dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
    if (!callee || callee.isExternal() ||
        getRegionExecution(call) == RegionExecution::Asynchronous)
      return false;
    Footprint cost = footprint.getFunction(callee);
    // A slice is part of the caller's arena.
    auto plan = getResourceAttr<PlanAttr>(callee, ResourceDialect::kPlan);
    if (plan && plan.getPlacement() == ArenaPlacement::Argument && cost.upper) {
      *cost.upper -= std::min(*cost.upper, cost.plannedArena);
      cost.lower -= std::min(cost.lower, cost.plannedArena);
    }
    CallAliasing aliasing = footprint.getOrigins(callee).getAliasing();
    if (cost.upper != UpperBytes(cost.lower) ||
        cost.retained != UpperBytes(0) || aliasing.freesUnknown ||
        llvm::is_contained(aliasing.freed, true) ||
        cost.lower > static_cast<uint64_t>(INT64_MAX))
      return false;
    if (cost.lower != 0)
      points.insert(sum() + static_cast<int64_t>(cost.lower));
    return points.size() <= kMaxPoints;
  }

  bool release(Operation *op, Value buffer) {
    const OriginSet &set = origins.lookup(buffer);
    if (set.unknown || set.roots.size() != 1 || op->getNumResults() != 0)
      return false;
    const BufferRoot &root = origins.getRoots()[set.roots.front()];
    if (root.kind == BufferRoot::Kind::Argument)
      return true;
    AffineExpr bytes = root.kind == BufferRoot::Kind::Allocation
                           ? getBytes(root.value)
                           : AffineExpr();
    auto *it = llvm::find(live, bytes);
    if (!bytes || it == live.end())
      return false;
    live.erase(it);
    return true;
  }

  AffineExpr sum() {
    // An arena from outside is live all the time.
    AffineExpr total = sizes.getSymbols().getConstant(
        static_cast<int64_t>(footprint.getFunction(function).plannedArena));
    for (AffineExpr bytes : live)
      total = total + bytes;
    return total;
  }

  AffineExpr getBytes(Value buffer) {
    BufferBytes bytes = sizes.getBytes(buffer);
    if (bytes.symbolic && sizes.getSymbols().isKnownAtEntry(bytes.symbolic))
      return bytes.symbolic;
    bool isOne = bytes.upper == UpperBytes(bytes.lower) &&
                 bytes.lower <= static_cast<uint64_t>(INT64_MAX);
    return isOne ? sizes.getSymbols().getConstant(
                       static_cast<int64_t>(bytes.lower))
                 : getUnboundedBytes(buffer);
  }

  // Without a bound the product may not fit into 64 bits, which whoever
  // evaluates it has to notice. A negative size allocates nothing where it is
  // not undefined.
  AffineExpr getUnboundedBytes(Value buffer) {
    auto type = dyn_cast<MemRefType>(buffer.getType());
    Operation *op = buffer.getDefiningOp();
    std::optional<ValueRange> dynamic = op ? getDynamicSizes(op) : std::nullopt;
    std::optional<uint64_t> element =
        type ? getElementBytes(type.getElementType(), DataLayout::closest(op))
             : std::nullopt;
    if (!dynamic || !element || !type.getLayout().isIdentity())
      return {};
    SizeSymbols &symbols = sizes.getSymbols();
    AffineExpr bytes = symbols.getConstant(static_cast<int64_t>(*element));
    auto next = dynamic->begin();
    for (int64_t size : type.getShape()) {
      AffineExpr factor =
          ShapedType::isDynamic(size)
              ? symbols.getMax({sizes.getExpr(*next++), symbols.getConstant(0)})
              : symbols.getConstant(size);
      bytes = bytes * factor;
    }
    return symbols.isKnownAtEntry(bytes) ? bytes : AffineExpr();
  }

  FunctionOpInterface function;
  const FootprintAnalysis &footprint;
  const BufferOrigins &origins;
  const SizeBounds &sizes;
  /// Bytes of each live buffer, oldest first: sums of products do not simplify
  /// well enough to take a part away again.
  SmallVector<AffineExpr> live;
};

} // namespace

SmallVector<AffineExpr>
getSymbolicFootprint(FunctionOpInterface function,
                     const FootprintAnalysis &footprint) {
  SymbolicWalk walk(function, footprint);
  if (!walk.run())
    return {};
  return walk.points.takeVector();
}

} // namespace langone::resource
