//===- Output.cpp - verdicts, for people and programs ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Output.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace langone::stack {
namespace {

/// A function on the way to an estimate, and the bytes that it adds.
struct ChainLink {
  std::string name, object;
  uint64_t bytes = 0;
};

class Describer {
public:
  explicit Describer(const Findings &findings) : findings(findings) {}

  ChainLink link(unsigned function, uint64_t bytes) const {
    const Program &program = findings.program;
    return {program.getName(function),
            program.getObject(program.functions[function]).name, bytes};
  }

  /// The links add up to the estimate that is shown: the upper one if there is.
  std::vector<ChainLink> getChain(const Result &result) const {
    if (!result.function)
      return {};
    std::vector<ChainLink> chain =
        result.upper ? getUpper(*result.function) : getLower(*result.function);
    chain.front().bytes += findings.returnAddressBytes;
    return chain;
  }

  /// Why there is no upper estimate, in the order of a walk over the calls.
  std::vector<Reason> getReasons(unsigned entry) const {
    std::vector<Reason> reasons;
    std::vector<bool> seen(findings.graph.size());
    std::vector<unsigned> todo = {entry};
    seen[entry] = true;
    while (!todo.empty()) {
      unsigned function = todo.back();
      todo.pop_back();
      llvm::append_range(reasons, findings.graph[function].reasons);
      for (const Edge &edge : llvm::reverse(findings.graph[function].edges)) {
        if (seen[edge.callee])
          continue;
        seen[edge.callee] = true;
        todo.push_back(edge.callee);
      }
    }
    for (const Reason &recursion : findings.needs.recursions)
      if (seen[recursion.function])
        reasons.push_back(recursion);
    return reasons;
  }

  uint64_t getOffset(const Reason &reason) const {
    return reason.offset -
           findings.program.functions[reason.function].begin.offset;
  }

private:
  std::vector<ChainLink> getUpper(unsigned function) const {
    std::vector<ChainLink> chain;
    bool hasLeft = false;
    while (true) {
      const Need &need = findings.needs.functions[function];
      if (need.recursionExit && !hasLeft) {
        chain.push_back(link(function, need.recursionBytes));
        chain.back().name += " (recursion)";
        function = *need.recursionExit;
        hasLeft = true;
        continue;
      }
      hasLeft = false;
      if (need.upperEdge && !need.declared) {
        chain.push_back(link(function, need.upperEdge->upper));
        function = need.upperEdge->callee;
        continue;
      }
      if (need.declared) {
        chain.push_back(link(function, need.declared->upper));
        chain.push_back(
            {need.declared->name.str(), "declared", need.declared->cost});
      } else {
        chain.push_back(link(function, findings.graph[function].frame.upper));
      }
      return chain;
    }
  }

  std::vector<ChainLink> getLower(unsigned function) const {
    std::vector<ChainLink> chain;
    while (const std::optional<Edge> &edge =
               findings.needs.functions[function].lowerEdge) {
      chain.push_back(link(function, edge->lower));
      bool isLast = findings.needs.functions[function].lowerEndsThere;
      function = edge->callee;
      if (isLast) {
        chain.push_back(link(function, findings.graph[function].lower));
        return chain;
      }
    }
    chain.push_back(link(function, findings.needs.functions[function].lower));
    return chain;
  }

