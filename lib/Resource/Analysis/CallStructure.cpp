//===- CallStructure.cpp - who calls whom, callees first ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/CallStructure.h"

#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/ADT/GraphTraits.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace langone::resource {

namespace {

/// A function and what it calls; the root calls them all.
struct GraphNode {
  Operation *function = nullptr;
  SmallVector<GraphNode *> callees;
};

} // namespace

} // namespace langone::resource

template <> struct llvm::GraphTraits<langone::resource::GraphNode *> {
  using NodeRef = langone::resource::GraphNode *;
  using ChildIteratorType = SmallVector<NodeRef>::iterator;
  static NodeRef getEntryNode(NodeRef node) { return node; }
  // NOLINTBEGIN(readability-identifier-naming): the names of the interface
  static ChildIteratorType child_begin(NodeRef node) {
    return node->callees.begin();
  }
  static ChildIteratorType child_end(NodeRef node) {
    return node->callees.end();
  }
  // NOLINTEND(readability-identifier-naming)
};

namespace langone::resource {

/// The function that `op` is executed for.
static Operation *getCaller(Operation *op) {
  return op->getParentOfType<FunctionOpInterface>();
}

/// Whether the results of `op`, which may be `function`, are only called where
/// that is known.
static bool isOnlyCalled(Operation *op, FunctionOpInterface function,
                         CallTargets &targets) {
  llvm::SetVector<Operation *> worklist;
  worklist.insert(op);
  for (unsigned next = 0; next < worklist.size(); ++next) {
    for (OpOperand &use : worklist[next]->getUses()) {
      if (isa<SelectLikeOpInterface>(use.getOwner())) {
        worklist.insert(use.getOwner());
        continue;
      }
      auto call = dyn_cast<CallOpInterface>(use.getOwner());
      if (!call || llvm::is_contained(call.getArgOperands(), use.get()) ||
          !llvm::is_contained(targets.lookup(call), function))
        return false;
    }
  }
  return true;
}

CallStructure::CallStructure(Operation *module) {
  llvm::MapVector<Operation *, FunctionNode> found;
  module->walk<WalkOrder::PreOrder>([&](FunctionOpInterface function) {
    found[function].function = function;
  });
  CallTargets targets;
  SymbolTableCollection symbolTables;
  SymbolUserMap users(symbolTables, module);
  SmallVector<CallOpInterface> unknownCalls;
  module->walk<WalkOrder::PreOrder>([&](CallOpInterface call) {
    const CallTargets::Functions &functions = targets.lookup(call);
    for (FunctionOpInterface function : functions)
      if (auto it = found.find(function); it != found.end())
        it->second.callSites.push_back(call);
    if (functions.empty() && !isa<SymbolRefAttr>(call.getCallableForCallee()))
      unknownCalls.push_back(call);
  });
  for (auto &[op, node] : found) {
    node.isPublic = SymbolTable::getSymbolVisibility(op) !=
                    SymbolTable::Visibility::Private;
    for (Operation *user : users.getUsers(op)) {
      auto call = dyn_cast<CallOpInterface>(user);
      if (call && llvm::is_contained(targets.lookup(call), node.function))
        continue;
      node.hasOtherUses = true;
      node.escapes |= !user->hasTrait<OpTrait::ConstantLike>() ||
                      !isOnlyCalled(user, node.function, targets);
    }
  }

  std::vector<GraphNode> graph(found.size() + 1);
  llvm::DenseMap<Operation *, GraphNode *> graphNodes;
  GraphNode &root = graph.back();
  for (auto [index, entry] : llvm::enumerate(found)) {
    graph[index].function = entry.first;
    graphNodes[entry.first] = &graph[index];
    root.callees.push_back(&graph[index]);
  }
  auto addEdge = [&](Operation *call, Operation *callee) {
    if (GraphNode *caller = graphNodes.lookup(getCaller(call)))
      caller->callees.push_back(graphNodes[callee]);
  };
  for (auto &[op, node] : found) {
    for (CallOpInterface call : node.callSites)
      addEdge(call, op);
    // A call of anything may be one of whatever has its address taken.
    if (node.escapes)
      for (CallOpInterface call : unknownCalls)
        addEdge(call, op);
  }
  unsigned component = 0;
  for (auto it = llvm::scc_begin(&root); !it.isAtEnd(); ++it, ++component) {
    // In the order of the module.
    SmallVector<GraphNode *> members(it->begin(), it->end());
    llvm::sort(members);
    for (GraphNode *member : members) {
      if (!member->function)
        continue;
      FunctionNode &node =
          nodes.emplace_back(std::move(found[member->function]));
      node.isRecursive = it.hasCycle();
      node.component = component;
    }
  }
}

ArrayRef<FunctionNode> CallStructure::getComponent(unsigned first) const {
  return ArrayRef(nodes).drop_front(first).take_while(
      [&](const FunctionNode &node) {
        return node.component == nodes[first].component;
      });
}

static IntegerAttr getDepthAttr(const FunctionNode &node) {
  return getResourceAttr<IntegerAttr>(node.function,
                                      ResourceDialect::kRecursionDepth);
}

std::optional<uint64_t>
CallStructure::getDeclaredDepth(ArrayRef<FunctionNode> component) {
  for (const FunctionNode &node : component)
    if (IntegerAttr depth = getDepthAttr(node))
      return depth.getValue().getZExtValue();
  return std::nullopt;
}

LogicalResult CallStructure::verifyDepths() const {
  LogicalResult result = success();
  const FunctionNode *first = nullptr;
  for (const FunctionNode &node : nodes) {
    IntegerAttr depth = getDepthAttr(node);
    if (!depth)
      continue;
    Location loc = node.function->getLoc();
    if (!node.isRecursive) {
      result = failure();
      emitError(loc) << "attribute '" << ResourceDialect::kRecursionDepth
                     << "' stands on '@" << node.function.getName()
                     << "', which never calls itself";
    } else if (first && first->component == node.component &&
               getDepthAttr(*first) != depth) {
      InFlightDiagnostic diagnostic =
          emitError(loc) << "'@" << node.function.getName()
                         << "' declares a recursion depth of " << depth.getInt()
                         << ", but a function of the same cycle declares "
                         << getDepthAttr(*first).getInt();
      diagnostic.attachNote(first->function->getLoc()) << "declared here";
      result = failure();
    } else {
      first = &node;
    }
  }
  return result;
}

} // namespace langone::resource
