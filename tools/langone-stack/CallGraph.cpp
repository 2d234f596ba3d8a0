//===- CallGraph.cpp - who calls whom -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallGraph.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace langone::stack {
namespace {

class Builder {
public:
  Builder(const Program &program, const Machine &machine,
          const Knowledge &knowledge, unsigned caller, Node &node)
      : program(program), machine(machine), knowledge(knowledge),
        caller(caller), node(node) {}

  void run() {
    if (node.frame.problem)
      unknown(node.frame.problem->offset, node.frame.problem->message);
    node.lower = node.frame.lower;
    for (const Call &call : node.frame.calls) {
      node.lower = std::max(node.lower, call.lower);
      if (call.callee.place)
        addPlace(call, *call.callee.place);
      else if (!call.callee.name.empty())
        addName(call, call.callee.name, /*isSure=*/true);
      else
        addIndirect(call);
    }
  }

private:
  void unknown(uint64_t offset, const Twine &message) {
    node.reasons.push_back({caller, offset, message.str()});
  }

  void addFunction(const Call &call, unsigned callee, bool isSure) {
    for (StringRef name : program.functions[callee].names) {
      auto it = knowledge.costs.find(name);
      if (it != knowledge.costs.end())
        return addDeclared(call, it->first(), it->second);
    }
    node.edges.push_back({callee, call.upper, call.lower, isSure});
  }

  // The declared cost has the return address in it; so has the call, or a tail
  // call's caller.
  void addDeclared(const Call &call, StringRef name, uint64_t bytes) {
    bytes -= std::min(bytes, machine.getReturnAddressBytes());
    if (call.upper > std::numeric_limits<uint64_t>::max() - bytes)
      return unknown(call.offset, "the cost declared for '" + name +
                                      "' does not fit into 64 bits");
    node.declared.push_back({name, call.upper, bytes});
  }

  void addPlace(const Call &call, Place place) {
    unsigned object = program.functions[caller].object;
    std::optional<unsigned> callee = program.find(object, place);
    if (!callee)
      return unknown(call.offset, "calls code that no symbol names");
    if (program.functions[*callee].begin != place)
      return unknown(call.offset, "jumps into the middle of '" +
                                      program.getName(*callee) + "'");
    addFunction(call, *callee, /*isSure=*/true);
  }

  void addName(const Call &call, StringRef name, bool isSure) {
    auto it = program.byName.find(name);
    if (it != program.byName.end()) {
      for (unsigned callee : it->second)
        addFunction(call, callee, isSure && it->second.size() == 1);
      return;
    }
    auto cost = knowledge.costs.find(name);
    if (cost != knowledge.costs.end())
      return addDeclared(call, cost->first(), cost->second);
    unknown(call.offset, "calls '" + name +
                             "', which is in none of the objects and has no "
                             "declared cost (--cost)");
  }

  void addIndirect(const Call &call) {
    const Function &function = program.functions[caller];
    for (StringRef name : function.names) {
      auto it = knowledge.targets.find(name);
      if (it == knowledge.targets.end())
        continue;
      for (const std::string &target : it->second)
        addTarget(call, target);
      return;
    }
    bool any = false;
    if (knowledge.trustsTypes && program.hasCallGraph && function.calledTypes)
      for (auto [index, candidate] : llvm::enumerate(program.functions))
        if (candidate.type &&
            llvm::is_contained(*function.calledTypes, *candidate.type)) {
          addFunction(call, index, /*isSure=*/false);
          any = true;
        }
    if (!any)
      unknown(call.offset, "calls through a pointer (--targets)");
  }

  // Pointers reach local functions too.
  void addTarget(const Call &call, StringRef name) {
    std::vector<unsigned> callees = program.findByName(name);
    for (unsigned callee : callees)
      addFunction(call, callee, /*isSure=*/false);
    if (callees.empty())
      addName(call, name, /*isSure=*/false);
  }

  const Program &program;
  const Machine &machine;
  const Knowledge &knowledge;
  unsigned caller;
  Node &node;
};

} // namespace

std::vector<Node> buildCallGraph(const Program &program, const Machine &machine,
                                 const Knowledge &knowledge) {
  std::vector<Node> nodes(program.functions.size());
  for (auto [index, node] : llvm::enumerate(nodes)) {
    node.frame = computeFrame(program, index, machine);
    Builder(program, machine, knowledge, index, node).run();
  }
  return nodes;
}

} // namespace langone::stack
