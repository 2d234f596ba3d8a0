//===- langone-stack.cpp - prove stack limits of machine code -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the command line and the exit code.
//
//===----------------------------------------------------------------------===//

#include "Output.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace langone::stack;

namespace {

enum ExitCode { kDone = 0, kRefuted = 1, kBadInput = 2, kGuarded = 4 };

cl::OptionCategory category("langone-stack options");

cl::list<std::string> objectPaths(cl::Positional, cl::desc("OBJECT..."),
                                  cl::cat(category));
cl::list<std::string>
    entries("entry", cl::value_desc("NAME"), cl::cat(category),
            cl::desc("Check this function; without it, all global functions, "
                     "of which the worst is shown"));
cl::opt<std::string>
    limitText("limit", cl::value_desc("SIZE"), cl::cat(category),
              cl::desc("Bytes that each may need: 4096, 4KiB"));
cl::opt<std::string>
    reportPath("report", cl::value_desc("FILE"), cl::cat(category),
               cl::desc("Check the functions of this report of "
                        "langone-analyze-resources that have a stack limit"));
cl::list<std::string>
    costTexts("cost", cl::value_desc("NAME=SIZE"), cl::cat(category),
              cl::desc("Bytes that a call of this function takes"));
cl::list<std::string>
    costPaths("costs", cl::value_desc("FILE"), cl::cat(category),
              cl::desc("Costs: lines NAME,SIZE, or the JSON of another run"));
cl::list<std::string>
    targetPaths("targets", cl::value_desc("FILE"), cl::cat(category),
                cl::desc("Calls through pointers: lines CALLER,CALLEE, all "
                         "callees of each caller"));
cl::list<std::string>
    depthTexts("depth", cl::value_desc("NAME=COUNT"), cl::cat(category),
               cl::desc("Calls of this recursive function that are active at "
                        "once, at most"));
cl::opt<bool> trustsTypes(
    "trust-call-graph", cl::cat(category),
    cl::desc("Believe section .llvm.callgraph of all objects about calls "
             "through pointers: clang's -fexperimental-call-graph-section "
             "lists all of them, other compilers may not"));
cl::opt<bool>
    noRedZone("no-red-zone", cl::cat(category),
              cl::desc("The code was compiled without a red zone "
                       "(-mno-red-zone): nothing is used below the stack "
                       "pointer"));
cl::opt<bool> useJSON("json", cl::cat(category),
                      cl::desc("Print JSON, about all functions"));

constexpr StringLiteral kOverview =
    "Proves or refutes limits on the stack of machine code: ELF objects, "
    "executables,\nshared objects and archives for x86-64 and AArch64, "
    "compiled with stack sizes\n(clang -fstack-size-section, llc "
    "-stack-size-section).\n\nExit codes: 0 proven, or nothing to prove; 1 "
    "refuted; 2 bad input or usage;\n4 undecided (GUARDED).\n";

Error readKnowledge(Knowledge &knowledge) {
  knowledge.trustsTypes = trustsTypes;
  auto inOption = [](StringRef option, Error error) {
    return error ? makeError(option, toString(std::move(error)))
                 : Error::success();
  };
  for (const std::string &text : costTexts)
    if (Error error =
            inOption("--cost", addAssignment(text, false, knowledge.costs)))
      return error;
  for (const std::string &path : costPaths)
    if (Error error = readCosts(path, knowledge.costs))
      return error;
  for (const std::string &path : targetPaths)
    if (Error error = readTargets(path, knowledge.targets))
      return error;
  for (const std::string &text : depthTexts)
    if (Error error =
            inOption("--depth", addAssignment(text, true, knowledge.depths)))
      return error;
  return Error::success();
}

Error readAllObjects(ObjectFiles &files) {
  if (objectPaths.empty())
    return createStringError("no object is named; see --help");
  for (const std::string &path : objectPaths)
    if (Error error = readObjects(path, files))
      return error;
  if (files.objects.empty())
    return makeError(objectPaths.front(), "has no objects");
  for (const Object &object : files.objects)
    if (object.arch != files.objects.front().arch)
      return makeError(object.name, "is for another machine than " +
                                        files.objects.front().name);
  return Error::success();
}

/// What the options ask for; with neither names nor a report, all functions
/// that other objects may call.
Expected<std::vector<Result>> judgeAll(const Findings &findings) {
  const Program &program = findings.program;
  std::optional<uint64_t> limit;
  if (!limitText.empty()) {
    Expected<uint64_t> size = parseSize(limitText);
    if (!size)
      return makeError("--limit", toString(size.takeError()));
    limit = *size;
  }
  std::vector<Request> requests;
  if (!reportPath.empty()) {
    Expected<std::vector<Request>> inReport = readReport(reportPath);
    if (!inReport)
      return inReport.takeError();
    requests = std::move(*inReport);
  }
  std::vector<Result> results;
  for (const Request &request : requests) {
    std::vector<unsigned> functions = program.findByName(request.name);
    for (unsigned function : functions)
      results.push_back(findings.judge(request.name, function, request.limit));
    if (functions.empty())
      results.push_back(
          findings.judge(request.name, std::nullopt, request.limit));
  }
  for (const std::string &name : entries) {
    std::vector<unsigned> functions = program.findByName(name);
    if (functions.empty())
      return createStringError("--entry: no object has a function '" + name +
                               "'");
    for (unsigned function : functions)
      results.push_back(findings.judge(name, function, limit));
  }
  if (!entries.empty() || !reportPath.empty())
    return results;
  for (unsigned i = 0; i < program.functions.size(); ++i)
    if (program.functions[i].isGlobal)
      results.push_back(findings.judge(program.getName(i), i, limit));
  if (results.empty())
    return createStringError("the objects have no global functions; name one "
                             "with --entry");
  return results;
}

/// The exit code, unless there is an error; nothing is printed before all is
/// known.
Expected<ExitCode> run() {
  Knowledge knowledge;
  ObjectFiles files;
  if (Error error = readKnowledge(knowledge))
    return std::move(error);
  if (Error error = readAllObjects(files))
    return std::move(error);
  Expected<Program> program = findFunctions(files);
  if (!program)
    return program.takeError();
  Expected<std::unique_ptr<Machine>> machine =
      Machine::create(files.objects.front().arch, !noRedZone);
  if (!machine)
    return machine.takeError();
  std::vector<Node> graph = buildCallGraph(*program, **machine, knowledge);
  Expected<Needs> needs = computeNeeds(*program, graph, knowledge);
  if (!needs)
    return needs.takeError();
  Findings findings{*program, graph, *needs,
                    (*machine)->getReturnAddressBytes()};
  Expected<std::vector<Result>> results = judgeAll(findings);
  if (!results)
    return results.takeError();
  if (useJSON)
    printJSON(findings, *results, outs());
  else
    printText(findings, *results, entries.empty() && reportPath.empty(),
              outs());
  auto worst = Verdict::Proven;
  for (const Result &result : *results)
    worst = std::max(worst, result.verdict.value_or(Verdict::Proven));
  return worst == Verdict::Refuted   ? kRefuted
         : worst == Verdict::Guarded ? kGuarded
                                     : kDone;
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  if (!cl::ParseCommandLineOptions(argc, argv, kOverview, &errs()))
    return kBadInput;
  Expected<ExitCode> code = run();
  if (code)
    return *code;
  WithColor::error(errs(), "langone-stack")
      << toString(code.takeError()) << '\n';
  return kBadInput;
}
