//===- SuggestionProperties.cpp - suggestions against executions ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SuggestionProperties.h"

#include "langone/Resource/Analysis/Suggestions.h"

#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace langone::resource::test {

namespace {

/// One suggestion for one function.
class SuggestionCheck {
public:
  SuggestionCheck(Subject &subject, func::FuncOp function,
                  const Suggestion &suggestion, Estimate estimate,
                  Violations &violations)
      : subject(subject), function(function), suggestion(suggestion),
        estimate(estimate), violations(violations) {}

  void run() {
    IRMapping map;
    OwningOpRef<ModuleOp> after =
        cast<ModuleOp>(subject.module->getOperation()->clone(map));
    suggestion.apply(map);
    checkPeak(*after);
    if (!suggestion.keepsMeaning())
      return;
    if (failed(verify(*after)))
      return violate("the changed program is not valid");
    for (const std::string &entry : getEntries(*after))
      for (unsigned i = 0; i < kNumExecutions; ++i)
        compare(*after, entry, i);
  }

private:
  void violate(const Twine &message) {
    violations.push_back(("SUGGESTION @" + function.getName() + ", '" +
                          suggestion.message + "': " + message)
                             .str());
  }

  void checkPeak(ModuleOp after) {
    ModuleAnalysisManager manager(after, nullptr);
    const Footprint &footprint =
        AnalysisManager(manager).getAnalysis<FootprintAnalysis>().getFunction(
            after.lookupSymbol<func::FuncOp>(function.getName()));
    UpperBytes peak = estimate == Estimate::Upper ? footprint.upper
                                                  : UpperBytes(footprint.lower);
    if (!peak || *peak != suggestion.newPeak ||
        footprint.upper != suggestion.upper ||
        footprint.lower != suggestion.lower)
      violate("another peak than promised");
  }

  void compare(ModuleOp after, const std::string &entry, unsigned index) {
    const Execution &was = subject.getExecution(entry, index);
    if (!was.error.empty() || was.tooLong)
      return;
    InterpreterOptions options;
    options.fuel *= 2;
    Execution is =
        execute(after, entry, subject.getExecutionSeed(index), options);
    if (!is.error.empty())
      return violate("@" + entry + ": " + is.error);
    // Half a loop has other orders to run in.
    if (suggestion.kind != SuggestionKind::SplitLoop &&
        findDifference(was.trace, is.trace))
      violate("@" + entry + ": other values are seen");
    if (entry == function.getName() && suggestion.upper &&
        is.total.peak > *suggestion.upper)
      violate("@" + entry + ": more bytes are live than promised");
  }

  Subject &subject;
  func::FuncOp function;
  const Suggestion &suggestion;
  Estimate estimate;
  Violations &violations;
};

} // namespace

Violations checkSuggestions(TestContext &context, Subject &subject) {
  Violations violations;
  const FootprintAnalysis &analysis = subject.getFootprint();
  for (auto function : subject.module->getOps<func::FuncOp>()) {
    if (function.isExternal())
      continue;
    for (Estimate estimate : {Estimate::Upper, Estimate::Lower}) {
      SuggestionEffort effort;
      std::vector<Suggestion> all = findSuggestions(
          analysis, function, estimate, /*maxSuggestions=*/8, effort);
      uint64_t previous = UINT64_MAX;
      for (const Suggestion &suggestion : all) {
        if (suggestion.savedBytes == 0 || suggestion.savedBytes > previous)
          violations.push_back("SUGGESTION: not sorted by what is saved");
        previous = suggestion.savedBytes;
        SuggestionCheck(subject, function, suggestion, estimate, violations)
            .run();
      }
    }
  }
  return violations;
}

} // namespace langone::resource::test
