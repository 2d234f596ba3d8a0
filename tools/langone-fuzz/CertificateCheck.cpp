//===- CertificateCheck.cpp - certificates against their checker ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CertificateCheck.h"

#include "budget_check.h"

#include "langone/Resource/Analysis/Certificate.h"
#include "langone/Resource/Analysis/Footprint.h"

#include "mlir/Pass/AnalysisManager.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace langone::resource;
using namespace langone::resource::test;

namespace langone::fuzz {

static std::string writeCertificate(ModuleOp module) {
  ModuleAnalysisManager manager(module, nullptr);
  std::string text;
  llvm::raw_string_ostream os(text);
  writeBudgetCertificate(
      AnalysisManager(manager).getAnalysis<FootprintAnalysis>(), module, os);
  return text;
}

/// Another digit for one of the digits of the text.
static void changeDigit(std::string &text, Random &random) {
  SmallVector<size_t> digits;
  for (auto [index, character] : llvm::enumerate(text))
    if (llvm::isDigit(character))
      digits.push_back(index);
  char &digit = text[random.pick(digits)];
  digit = static_cast<char>('0' + (digit - '0' + 1 + random.below(9)) % 10);
}

static void check(ModuleOp module, const char *form, Random random,
                  Violations &violations) {
  std::string text = writeCertificate(module);
  auto verdict = plan::check_budgets(text);
  if (auto *rejected = std::get_if<plan::Rejected>(&verdict))
    violations.push_back(std::string("CERTIFICATE ") + form +
                         " is rejected: " + rejected->reason);
  changeDigit(text, random);
  if (std::holds_alternative<plan::BudgetsCertified>(plan::check_budgets(text)))
    violations.push_back(std::string("FORGED certificate ") + form +
                         " is accepted");
}

Violations checkCertificates(TestContext &context, Subject &subject) {
  Violations violations;
  Random random(subject.seed);
  check(*subject.module, "as written", random, violations);
  OwningOpRef<ModuleOp> planned = subject.module->clone();
  StringRef arena = subject.seed % 3 == 0   ? "static"
                    : subject.seed % 3 == 1 ? "runtime"
                                            : "argument";
  if (context.run(*planned, ("langone-plan-memory{arena=" + arena +
                             "},langone-pool-allocations")
                                .str()))
    check(*planned, "after planning", random, violations);
  return violations;
}

} // namespace langone::fuzz
