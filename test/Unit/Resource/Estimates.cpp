//===- Estimates.cpp - the footprint analysis against executions ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Estimates.h"

#include "langone/Resource/Analysis/Footprint.h"

#include "mlir/Pass/AnalysisManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace langone::resource::test {

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

void EstimateStatistics::add(const Program &program,
                             std::optional<uint64_t> upper, uint64_t measured) {
  for (unsigned index = 0; index <= kNumFeatures; ++index) {
    if (index < kNumFeatures && !program.has(static_cast<Feature>(index)))
      continue;
    if (!upper)
      ++classes[index].unbounded;
    else if (measured != 0)
      classes[index].ratios.push_back(static_cast<double>(*upper) / measured);
    else if (*upper == 0)
      classes[index].ratios.push_back(1);
  }
}

void EstimateStatistics::print(llvm::raw_ostream &os) const {
  os << llvm::formatv("{0,-20}{1,8}{2,10}{3,8}{4,8}{5,8}\n", "feature",
                      "finite", "unbounded", "median", "p95", "max");
  for (unsigned index = 0; index <= kNumFeatures; ++index) {
    std::vector<double> ratios = classes[index].ratios;
    llvm::sort(ratios);
    auto quantile = [&](double part) {
      return ratios.empty()
                 ? 0.0
                 : ratios[static_cast<size_t>(part * (ratios.size() - 1))];
    };
    size_t count = ratios.size() + classes[index].unbounded;
    os << llvm::formatv(
        "{0,-20}{1,8}{2,9:f1}%{3,8:f2}{4,8:f2}{5,8:f1}\n",
        index == kNumFeatures ? "all" : getName(static_cast<Feature>(index)),
        ratios.size(), count ? 100.0 * classes[index].unbounded / count : 0.0,
        quantile(0.5), quantile(0.95), quantile(1));
  }
  os << "lower bounds reached: " << reached << " of " << reached + notReached
     << "; explored to the last path: " << complete << " of "
     << complete + incomplete << " functions\n";
  os.flush();
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
  return !hasAny(program,
                 {Feature::Branch, Feature::Switch, Feature::Blocks,
                  Feature::BlockLoop, Feature::EarlyReturn,
                  Feature::CountedLoop, Feature::DynamicLoop, Feature::While,
                  Feature::Parallel, Feature::Recursion, Feature::OwnedSelect,
                  Feature::Realloc, Feature::Call});
}

/// Checks one program.
class EstimateCheck {
public:
  EstimateCheck(Subject &subject, EstimateStatistics &statistics)
      : subject(subject), program(subject.program), module(*subject.module),
        statistics(statistics), manager(module, nullptr),
        analysis(getManager().getAnalysis<FootprintAnalysis>()) {}

  Violations run() {
    for (const std::string &entry : getEntries(module))
      checkEntry(entry);
    return std::move(violations);
  }

private:
  AnalysisManager getManager() { return manager; }

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

  void checkEntry(const std::string &entry) {
    auto function = module.lookupSymbol<func::FuncOp>(entry);
    const Footprint &footprint = analysis.getFunction(function);
    llvm::MapVector<Operation *, Measured> scopes;
    for (unsigned i = 0; i < kNumExecutions; ++i) {
      InterpreterOptions options;
      options.measureScopes = true;
      Execution one = execute(module, entry, subject.seed * 64 + i, options);
      if (!one.error.empty())
        return violate("PROGRAM @{0}: {1}", entry, one.error);
      for (auto &[op, measured] : one.scopes) {
        // A scope that was cut off has not come to its exit.
        if (one.tooLong)
          measured.atExit = 0;
        scopes[op].join(measured);
      }
    }
    Exploration all = explore(module, entry, /*maxPaths=*/64);
    if (!all.error.empty())
      return violate("PROGRAM @{0}: {1}", entry, all.error);
    for (auto &[op, measured] : all.scopes)
      scopes[op].join(measured);

    for (auto &[op, measured] : scopes) {
      Footprint scope = analysis.getScope(op);
      checkUpper(op, scope, measured);
      bool isHere = op == function || function->isProperAncestor(op);
      // The depth of a recursion decides about branches, too.
      if (!all.isComplete || !isHere ||
          hasAny(program, {Feature::Correlated, Feature::Recursion}))
        continue;
      if (scope.lower > measured.peak)
        violate("LOWER {0} at {1}: estimate {2}, no path has more than {3}",
                op->getName(), op->getLoc(), scope.lower, measured.peak);
    }
    uint64_t peak = scopes[function].peak;
    if (isStraightLine(program) &&
        (footprint.upper != peak || footprint.lower != peak))
      violate("STRAIGHT LINE @{0}: upper {1}, lower {2}, measured {3}", entry,
              footprint.upper.value_or(~0), footprint.lower, peak);
    checkWitness(entry, footprint);
    statistics.add(program, footprint.upper, peak);
    statistics.addExploration(all.isComplete);
    statistics.addLowerBound(footprint.lower <= peak);
  }

  Subject &subject;
  const Program &program;
  ModuleOp module;
  EstimateStatistics &statistics;
  ModuleAnalysisManager manager;
  FootprintAnalysis &analysis;
  Violations violations;
};

} // namespace

Violations checkEstimates(TestContext &context, Subject &subject,
                          EstimateStatistics &statistics) {
  return EstimateCheck(subject, statistics).run();
}

} // namespace langone::resource::test
