//===- Certificate.cpp - why budgets are proven, to be checked ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes down what the code does, not what the footprint walk concluded: the
// peaks beside it are the only numbers that come from there.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/Certificate.h"

#include "langone/Resource/Analysis/Footprint.h"
#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/Analysis/Report.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using llvm::json::Array;
using llvm::json::Object;

namespace langone::resource {

namespace {

/// The steps of one function, or of one op with a region in it.
class BodyWriter {
public:
  BodyWriter(const FootprintAnalysis &analysis, FunctionOpInterface function,
             Operation *scope)
      : analysis(analysis), origins(analysis.getOrigins(function)),
        sizes(analysis.getSizes(function)), scope(scope) {}

  Array getBuffers() const {
    Array buffers;
    for (const BufferRoot &root : origins.getRoots()) {
      bool isOwn = root.kind != BufferRoot::Kind::Argument &&
                   scope->isProperAncestor(root.value.getDefiningOp());
      BufferBytes bytes = isOwn ? sizes.getBytes(root.value) : BufferBytes();
      // What a callee hands over counts with the call.
      bool isAllocation = root.kind == BufferRoot::Kind::Allocation;
      bool isResult = isOwn && root.kind == BufferRoot::Kind::CallResult;
      uint64_t allocated = isAllocation ? bytes.upper.value_or(0) : 0;
      buffers.push_back(
          Object{{"location", formatLocation(root.value.getLoc())},
                 {"bytes", allocated},
                 {"freed_bytes",
                  isResult ? analysis.getFreshBytes(cast<OpResult>(root.value))
                           : allocated}});
    }
    return buffers;
  }

  Array getBody() {
    Array steps;
    if (isCallBoundary(scope))
      addRegion(scope->getRegion(0), steps);
    else
      addOp(scope, steps);
    return steps;
  }

private:
  void addBlock(Block &block, Array &steps) {
    for (Operation &op : block)
      addOp(&op, steps);
  }

  void addOp(Operation *op, Array &steps) {
    if (isCallBoundary(op))
      return;
    if (auto call = dyn_cast<CallOpInterface>(op))
      return addCall(call, steps);
    MemoryEvents events = getMemoryEvents(op);
    for (Value buffer : events.allocated)
      steps.push_back(Object{{"allocate", *origins.getRootIndex(buffer)}});
    for (Value buffer : events.freed)
      steps.push_back(Object{{"free", getCandidates(op, buffer)}});
    if (op->getNumRegions() != 0)
      addRegions(op, steps);
  }

  /// What may be freed; nothing if that is not known, or not sure.
  Array getCandidates(Operation *op, Value buffer) const {
    const OriginSet &set = origins.lookup(buffer);
    Array candidates;
    if (!set.unknown && op->getNumResults() == 0)
      for (unsigned root : set.roots)
        candidates.push_back(root);
    return candidates;
  }

  static void addCall(CallOpInterface call, Array &steps) {
    if (auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee()))
      steps.push_back(Object{{"call", symbol.getLeafReference().getValue()}});
  }

  /// Blocks become nodes of a graph, unless there is only one.
  void addRegion(Region &region, Array &steps) {
    if (region.empty())
      return;
    if (region.hasOneBlock())
      return addBlock(region.front(), steps);
    Graph graph;
    graph.add(region);
    for (Block &block : region)
      graph.nodes.push_back(getNode(block, graph, Array{graph.getExit()}));
    addGraph(std::move(graph), Array{0}, steps);
  }

  void addRegions(Operation *op, Array &steps) {
    TripCount count = sizes.getTripCount(op);
    Array body;
    if (getRegionExecution(op) != RegionExecution::Sequential) {
      for (Region &region : op->getRegions())
        addRegion(region, body);
      if (!body.empty())
        steps.push_back(getParallel(op, count.upper, std::move(body)));
      return;
    }
    if (count.upper && op->getNumRegions() == 1) {
      addRegion(op->getRegion(0), body);
      if (!body.empty())
        steps.push_back(Object{{"repeat", *count.upper},
                               {"at_least", count.lower},
                               {"body", std::move(body)}});
      return;
    }
    addBranches(cast<RegionBranchOpInterface>(op), steps);
  }

  /// Without a bound there is a finite footprint only if nothing is live, or
  /// nothing is left behind.
  static Object getParallel(Operation *op, std::optional<uint64_t> count,
                            Array body) {
    std::optional<uint64_t> together = getDeclaredParallelism(op);
    if (count)
      together = std::min(*count, together.value_or(*count));
    uint64_t bodies = together.value_or(1);
    return Object{{"parallel", bodies},
                  {"all", count.value_or(bodies)},
                  {"body", std::move(body)}};
  }

  /// A control-flow graph; the number of nodes stands for the way out.
  struct Graph {
    DenseMap<Block *, unsigned> numbers;
    DenseMap<Region *, unsigned> entries;
    unsigned size = 0;
    Array nodes;

    void add(Region &region) {
      entries[&region] = size;
      for (Block &block : region)
        numbers[&block] = size++;
      // An empty region is passed through.
      size += region.empty();
    }
    unsigned getExit() const { return size; }
    Array getTargets(ArrayRef<RegionSuccessor> successors) const {
      Array targets;
      for (const RegionSuccessor &successor : successors) {
        Region *region = successor.getSuccessor();
        targets.push_back(region ? entries.lookup(region) : getExit());
      }
      return targets;
    }
  };

  Object getNode(Block &block, const Graph &graph, Array atEnd) {
    Array body, next;
    addBlock(block, body);
    for (Block *successor : block.getSuccessors())
      next.push_back(graph.numbers.lookup(successor));
    if (block.getNumSuccessors() == 0)
      next = std::move(atEnd);
    return Object{{"body", std::move(body)}, {"next", std::move(next)}};
  }

