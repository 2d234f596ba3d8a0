//===- Estimates.cpp - the footprint analysis against executions ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Estimates.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace langone::resource::test {

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

void EstimateStatistics::add(const Measurement &measurement) {
  if (!measurement.upper) {
    ++(measurement.grows ? unbounded : missed);
    return;
  }
  if (measurement.peak == 0 && *measurement.upper != 0)
    return;
  double ratio = measurement.peak == 0
                     ? 1
                     : static_cast<double>(*measurement.upper) /
                           static_cast<double>(measurement.peak);
  (measurement.isStraightLine ? straightLine : others).push_back(ratio);
}

/// "median 0.0 %, 95th percentile 14.2 %, most 350.0 %" above the peak.
static void printRatios(std::vector<double> ratios, llvm::raw_ostream &os) {
  llvm::sort(ratios);
  auto excess = [&](double part) {
    size_t index = static_cast<size_t>(part * (ratios.size() - 1));
    return ratios.empty() ? 0.0 : 100 * (ratios[index] - 1);
  };
  os << llvm::formatv("{0} functions, estimates above the largest peak seen by "
                      "{1:f1} % in the median, {2:f1} % at the 95th "
                      "percentile, {3:f1} % at most\n",
                      ratios.size(), excess(0.5), excess(0.95), excess(1));
}

void EstimateStatistics::print(raw_ostream &os) const {
  os << "straight-line code: ";
  printRatios(straightLine, os);
  os << "the rest: ";
  printRatios(others, os);
  uint64_t bounded = straightLine.size() + others.size() + missed;
  os << llvm::formatv("no finite estimate although the peak does not grow with "
                      "iterations: {0} of {1} functions ({2:f2} %); it grows "
                      "in {3} more\n",
                      missed, bounded, bounded ? 100.0 * missed / bounded : 0.0,
                      unbounded);
}

//===----------------------------------------------------------------------===//
// Properties
//===----------------------------------------------------------------------===//

namespace {

bool hasAny(const Program &program, ArrayRef<Feature> features) {
  return llvm::any_of(features, [&](Feature f) { return program.has(f); });
}

/// One way through the program, on which every size is known.
bool isStraightLine(const Program &program) {
  return !hasAny(
      program, {Feature::Branch, Feature::Switch, Feature::Blocks,
                Feature::BlockLoop, Feature::EarlyReturn, Feature::CountedLoop,
                Feature::DynamicLoop, Feature::While, Feature::Parallel,
                Feature::Recursion, Feature::OwnedSelect, Feature::Realloc,
                Feature::Call, Feature::DynamicSize, Feature::Task});
}

/// Checks one program.
class EstimateCheck {
public:
  explicit EstimateCheck(Subject &subject)
      : subject(subject), program(subject.program), module(*subject.module),
        analysis(subject.getFootprint()) {}

  Violations run() {
    for (const std::string &entry : getEntries(module))
      checkEntry(entry);
    return std::move(violations);
  }

private:
  template <typename... Args> void violate(const char *format, Args &&...args) {
    violations.push_back(llvm::formatv(format, std::forward<Args>(args)...));
  }

  /// No execution of any scope has more than its upper estimate.
  void checkUpper(Operation *op, const Footprint &footprint,
                  const Measured &measured) {
    std::string where =
        llvm::formatv("{0} at {1}", op->getName(), op->getLoc());
    if (footprint.upper && *footprint.upper < measured.peak)
      violate("UPPER {0}: estimate {1}, measured {2}", where, *footprint.upper,
              measured.peak);
    if (footprint.retained && *footprint.retained < measured.atExit)
      violate("RETAINED {0}: estimate {1}, measured {2}", where,
              *footprint.retained, measured.atExit);
    if (footprint.upper && footprint.lower > *footprint.upper)
      violate("ORDER {0}: lower {1}, upper {2}", where, footprint.lower,
              *footprint.upper);
  }

  void checkWitness(const std::string &entry, const Footprint &footprint) {
    if (!footprint.upper ||
        hasAny(program, {Feature::Rotation, Feature::Swap, Feature::BlockLoop}))
      return;
    uint64_t sum = 0;
    if (footprint.upperPeak)
      for (const LiveBuffer &live : footprint.upperPeak->getLive())
        sum += live.bytes;
    if (sum != *footprint.upper)
      violate("WITNESS @{0}: live buffers {1}, estimate {2}", entry, sum,
              *footprint.upper);
  }

