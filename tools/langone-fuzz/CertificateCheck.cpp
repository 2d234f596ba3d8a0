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
#include "llvm/Support/JSON.h"

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

/// Another peak or rest for one of the functions that have a body, with the
/// digest that fits; empty if there is no such function.
static std::string forge(StringRef text, Random &random) {
  llvm::json::Value document = llvm::cantFail(llvm::json::parse(text));
  SmallVector<llvm::json::Object *> derived;
  for (llvm::json::Value &function :
       *document.getAsObject()->getArray("functions"))
    if (function.getAsObject()->get("body"))
      derived.push_back(function.getAsObject());
  if (derived.empty())
    return {};
  llvm::json::Value &number = *random.pick(derived)->get(
      random.below(2) ? "peak_bytes" : "retained_bytes");
  uint64_t bytes = *number.getAsUINT64();
  uint64_t change = 1 + random.below(64);
  number = random.below(2) ? bytes + change : bytes - std::min(bytes, change);
  if (number.getAsUINT64() == bytes)
    number = bytes + 1;
  return sealBudgetCertificate(std::move(*document.getAsObject()));
}

static bool isAccepted(StringRef text) {
  return std::holds_alternative<plan::BudgetsCertified>(
      plan::check_budgets(text));
}

static void check(ModuleOp module, const char *form, Random random,
                  Violations &violations) {
  std::string text = writeCertificate(module);
  auto verdict = plan::check_budgets(text);
  if (auto *rejected = std::get_if<plan::Rejected>(&verdict))
    violations.push_back(std::string("CERTIFICATE ") + form +
                         " is rejected: " + rejected->reason);
  std::string forged = forge(text, random);
  if (!forged.empty() && isAccepted(forged))
    violations.push_back(std::string("FORGED number in a certificate ") + form +
                         " is accepted");
  changeDigit(text, random);
  if (isAccepted(text))
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
