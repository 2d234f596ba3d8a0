//===- CallStructure.cpp - who calls whom, callees first ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/CallStructure.h"

#include "mlir/Analysis/CallGraph.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace langone::resource {

CallStructure::CallStructure(Operation *module) {
  llvm::SetVector<Operation *> seen;
  auto add = [&](Operation *op, bool isRecursive) {
    if (auto function = dyn_cast<FunctionOpInterface>(op))
      if (seen.insert(op))
        nodes.push_back({function, isRecursive, false, false, {}});
  };
  // Declarations first: they call nobody.
  module->walk([&](FunctionOpInterface function) {
    if (function.isExternal())
      add(function, false);
  });
  const CallGraph callGraph(module);
  for (auto it = llvm::scc_begin(&callGraph); !it.isAtEnd(); ++it)
    for (const CallGraphNode *node : *it)
      if (!node->isExternal())
        add(node->getCallableRegion()->getParentOp(), it.hasCycle());
  // Functions that nothing reaches are not in the graph's order.
  module->walk([&](FunctionOpInterface function) { add(function, true); });

  SymbolTableCollection symbolTables;
  SymbolUserMap users(symbolTables, module);
  for (FunctionNode &node : nodes) {
    node.isPublic = SymbolTable::getSymbolVisibility(node.function) !=
                    SymbolTable::Visibility::Private;
    for (Operation *user : users.getUsers(node.function)) {
      auto call = dyn_cast<CallOpInterface>(user);
      if (call && call.resolveCallableInTable(&symbolTables) == node.function)
        node.callSites.push_back(call);
      else
        node.hasOtherUses = true;
    }
  }
}

} // namespace langone::resource
