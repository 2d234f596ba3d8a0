//===- Report.cpp - what the analysis found, for people and tools ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/Report.h"

#include "ReportDetails.h"
#include "langone/Resource/Analysis/Footprint.h"
#include "langone/Resource/Analysis/MemoryPlan.h"
#include "langone/Resource/Analysis/StackUsage.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace langone::resource {

std::string formatLocation(Location location) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto file = location->findInstanceOf<FileLineColLoc>())
    os << file.getFilename().getValue() << ':' << file.getLine() << ':'
       << file.getColumn();
  else
    os << location;
  return text;
}

namespace {

llvm::json::Value toJSON(UpperBytes bytes) {
  return bytes ? llvm::json::Value(*bytes) : llvm::json::Value(nullptr);
}

llvm::json::Object toJSON(const LiveBuffer &live) {
  llvm::json::Object object{{"site", live.site},
                            {"bytes", live.bytes},
                            {"type", nullptr},
                            {"allocated_at", formatLocation(live.allocatedAt)},
                            {"last_used_at", nullptr}};
  if (!live.symbolicBytes.empty())
    object["bytes_symbolic"] = live.symbolicBytes;
  if (live.type)
    object["type"] = formatType(live.type);
  if (live.lastUsedAt)
    object["last_used_at"] = formatLocation(*live.lastUsedAt);
  return object;
}

llvm::json::Value toJSON(const PeakPtr &peak) {
  if (!peak)
    return nullptr;
  llvm::json::Array callChain, live;
  for (Location call : peak->getCallChain())
    callChain.push_back(formatLocation(call));
  for (const LiveBuffer &buffer : peak->getLive())
    live.push_back(toJSON(buffer));
  return llvm::json::Object{{"location", formatLocation(peak->location)},
                            {"call_chain", std::move(callChain)},
                            {"live", std::move(live)}};
}

llvm::json::Object toJSON(PlanAttr plan) {
  llvm::json::Object object{
      {"arena_bytes", toJSON(plan.getArenaUpper())},
      {"alignment_bytes", plan.getAlignment()},
      {"lower_bound_bytes", plan.getLowerBound()},
      {"gap_bytes", nullptr},
      {"placement", stringifyArenaPlacement(plan.getPlacement())},
      {"status", stringifyPlanStatus(plan.getStatus())}};
  if (plan.getArenaUpper())
    object["gap_bytes"] = *plan.getArenaUpper() - plan.getLowerBound();
  if (plan.getLeast())
    object["arena_least_bytes"] = *plan.getLeast();
  return object;
}

/// The plan that is about to be carried out, or else the one that was.
llvm::json::Value planToJSON(const FootprintAnalysis &analysis,
                             FunctionOpInterface function,
                             const MemoryPlan *plans) {
  const FunctionPlan *plan = plans ? plans->lookup(function) : nullptr;
  if (plan && !plan->isEmpty()) {
    llvm::json::Object object = toJSON(plans->getAttr(*plan));
    object["buffers"] = planBuffersToJSON(analysis, *plan);
    return object;
  }
  if (auto done = getResourceAttr<PlanAttr>(function, ResourceDialect::kPlan))
    return toJSON(done);
  return nullptr;
}

/// The bytes at the peak as an expression over the values at entry; null if one
/// of the buffers there is not exactly known, or if nothing depends on them.
llvm::json::Value getSymbolicPeak(const PeakPtr &peak) {
  if (!peak || peak->callee)
    return nullptr;
  std::string text;
  uint64_t constant = 0;
  for (const LiveBuffer &live : peak->live) {
    auto type = dyn_cast_if_present<MemRefType>(live.type);
    if (!type || (!type.hasStaticShape() && live.symbolicBytes.empty()))
      return nullptr;
    if (live.symbolicBytes.empty())
      constant += live.bytes;
    else
      text += (text.empty() ? "" : " + ") + live.symbolicBytes;
  }
  if (text.empty())
    return nullptr;
  return constant == 0 ? text : text + " + " + std::to_string(constant);
}

llvm::json::Value toJSON(ArrayRef<EntryAssumption> assumptions) {
  auto toValue = [](std::optional<int64_t> bound) {
    return bound ? llvm::json::Value(*bound) : llvm::json::Value(nullptr);
  };
  llvm::json::Array array;
  for (const EntryAssumption &assumption : assumptions) {
    llvm::json::Object object{{"argument", assumption.argument},
                              {"dim", nullptr},
                              {"lower", toValue(assumption.bounds.lower)},
                              {"upper", toValue(assumption.bounds.upper)}};
    if (assumption.dim != SizeLeaf::kNoDim)
      object["dim"] = assumption.dim;
    array.push_back(std::move(object));
  }
  return array;
}

llvm::json::Array toJSON(ArrayRef<UnboundedReason> reasons) {
  llvm::json::Array array;
  for (const UnboundedReason &reason : reasons)
    array.push_back(
        llvm::json::Object{{"location", formatLocation(reason.location)},
                           {"message", reason.message}});
  return array;
}

llvm::json::Array toJSON(ArrayRef<Suggestion> suggestions) {
  llvm::json::Array array;
  for (const Suggestion &suggestion : suggestions)
    array.push_back(
        llvm::json::Object{{"location", formatLocation(suggestion.location)},
                           {"message", suggestion.message},
                           {"new_peak_bytes", suggestion.newPeak},
                           {"saved_bytes", suggestion.savedBytes}});
  return array;
}

/// What IR knows about the stack of `function`: automatic memory, no frames.
void addStack(const StackUsage &usage, FunctionOpInterface function,
              llvm::json::Object &object) {
  object["stack_budget_bytes"] = nullptr;
  object["stack_verdict"] = nullptr;
  object["stack_peak_bytes"] = toJSON(usage.upper);
  object["stack_lower_bound_bytes"] = usage.lower;
  object["stack_peak"] = toJSON(usage.getPeak());
  object["stack_unbounded"] = toJSON(usage.reasons);
  auto budget = getResourceAttr<MemoryBudgetAttr>(
      function, ResourceDialect::kMemoryBudget);
  if (budget && budget.getStack())
    object["stack_budget_bytes"] = *budget.getStack();
  if (auto verdict = getResourceAttr<VerdictAttr>(
          function, ResourceDialect::kStackVerdict))
    object["stack_verdict"] = stringifyVerdictKind(verdict.getKind());
}

llvm::json::Object toJSON(const FootprintAnalysis &analysis,
                          const StackUsageAnalysis &stack,
                          FunctionOpInterface function,
                          const MemoryPlan *plans) {
  const Footprint &footprint = analysis.getFunction(function);
  llvm::json::Object object{
      {"name", function.getName()},
      {"location", formatLocation(function.getLoc())},
      {"budget_bytes", nullptr},
      {"verdict", nullptr},
      {"peak_bytes", toJSON(footprint.upper)},
      {"lower_bound_bytes", footprint.lower},
      {"retained_bytes", toJSON(footprint.retained)},
      {"argument_bytes", toJSON(analysis.getArgumentBytes(function))},
      {"constant_bytes", analysis.getConstantBytes(function)},
      {"plan", planToJSON(analysis, function, plans)},
      {"peak", toJSON(footprint.getPeak())}};
  if (auto budget = getResourceAttr<MemoryBudgetAttr>(
          function, ResourceDialect::kMemoryBudget))
    object["budget_bytes"] = budget.getLimit();
  if (auto verdict =
          getResourceAttr<VerdictAttr>(function, ResourceDialect::kVerdict))
    object["verdict"] = stringifyVerdictKind(verdict.getKind());
  object["timeline"] = timelineToJSON(analysis, function);
  object["buffers"] = buffersToJSON(analysis, function);
  object["peak_symbolic"] = getSymbolicPeak(footprint.getPeak());
  object["assumptions"] = toJSON(analysis.getSizes().getAssumptions(function));
  object["unbounded"] = toJSON(footprint.reasons);
  addStack(stack.getFunction(function), function, object);
  return object;
}

std::string formatBytes(UpperBytes bytes) {
  return bytes ? std::to_string(*bytes) : "unbounded";
}

} // namespace