  const Findings &findings;
};

StringRef getWord(Verdict verdict) {
  switch (verdict) {
  case Verdict::Proven:
    return "proven";
  case Verdict::Guarded:
    return "guarded";
  case Verdict::Refuted:
    return "refuted";
  }
  llvm_unreachable("unknown verdict");
}

void printHead(const Result &result, raw_ostream &os) {
  os << result.name << ": ";
  if (!result.verdict) {
    if (result.upper)
      os << "at most " << *result.upper << " bytes\n";
    else
      os << "at least " << result.lower << " bytes, no bound is known\n";
    return;
  }
  os << StringRef(getWord(*result.verdict)).upper() << ": ";
  if (*result.verdict == Verdict::Proven)
    os << "at most " << *result.upper << " bytes of " << *result.limit;
  else if (*result.verdict == Verdict::Refuted)
    os << result.lower << " bytes are needed, the limit is " << *result.limit
       << " bytes (" << result.lower - *result.limit << " too many)";
  else if (!result.function)
    os << "no object has its code: inlined everywhere, or not given";
  else if (result.upper)
    os << "between " << result.lower << " and " << *result.upper
       << " bytes are needed, the limit is " << *result.limit << " bytes";
  else
    os << "between " << result.lower
       << " and an unknown number of bytes are needed, the limit is "
       << *result.limit << " bytes";
  os << '\n';
}

void printResult(const Findings &findings, const Result &result,
                 raw_ostream &os) {
  constexpr size_t kMaxReasons = 8;
  Describer describer(findings);
  printHead(result, os);
  for (const ChainLink &link : describer.getChain(result))
    os << formatv("{0,12} {1} ({2})\n", link.bytes, link.name, link.object);
  if (result.upper || !result.function)
    return;
  std::vector<Reason> reasons = describer.getReasons(*result.function);
  for (const Reason &reason : ArrayRef(reasons).take_front(kMaxReasons)) {
    ChainLink at = describer.link(reason.function, 0);
    os << formatv("  {0}+{1:x} ({2}): {3}\n", at.name,
                  describer.getOffset(reason), at.object, reason.message);
  }
  if (reasons.size() > kMaxReasons)
    os << "  and " << reasons.size() - kMaxReasons << " more reasons\n";
}

/// By verdict, then by what is needed: unknown is worst.
bool isWorse(const Result &a, const Result &b) {
  auto key = [](const Result &r) {
    return std::make_tuple(r.verdict, !r.upper, r.upper.value_or(0), r.lower);
  };
  return key(a) > key(b);
}

json::Value toJSON(std::optional<uint64_t> bytes) {
  return bytes ? json::Value(*bytes) : json::Value(nullptr);
}

json::Object toJSON(const Findings &findings, const Result &result) {
  Describer describer(findings);
  json::Object object{{"name", result.name},
                      {"object", nullptr},
                      {"limit_bytes", toJSON(result.limit)},
                      {"upper_bytes", toJSON(result.upper)},
                      {"lower_bytes", result.lower},
                      {"frame_bytes", nullptr},
                      {"verdict", nullptr}};
  if (result.verdict)
    object["verdict"] = getWord(*result.verdict);
  json::Array chain, reasons;
  for (const ChainLink &link : describer.getChain(result))
    chain.push_back(json::Object{
        {"name", link.name}, {"object", link.object}, {"bytes", link.bytes}});
  if (result.function) {
    object["object"] = describer.link(*result.function, 0).object;
    const Frame &frame = findings.graph[*result.function].frame;
    if (!frame.problem)
      object["frame_bytes"] = frame.upper;
    if (!result.upper)
      for (const Reason &reason : describer.getReasons(*result.function)) {
        ChainLink at = describer.link(reason.function, 0);
        reasons.push_back(json::Object{{"name", at.name},
                                       {"object", at.object},
                                       {"offset", describer.getOffset(reason)},
                                       {"message", reason.message}});
      }
  }
  object["chain"] = std::move(chain);
  object["reasons"] = std::move(reasons);
  return object;
}

} // namespace

Result Findings::judge(StringRef name, std::optional<unsigned> function,
                       std::optional<uint64_t> limit) const {
  Result result{name.str(), function, limit, std::nullopt, 0, std::nullopt};
  if (function) {
    const Need &need = needs.functions[*function];
    if (need.upper)
      result.upper = checkedAddUnsigned(*need.upper, returnAddressBytes);
    result.lower = SaturatingAdd(need.lower, returnAddressBytes);
  }
  if (limit)
    result.verdict = result.upper && *result.upper <= *limit ? Verdict::Proven
                     : result.lower > *limit                 ? Verdict::Refuted
                                                             : Verdict::Guarded;
  return result;
}

void printText(const Findings &findings, ArrayRef<Result> results,
               bool onlyWorst, raw_ostream &os) {
  if (!onlyWorst) {
    for (const Result &result : results)
      printResult(findings, result, os);
    return;
  }
  const Result *worst = &results.front();
  std::map<Verdict, size_t> counts;
  for (const Result &result : results) {
    if (isWorse(result, *worst))
      worst = &result;
    if (result.verdict)
      ++counts[*result.verdict];
  }
  printResult(findings, *worst, os);
  os << "the worst of " << results.size() << " functions";
  for (auto [verdict, count] : counts)
    os << ", " << count << ' ' << getWord(verdict);
  os << '\n';
}

void printJSON(const Findings &findings, ArrayRef<Result> results,
               raw_ostream &os) {
  json::Array functions;
  for (const Result &result : results)
    functions.push_back(toJSON(findings, result));
  os << formatv("{0:2}\n",
                json::Value(json::Object{
                    {"schema", "langone-stack/1"},
                    {"return_address_bytes", findings.returnAddressBytes},
                    {"functions", std::move(functions)}}));
}

} // namespace langone::stack
