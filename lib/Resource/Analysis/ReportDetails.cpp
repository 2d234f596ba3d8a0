//===- ReportDetails.cpp - what a report holds to draw and compare --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReportDetails.h"

#include "langone/Resource/Analysis/MemoryPlan.h"
#include "langone/Resource/Analysis/Report.h"

using namespace mlir;

namespace langone::resource {

std::string formatType(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

namespace {

/// The points to show of `timeline`, ascending. Each stretch gives its largest
/// upper and lower estimate and its smallest upper one, so that peaks and dips
/// stay.
SmallVector<size_t> choosePoints(ArrayRef<TimelinePoint> timeline) {
  constexpr size_t kStretches = 128;
  SmallVector<size_t> chosen;
  if (timeline.size() <= 3 * kStretches) {
    llvm::append_range(chosen, llvm::seq<size_t>(timeline.size()));
    return chosen;
  }
  auto upper = [&](size_t i) { return timeline[i].upper.value_or(UINT64_MAX); };
  for (size_t stretch = 0; stretch < kStretches; ++stretch) {
    size_t first = stretch * timeline.size() / kStretches;
    size_t last = (stretch + 1) * timeline.size() / kStretches;
    std::array<size_t, 3> marked = {first, first, first};
    auto &[highest, surest, lowest] = marked;
    for (size_t i = first; i < last; ++i) {
      if (upper(i) > upper(highest))
        highest = i;
      if (timeline[i].lower > timeline[surest].lower)
        surest = i;
      if (upper(i) < upper(lowest))
        lowest = i;
    }
    llvm::sort(marked);
    chosen.append(marked.begin(), llvm::unique(marked));
  }
  return chosen;
}

/// As the footprint names it.
std::string siteOf(const FootprintAnalysis &analysis,
                   FunctionOpInterface function, Operation *owner) {
  std::string site = function.getName().str() + '#';
  if (auto call = dyn_cast<CallOpInterface>(owner)) {
    auto callee = dyn_cast<SymbolRefAttr>(call.getCallableForCallee());
    return callee ? site + callee.getLeafReference().str() : site;
  }
  const BufferOrigins &origins = analysis.getOrigins(function);
  std::optional<unsigned> root = origins.getRootIndex(owner->getResult(0));
  return root ? site + std::to_string(origins.getRoots()[*root].number) : site;
}

} // namespace

llvm::json::Array timelineToJSON(const FootprintAnalysis &analysis,
                                 FunctionOpInterface function) {
  std::vector<TimelinePoint> timeline = analysis.getTimeline(function);
  llvm::json::Array points;
  for (size_t index : choosePoints(timeline)) {
    const TimelinePoint &point = timeline[index];
    llvm::json::Object object{{"location", formatLocation(point.location)},
                              {"bytes_upper", nullptr},
                              {"bytes_lower", point.lower}};
    if (point.upper)
      object["bytes_upper"] = *point.upper;
    points.push_back(std::move(object));
  }
  return points;
}

llvm::json::Array buffersToJSON(const FootprintAnalysis &analysis,
                                FunctionOpInterface function) {
  llvm::json::Array buffers;
  for (const BufferRoot &root : analysis.getOrigins(function).getRoots()) {
    if (root.kind != BufferRoot::Kind::Allocation)
      continue;
    llvm::json::Object object{
        {"site", function.getName().str() + '#' + std::to_string(root.number)},
        {"type", formatType(root.value.getType())},
        {"allocated_at", formatLocation(root.value.getLoc())},
        {"last_used_at", nullptr}};
    if (root.lastUse)
      object["last_used_at"] = formatLocation(root.lastUse->getLoc());
    buffers.push_back(std::move(object));
  }
  return buffers;
}

llvm::json::Array planBuffersToJSON(const FootprintAnalysis &analysis,
                                    const FunctionPlan &plan) {
  llvm::json::Array buffers;
  for (auto [buffer, offset, owner] : llvm::zip_equal(
           plan.problem.buffers, plan.result.solution.offsets, plan.owners))
    buffers.push_back(
        llvm::json::Object{{"site", siteOf(analysis, plan.function, owner)},
                           {"location", formatLocation(owner->getLoc())},
                           {"offset_bytes", offset},
                           {"size_bytes", buffer.size},
                           {"alignment_bytes", buffer.alignment},
                           {"lower", buffer.lower},
                           {"upper", buffer.upper}});
  return buffers;
}

} // namespace langone::resource