  /// The points of the timeline reach the estimates, and none exceeds them.
  void checkTimeline(const std::string &entry, func::FuncOp function,
                     const Footprint &footprint) {
    // Of recursion, the points are those of one activation.
    if (footprint.isRecursive || !footprint.isPlain)
      return;
    UpperBytes upper = 0;
    uint64_t lower = 0;
    for (const TimelinePoint &point : analysis.getTimeline(function)) {
      upper =
          upper && point.upper ? std::max(upper, point.upper) : UpperBytes();
      lower = std::max(lower, point.lower);
    }
    if (upper != footprint.upper || lower != footprint.lower)
      violate("TIMELINE @{0}: upper {1} for {2}, lower {3} for {4}", entry,
              upper.value_or(~0), footprint.upper.value_or(~0), lower,
              footprint.lower);
  }

  using Scopes = llvm::MapVector<Operation *, Measured>;

  /// As long as a larger peak is possible.
  void searchPeak(const std::string &entry, UpperBytes upper, Scopes &scopes) {
    Operation *function = module.lookupSymbol(entry);
    InterpreterOptions options;
    options.measureScopes = true;
    options.fuel = 20000;
    constexpr unsigned kHabits = 64;
    for (unsigned i = 0; i < kHabits; ++i) {
      if (!upper || scopes[function].peak >= *upper)
        return;
      Execution one = executeByHabit(
          module, entry, subject.getExecutionSeed(0) + i, /*scale=*/1, options);
      if (!one.error.empty())
        return violate("PROGRAM @{0}: {1}", entry, one.error);
      join(scopes, one);
    }
  }

  /// A scope that was cut off has not come to its exit.
  static void join(Scopes &scopes, const Execution &one) {
    for (auto [op, measured] : one.scopes) {
      if (one.tooLong)
        measured.atExit = measured.left = 0;
      scopes[op].join(measured);
    }
  }

  void checkEntry(const std::string &entry) {
    auto function = module.lookupSymbol<func::FuncOp>(entry);
    const Footprint &footprint = analysis.getFunction(function);
    Scopes scopes;
    for (unsigned i = 0; i < kNumExecutions; ++i) {
      const Execution &one = subject.getExecution(entry, i);
      if (!one.error.empty())
        return violate("PROGRAM @{0}: {1}", entry, one.error);
      join(scopes, one);
    }
    Exploration all = explore(module, entry, Sizes::Any, /*maxPaths=*/64);
    Exploration largest;
    if (program.has(Feature::DynamicSize))
      largest = explore(module, entry, Sizes::Most, /*maxPaths=*/64);
    for (const Exploration &exploration : {all, largest}) {
      if (!exploration.error.empty())
        return violate("PROGRAM @{0}: {1}", entry, exploration.error);
      for (const auto &[op, measured] : exploration.scopes)
        scopes[op].join(measured);
    }
    searchPeak(entry, footprint.upper, scopes);

    // What may run in parallel need not.
    Scopes least = scopes;
    if (all.isComplete && hasAny(program, {Feature::Parallel, Feature::Task}))
      for (const auto &[op, measured] :
           explore(module, entry, Sizes::Any, /*maxPaths=*/64,
                   /*isSequential=*/true)
               .scopes)
        least[op] = measured;

    for (auto &[op, measured] : scopes) {
      Footprint scope = analysis.getScope(op);
      checkUpper(op, scope, measured);
      bool isHere = op == function || function->isProperAncestor(op);
      // The depth of a recursion decides about branches, too.
      if (!all.isComplete || !isHere ||
          hasAny(program, {Feature::Correlated, Feature::Recursion}))
        continue;
      if (scope.lower > least[op].peak)
        violate("LOWER {0} at {1}: estimate {2}, no path has more than {3}",
                op->getName(), op->getLoc(), scope.lower, least[op].peak);
    }
    uint64_t peak = scopes[function].peak;
    if (isStraightLine(program) &&
        (footprint.upper != peak || footprint.lower != peak))
      violate("STRAIGHT LINE @{0}: upper {1}, lower {2}, measured {3}", entry,
              footprint.upper.value_or(~0), footprint.lower, peak);
    checkWitness(entry, footprint);
    checkTimeline(entry, function, footprint);
    bool grows =
        !footprint.upper &&
        growsWithIterations(module, entry, subject.getExecutionSeed(0));
    // An execution may have been cut off before its peak.
    subject.measurements.push_back({footprint.upper,
                                    std::max(peak, footprint.lower),
                                    isStraightLine(program), grows});
  }

  Subject &subject;
  const Program &program;
  ModuleOp module;
  FootprintAnalysis &analysis;
  Violations violations;
};

} // namespace

Violations checkEstimates(TestContext &context, Subject &subject) {
  return EstimateCheck(subject).run();
}

} // namespace langone::resource::test