void writeReport(const FootprintAnalysis &analysis,
                 const StackUsageAnalysis &stack, Operation *module,
                 raw_ostream &os, const MemoryPlan *plans,
                 const FunctionSuggestions *suggestions) {
  llvm::json::Array functions;
  for (FunctionOpInterface function : analysis.getFunctions()) {
    llvm::json::Object object = toJSON(analysis, stack, function, plans);
    if (suggestions && suggestions->contains(function))
      object["suggestions"] = toJSON(suggestions->find(function)->second);
    functions.push_back(std::move(object));
  }
  Footprint total = analysis.getScope(module);
  llvm::json::Object report{
      {"schema", "langone-report/1"},
      {"functions", std::move(functions)},
      {"module",
       llvm::json::Object{{"peak_bytes", toJSON(total.upper)},
                          {"lower_bound_bytes", total.lower},
                          {"constant_bytes", analysis.getConstantBytes()}}}};
  os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(report)));
}

void printReportTable(const FootprintAnalysis &analysis, Operation *module,
                      raw_ostream &os) {
  auto row = [&](StringRef name, StringRef peak, StringRef lower,
                 StringRef constants, StringRef arguments) {
    os << llvm::formatv("{0,-32} {1,16} {2,16} {3,16} {4,16}\n", name, peak,
                        lower, constants, arguments);
  };
  row("function", "peak", "lower bound", "constants", "arguments");
  for (FunctionOpInterface function : analysis.getFunctions()) {
    const Footprint &footprint = analysis.getFunction(function);
    row(("@" + function.getName()).str(), formatBytes(footprint.upper),
        std::to_string(footprint.lower),
        std::to_string(analysis.getConstantBytes(function)),
        formatBytes(analysis.getArgumentBytes(function)));
    if (const PeakPtr &peak = footprint.getPeak()) {
      os << "  peak at " << formatLocation(peak->location) << '\n';
      for (const LiveBuffer &live : peak->getLive()) {
        os << llvm::formatv("  {0,16} {1,-20}", live.bytes, live.site);
        if (live.type)
          os << ' ' << live.type;
        os << "  " << formatLocation(live.allocatedAt) << '\n';
      }
    }
    for (const UnboundedReason &reason : footprint.reasons)
      os << "  unbounded: " << reason.message << " ("
         << formatLocation(reason.location) << ")\n";
  }
  Footprint total = analysis.getScope(module);
  row("module", formatBytes(total.upper), std::to_string(total.lower),
      std::to_string(analysis.getConstantBytes()), "");
}

void FootprintAnalysis::print(raw_ostream &os) const {
  printReportTable(*this, module, os);
}

} // namespace langone::resource