  void addBranches(RegionBranchOpInterface op, Array &steps) {
    Graph graph;
    for (Region &region : op->getRegions())
      graph.add(region);
    SmallVector<RegionSuccessor> successors;
    for (Region &region : op->getRegions()) {
      if (region.empty()) {
        successors.clear();
        op.getSuccessorRegions(region, successors);
        graph.nodes.push_back(
            Object{{"body", Array()}, {"next", graph.getTargets(successors)}});
      }
      for (Block &block : region) {
        successors.clear();
        auto exit =
            block.empty()
                ? RegionBranchTerminatorOpInterface()
                : dyn_cast<RegionBranchTerminatorOpInterface>(block.back());
        if (exit)
          op.getSuccessorRegions(exit, successors);
        else
          op.getSuccessorRegions(region, successors);
        graph.nodes.push_back(
            getNode(block, graph, graph.getTargets(successors)));
      }
    }
    successors.clear();
    op.getSuccessorRegions(RegionBranchPoint::parent(), successors);
    Array entry = graph.getTargets(successors);
    addGraph(std::move(graph), std::move(entry), steps);
  }

  /// A graph in which nothing happens to memory is left out.
  static void addGraph(Graph graph, Array entry, Array &steps) {
    bool isEmpty = llvm::all_of(graph.nodes, [](const llvm::json::Value &node) {
      return node.getAsObject()->getArray("body")->empty();
    });
    if (!isEmpty)
      steps.push_back(Object{{"graph", std::move(graph.nodes)},
                             {"entry", std::move(entry)}});
  }

  const FootprintAnalysis &analysis;
  const BufferOrigins &origins;
  const SizeBounds &sizes;
  Operation *scope;
};

/// A budget that the footprint proves.
std::optional<uint64_t> getProvenBudget(Operation *op,
                                        const Footprint &footprint) {
  auto budget =
      getResourceAttr<MemoryBudgetAttr>(op, ResourceDialect::kMemoryBudget);
  if (!budget || !footprint.upper || *footprint.upper > budget.getLimit())
    return std::nullopt;
  return budget.getLimit();
}

void addPlan(Operation *op, Object &object) {
  auto plan = getResourceAttr<PlanAttr>(op, ResourceDialect::kPlan);
  if (!plan || plan.getPlacement() == ArenaPlacement::Runtime)
    return;
  object["arena_bytes"] = plan.getArena();
  object["arena_is_callers"] = plan.getPlacement() == ArenaPlacement::Argument;
}

class CertificateWriter {
public:
  explicit CertificateWriter(const FootprintAnalysis &analysis)
      : analysis(analysis) {}

  Array getScopes(Operation *module) {
    module->walk<WalkOrder::PreOrder>([&](FunctionOpInterface function) {
      if (function.isExternal())
        return addDeclaration(function);
      addScope(function, function, function.getName().str());
      function.getFunctionBody().walk([&](Operation *op) {
        if (op->hasAttr(ResourceDialect::kMemoryBudget))
          addScope(function, op,
                   function.getName().str() + " at " +
                       formatLocation(op->getLoc()));
      });
    });
    return std::move(scopes);
  }

private:
  /// Without a body, a cost is an assumption.
  void addDeclaration(FunctionOpInterface function) {
    auto cost = getResourceAttr<CostAttr>(function, ResourceDialect::kCost);
    if (cost && cost.getMemory())
      scopes.push_back(Object{{"name", function.getName()},
                              {"location", formatLocation(function.getLoc())},
                              {"peak_bytes", *cost.getMemory()},
                              {"retained_bytes", 0}});
  }

  void addScope(FunctionOpInterface function, Operation *op, std::string name) {
    Footprint footprint = analysis.getScope(op);
    if (!footprint.upper || !footprint.retained)
      return;
    Object object{{"name", std::move(name)},
                  {"location", formatLocation(op->getLoc())},
                  {"peak_bytes", *footprint.upper},
                  {"retained_bytes", *footprint.retained}};
    addPlan(op, object);
    // What takes more than one walk stands as an assumption, without a body.
    if (!footprint.isPlain) {
      scopes.push_back(std::move(object));
      return;
    }
    BodyWriter body(analysis, function, op);
    object["buffers"] = body.getBuffers();
    object["body"] = body.getBody();
    if (std::optional<uint64_t> budget = getProvenBudget(op, footprint))
      object["budget_bytes"] = *budget;
    scopes.push_back(std::move(object));
  }

  const FootprintAnalysis &analysis;
  Array scopes;
};

/// FNV-1a: a change of any one byte gives another number.
uint64_t getDigest(StringRef text) {
  uint64_t digest = 0xCBF29CE484222325;
  for (unsigned char byte : text)
    digest = (digest ^ byte) * 0x100000001B3;
  return digest;
}

} // namespace

void writeBudgetCertificate(const FootprintAnalysis &analysis,
                            Operation *module, raw_ostream &os) {
  Object certificate{
      {"schema", "langone-budget-certificate/1"},
      {"functions", CertificateWriter(analysis).getScopes(module)}};
  std::string text =
      llvm::formatv("{0:2}", llvm::json::Value(std::move(certificate)));
  // The digest is the last member, of all the text before it.
  text.resize(StringRef(text).rtrim("}\n ").size());
  text += ",\n";
  os << text
     << llvm::formatv("  \"digest\": \"{0:x-16}\"\n}\n", getDigest(text));
}

} // namespace langone::resource
