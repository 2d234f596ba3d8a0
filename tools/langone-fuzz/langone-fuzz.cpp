//===- langone-fuzz.cpp - random programs against the whole chain ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Draws programs, analyses, plans, lowers and runs them, and looks for anything
// that the verdicts do not allow. Exit codes: 0 nothing found, 1 findings, 2
// usage.
//
//===----------------------------------------------------------------------===//

#include "Campaign.h"
#include "Checks.h"
#ifdef LANGONE_MUTATIONS
#include "Mutations.h"
#endif

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace langone::fuzz;
using namespace langone::resource::test;

static llvm::cl::OptionCategory category("langone-fuzz options");
static llvm::cl::opt<uint64_t> seed("seed", llvm::cl::init(1),
                                    llvm::cl::desc("Seed of the first program"),
                                    llvm::cl::cat(category));
static llvm::cl::opt<uint64_t>
    programs("programs", llvm::cl::init(1000),
             llvm::cl::desc("Programs to draw, one a seed"),
             llvm::cl::cat(category));
static llvm::cl::opt<unsigned> jobs("jobs", llvm::cl::init(1),
                                    llvm::cl::desc("Worker processes"),
                                    llvm::cl::cat(category));
static llvm::cl::opt<uint64_t>
    maxFailures("max-failures", llvm::cl::init(10),
                llvm::cl::desc("End after so many programs with findings"),
                llvm::cl::cat(category));
static llvm::cl::opt<unsigned> timeout(
    "timeout", llvm::cl::init(60),
    llvm::cl::desc(
        "Seconds of processor time for one program before it is a finding"),
    llvm::cl::cat(category));
static llvm::cl::list<std::string>
    checks("checks", llvm::cl::CommaSeparated,
           llvm::cl::desc("Checks to make, by name; all by default"),
           llvm::cl::cat(category));
static llvm::cl::opt<std::string>
    file("file",
         llvm::cl::desc("Check the program in this file instead, with --seed"),
         llvm::cl::cat(category));
static llvm::cl::opt<bool> isPart(
    "part-of-seed",
    llvm::cl::desc("The program in the file is a part of that of --seed, "
                   "with no other features"),
    llvm::cl::cat(category));
static llvm::cl::opt<std::string>
    kind("kind",
         llvm::cl::desc("Only what contains this word is a finding, and no "
                        "program is one that is not valid"),
         llvm::cl::cat(category));
static llvm::cl::opt<bool> list("list-checks",
                                llvm::cl::desc("Print the checks and end"),
                                llvm::cl::cat(category));
static llvm::cl::opt<bool>
    listLoose("list-loose",
              llvm::cl::desc("Print programs with an estimate that is missing "
                             "or 30 % above the largest peak seen"),
              llvm::cl::cat(category));
static llvm::cl::opt<bool>
    printProgram("print", llvm::cl::desc("Print the program of --seed and end"),
                 llvm::cl::cat(category));

#ifdef LANGONE_MUTATIONS
static llvm::cl::opt<std::string>
    mutate("mutate", llvm::cl::desc("Break the analyses in this way"),
           llvm::cl::cat(category));
static llvm::cl::opt<bool>
    listMutations("list-mutations",
                  llvm::cl::desc("Print the ways to break them and end"),
                  llvm::cl::cat(category));
#endif

static int fail(const llvm::Twine &message) {
  llvm::errs() << "langone-fuzz: " << message << "\n";
  return 2;
}

static void printChecks() {
  for (const Check &check : getChecks())
    llvm::outs() << llvm::formatv("{0,-12} {1}\n", check.name,
                                  check.description);
}

static bool contains(const Violations &violations, llvm::StringRef word) {
  return llvm::any_of(violations, [&](llvm::StringRef violation) {
    return violation.contains(word);
  });
}

static Outcome checkProgram(uint64_t seed, Program program) {
  // A context never forgets: take a fresh one now and then.
  static std::optional<TestContext> context;
  static unsigned uses = 0;
  if (uses++ % 200 == 0)
    context.emplace();
  Subject subject = makeSubject(*context, seed, std::move(program));
  Violations violations = checkSubject(*context, subject, checks);
  // A reduction must not end at a program that is wrong itself.
  bool isWrong = contains(violations, "INVALID") ||
                 contains(violations, "PROGRAM") || !contains(violations, kind);
  if (!kind.empty() && isWrong)
    violations.clear();
  return {seed, std::move(violations), std::move(subject.measurements)};
}

static bool isLoose(const Measurement &measurement) {
  if (!measurement.upper)
    return !measurement.grows;
  return *measurement.upper > measurement.peak * 1.3;
}

/// What a campaign has seen so far.
struct Summary {
  uint64_t programs = 0, findings = 0;
  EstimateStatistics estimates;

  void add(const Outcome &outcome) {
    ++programs;
    for (const Measurement &measurement : outcome.measurements)
      estimates.add(measurement);
    if (listLoose)
      printLoose(outcome);
    if (outcome.violations.empty())
      return;
    ++findings;
    llvm::outs() << "seed " << outcome.seed << ":\n  "
                 << llvm::join(outcome.violations, "\n  ") << "\n";
    llvm::outs().flush();
  }

  static void printLoose(const Outcome &outcome) {
    for (const Measurement &each : outcome.measurements) {
      if (!isLoose(each))
        continue;
      llvm::outs() << "seed " << outcome.seed << ": peak " << each.peak
                   << ", estimate ";
      if (each.upper)
        llvm::outs() << *each.upper << "\n";
      else
        llvm::outs() << "none\n";
    }
  }
};

int main(int argc, char **argv) {
  llvm::InitLLVM initialize(argc, argv);
  llvm::cl::HideUnrelatedOptions(category);
  llvm::cl::ParseCommandLineOptions(
      argc, argv, "Random programs against analysis, plan and lowering\n");
  if (list)
    return printChecks(), 0;
  for (const std::string &name : checks)
    if (llvm::none_of(getChecks(), [&](auto &c) { return c.name == name; }))
      return fail("unknown check '" + name + "'; --list-checks names them");
#ifdef LANGONE_MUTATIONS
  if (listMutations)
    return llvm::outs() << llvm::join(getMutations(), "\n") << "\n", 0;
  if (!mutate.empty() && !breakAnalyses(mutate))
    return fail("unknown mutation '" + mutate + "'");
#endif
  if (jobs == 0)
    return fail("--jobs must be at least 1");
  if (printProgram)
    return llvm::outs() << generateProgram(seed).text, 0;

  std::string text;
  if (!file.empty()) {
    auto buffer = llvm::MemoryBuffer::getFile(file);
    if (!buffer)
      return fail("cannot read '" + file + "': " + buffer.getError().message());
    text = (*buffer)->getBuffer().str();
    programs = 1;
  }
  Summary summary;
  runCampaign(
      {seed, programs, jobs, maxFailures, timeout},
      [&](uint64_t seed) {
        Program program =
            file.empty() || isPart ? generateProgram(seed) : makeProgram(text);
        if (!file.empty())
          program.text = text;
        return checkProgram(seed, std::move(program));
      },
      [&](const Outcome &outcome) { summary.add(outcome); });
  summary.estimates.print(llvm::outs());
  llvm::outs() << llvm::formatv(
      "{0} programs from seed {1} on: {2} with findings\n", summary.programs,
      seed.getValue(), summary.findings);
  return summary.findings == 0 ? 0 : 1;
}
