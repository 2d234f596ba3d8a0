//===- Certificate.cpp - why budgets are proven, to be checked ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes down what the code does, not what the footprint walk concluded: the
// peaks beside it are the only numbers that come from there.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/Certificate.h"

#include "CertificatePlaces.h"
#include "FootprintWalker.h"
#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/Analysis/RecursionDepth.h"
#include "langone/Resource/Analysis/Report.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/IR/RegionGraphTraits.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using llvm::json::Array;
using llvm::json::Object;

namespace langone::resource {

namespace {

/// Functions with a bound, by the names that the certificate gives them.
using Names = llvm::MapVector<Operation *, std::string>;

/// The steps of one function, or of one op with a region in it.
class BodyWriter {
public:
  /// `places` is null for what has no arena, or one that cannot be told.
  BodyWriter(const FootprintAnalysis &analysis, FunctionOpInterface function,
             Operation *scope, const Names &names,
             const CertificatePlaces *places)
      : analysis(analysis), origins(analysis.getOrigins(function)),
        sizes(analysis.getSizes(function)), scope(scope), names(names),
        places(places) {}

  Array getBuffers(bool withFamilies) const {
    DenseMap<unsigned, uint64_t> families;
    if (withFamilies)
      families = getFamilyBytes(origins, sizes, scope);
    Array buffers;
    for (auto [index, root] : llvm::enumerate(origins.getRoots())) {
      bool isOwn = root.kind != BufferRoot::Kind::Argument &&
                   scope->isProperAncestor(root.value.getDefiningOp());
      BufferBytes bytes = isOwn ? sizes.getBytes(root.value) : BufferBytes();
      // What a callee hands over counts with the call.
      bool isAllocation = root.kind == BufferRoot::Kind::Allocation;
      bool isResult = isOwn && root.kind == BufferRoot::Kind::CallResult;
      uint64_t allocated = isAllocation ? bytes.upper.value_or(0) : 0;
      Object buffer{{"location", formatLocation(root.value.getLoc())},
                    {"bytes", allocated},
                    {"freed_bytes", isResult ? analysis.getFreshBytes(
                                                   cast<OpResult>(root.value))
                                             : allocated}};
      if (auto it = families.find(index); it != families.end())
        buffer["family_bytes"] = it->second;
      buffers.push_back(std::move(buffer));
    }
    return buffers;
  }

  /// Absent if it cannot be told.
  std::optional<Array> getBody() {
    Array steps;
    if (isCallBoundary(scope))
      addRegion(scope->getRegion(0), steps);
    else
      addOp(scope, steps);
    if (!isComplete)
      return std::nullopt;
    return steps;
  }

  /// What the numbers in the steps rest on.
  ArrayRef<std::string> getAssumptions() const { return assumptions; }

private:
  void addBlock(Block &block, Array &steps) {
    for (Operation &op : block)
      addOp(&op, steps);
    // What is made anew each time the block executes is gone in between.
    Region &region = *block.getParent();
    // A block may come again unless it is the entry or leads out.
    bool recurs = mayRepeat(region) ||
                  (!block.isEntryBlock() && block.getNumSuccessors() != 0);
    if (!places || !recurs)
      return;
    Array dropped;
    for (unsigned place : places->getMadeIn(block))
      dropped.push_back(place);
    if (!dropped.empty())
      steps.push_back(Object{{"drop", std::move(dropped)}});
  }

  void addOp(Operation *op, Array &steps) {
    if (isCallBoundary(op))
      return;
    if (places && addPlace(op, steps))
      return;
    if (auto call = dyn_cast<CallOpInterface>(op))
      return addCall(call, steps);
    SmallVector<Operation *> over = getAwaitedTasks(op);
    if (!over.empty())
      return addAwait(over, steps);
    MemoryEvents events = getMemoryEvents(op);
    for (Value buffer : events.allocated)
      steps.push_back(Object{{"allocate", *origins.getRootIndex(buffer)}});
    for (Value buffer : events.freed)
      steps.push_back(Object{{"free", getCandidates(op, buffer)}});
    if (op->getNumRegions() != 0)
      addRegions(op, steps);
  }

  /// What an op does to places; whether that is all.
  bool addPlace(Operation *op, Array &steps) const {
    if (std::optional<unsigned> place = places->lookup(op)) {
      steps.push_back(Object{{"place", *place}});
      return true;
    }
    Array used;
    for (unsigned place : places->getUses(op))
      used.push_back(place);
    if (!used.empty() && !isa<CallOpInterface>(op))
      steps.push_back(Object{{"use", std::move(used)}});
    return false;
  }

  /// What may be freed; nothing if that is not known, or not sure.
  Array getCandidates(Operation *op, Value buffer) const {
    Array candidates;
    for (unsigned root : getFreedRoots(op, buffer, origins))
      candidates.push_back(root);
    return candidates;
  }

  /// A call that starts a task is a body of its own. What the callee is given
  /// is used after its arena is, and as long.
  void addCall(CallOpInterface call, Array &steps) {
    Array callees;
    for (FunctionOpInterface target : analysis.getTargets(call)) {
      auto it = names.find(target);
      isComplete &= it != names.end();
      if (it != names.end())
        callees.push_back(it->second);
    }
    isComplete &= !callees.empty();
    Object step{{"call", std::move(callees)}};
    if (getRegionExecution(call) == RegionExecution::Asynchronous)
      return addTask(call, Array{std::move(step)}, steps);
    if (std::optional<unsigned> slice = getSlice(call))
      step["slice"] = *slice;
    steps.push_back(std::move(step));
    Array used;
    if (places)
      for (unsigned place : places->getUses(call))
        used.push_back(place);
    if (!used.empty())
      steps.push_back(Object{{"use", std::move(used)}});
  }

  /// The place that a callee takes its own buffers from.
  std::optional<unsigned> getSlice(CallOpInterface call) const {
    ArrayRef<FunctionOpInterface> targets = analysis.getTargets(call);
    if (!places || targets.size() != 1 || call.getArgOperands().empty())
      return std::nullopt;
    auto plan =
        getResourceAttr<PlanAttr>(targets.front(), ResourceDialect::kPlan);
    if (!plan || plan.getPlacement() != ArenaPlacement::Argument)
      return std::nullopt;
    return places->lookup(call.getArgOperands().back());
  }

  /// A task that starts when others are over, and frees what was there before.
  void addTask(Operation *op, Array body, Array &steps) {
    Array after, takes;
    for (Value dependency : op->getOperands()) {
      Operation *other = dependency.getDefiningOp();
      if (auto it = tasks.find(other);
          it != tasks.end() && other->getBlock() == op->getBlock())
        after.push_back(it->second);
    }
    if (op->getNumRegions() != 0)
      for (unsigned root : getTakenRoots(op, origins))
        takes.push_back(root);
    Object step{{"start", tasks.try_emplace(op, tasks.size()).first->second},
                {"body", std::move(body)}};
    if (!after.empty())
      step["after"] = std::move(after);
    if (!takes.empty())
      step["takes"] = std::move(takes);
    steps.push_back(std::move(step));
  }

  void addAwait(ArrayRef<Operation *> over, Array &steps) {
    Array ended;
    for (Operation *op : over)
      if (auto it = tasks.find(op); it != tasks.end())
        ended.push_back(it->second);
    steps.push_back(Object{{"await", std::move(ended)}});
  }

  /// Blocks become nodes of a graph, unless there is only one.
  void addRegion(Region &region, Array &steps) {
    if (region.empty())
      return;
    if (region.hasOneBlock())
      return addBlock(region.front(), steps);
    Graph graph;
    graph.add(region);
    for (Block *block : graph.blocks)
      graph.nodes.push_back(getNode(*block, graph, Array{graph.getExit()}));
    addGraph(std::move(graph), Array{0}, steps);
  }

  void addRegions(Operation *op, Array &steps) {
    TripCount count = sizes.getTripCount(op);
    if (count.upper == uint64_t(0))
      return;
    Array body;
    RegionExecution execution = getRegionExecution(op);
    if (execution != RegionExecution::Sequential) {
      for (Region &region : op->getRegions())
        addRegion(region, body);
      if (execution == RegionExecution::Asynchronous)
        return addTask(op, std::move(body), steps);
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
  Object getParallel(Operation *op, std::optional<uint64_t> count, Array body) {
    std::optional<uint64_t> together = getDeclaredParallelism(op);
    if (together && (!count || *together < *count))
      assumptions.push_back(
          llvm::formatv("at most {0} bodies run at once at {1}, as is declared",
                        *together, formatLocation(op->getLoc())));
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
    /// Those that can be reached.
    SmallVector<Block *> blocks;
    Array nodes;

    void add(Region &region) {
      entries[&region] = size;
      if (!region.empty()) {
        for (Block *block :
             llvm::ReversePostOrderTraversal<Region *>(&region)) {
          numbers[block] = size++;
          blocks.push_back(block);
        }
      }
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
    ArrayRef<Block *> blocks = graph.blocks;
    for (Region &region : op->getRegions()) {
      if (region.empty()) {
        successors.clear();
        op.getSuccessorRegions(region, successors);
        graph.nodes.push_back(
            Object{{"body", Array()}, {"next", graph.getTargets(successors)}});
      }
      for (; !blocks.empty() && blocks.front()->getParent() == &region;
           blocks = blocks.drop_front()) {
        Block &block = *blocks.front();
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
  const Names &names;
  const CertificatePlaces *places;
  llvm::DenseMap<Operation *, unsigned> tasks;
  SmallVector<std::string> assumptions;
  bool isComplete = true;
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

/// `@outer::@f` as "outer::f": unique within a module.
std::string getQualifiedName(FunctionOpInterface function, Operation *module) {
  std::string name = function.getName().str();
  for (Operation *op = function->getParentOp(); op && op != module;
       op = op->getParentOp())
    if (auto symbol =
            op->getAttrOfType<StringAttr>(SymbolTable::getSymbolAttrName()))
      name = (symbol.getValue() + "::" + name).str();
  return name;
}

std::string describe(const EntryAssumption &assumption) {
  auto format = [](std::optional<int64_t> bound) {
    return bound ? std::to_string(*bound) : std::string("?");
  };
  std::string text = "argument " + std::to_string(assumption.argument);
  if (assumption.dim != SizeLeaf::kNoDim)
    text += ", dimension " + std::to_string(assumption.dim);
  return text + ": " + format(assumption.bounds.lower) + " .. " +
         format(assumption.bounds.upper);
}

class CertificateWriter {
public:
  CertificateWriter(const FootprintAnalysis &analysis, Operation *module)
      : analysis(analysis), calls(module) {
    module->walk<WalkOrder::PreOrder>([&](FunctionOpInterface function) {
      if (isBounded(function))
        names[function] = getQualifiedName(function, module);
    });
  }

  Object write() {
    for (const auto &[op, name] : names)
      addFunction(cast<FunctionOpInterface>(op), name);
    Object certificate{{"schema", "langone-budget-certificate/1"},
                       {"functions", std::move(functions)}};
    Array cycles = getCycles();
    if (!cycles.empty())
      certificate["cycles"] = std::move(cycles);
    return certificate;
  }

private:
  bool isBounded(FunctionOpInterface function) const {
    if (function.isExternal()) {
      auto cost = getResourceAttr<CostAttr>(function, ResourceDialect::kCost);
      return cost && cost.getMemory();
    }
    const Footprint &footprint = analysis.getFunction(function);
    return footprint.upper && footprint.retained;
  }

  void addFunction(FunctionOpInterface function, StringRef name) {
    if (function.isExternal())
      return addDeclaration(function, name);
    addScope(function, function, name);
    // The buffers of a scope in planned code lie in its function's arena.
    if (function->hasAttr(ResourceDialect::kPlan))
      return;
    function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isCallBoundary(op))
        return WalkResult::skip();
      if (op->hasAttr(ResourceDialect::kMemoryBudget))
        addScope(function, op,
                 llvm::formatv("{0} at {1} ({2})", name,
                               formatLocation(op->getLoc()), functions.size())
                     .str());
      return WalkResult::advance();
    });
  }

  /// Without a body, a cost is an assumption.
  void addDeclaration(FunctionOpInterface function, StringRef name) {
    auto cost = getResourceAttr<CostAttr>(function, ResourceDialect::kCost);
    functions.push_back(
        Object{{"name", name},
               {"location", formatLocation(function.getLoc())},
               {"peak_bytes", *cost.getMemory()},
               {"retained_bytes", 0},
               {"assumptions", Array{"its cost is declared, it has no body"}}});
  }

  void addScope(FunctionOpInterface function, Operation *op, StringRef name) {
    Footprint footprint = analysis.getScope(op);
    if (!footprint.upper || !footprint.retained)
      return;
    Object object{{"name", name},
                  {"location", formatLocation(op->getLoc())},
                  {"peak_bytes", *footprint.upper},
                  {"retained_bytes", *footprint.retained}};
    Array assumptions;
    for (const EntryAssumption &each :
         analysis.getSizes().getAssumptions(function))
      assumptions.push_back(describe(each));
    std::optional<CertificatePlaces> places;
    if (auto plan = getResourceAttr<PlanAttr>(op, ResourceDialect::kPlan)) {
      places.emplace(analysis, function, plan);
      addArena(analysis.getOrigins(function), *places, plan, object);
      if (!places->getObstacle().empty()) {
        assumptions.push_back("buffers are not followed in its arena: " +
                              places->getObstacle().str());
        places.reset();
      } else {
        object["places"] = getPlaces(*places);
      }
    }
    BodyWriter writer(analysis, function, op, names,
                      places ? &*places : nullptr);
    std::optional<Array> body =
        footprint.isPlain ? writer.getBody() : std::optional<Array>();
    object["buffers"] = writer.getBuffers(footprint.triedFamilies);
    for (const std::string &each : writer.getAssumptions())
      assumptions.push_back(each);
    if (body) {
      object["body"] = std::move(*body);
      withBody.insert(op);
      if (std::optional<uint64_t> budget = getProvenBudget(op, footprint))
        object["budget_bytes"] = *budget;
    } else {
      assumptions.push_back("its bound is the analysis's alone");
    }
    if (!assumptions.empty())
      object["assumptions"] = std::move(assumptions);
    functions.push_back(std::move(object));
  }

  static void addArena(const BufferOrigins &origins,
                       const CertificatePlaces &places, PlanAttr plan,
                       Object &object) {
    Object arena{{"bytes", plan.getArena()},
                 {"alignment_bytes", plan.getAlignment()}};
    switch (plan.getPlacement()) {
    case ArenaPlacement::Argument:
      arena["from"] = "caller";
      break;
    case ArenaPlacement::Static:
      arena["from"] = "program";
      break;
    case ArenaPlacement::Runtime: {
      std::optional<unsigned> buffer =
          places.getAllocation() ? origins.getRootIndex(places.getAllocation())
                                 : std::nullopt;
      if (!buffer)
        return;
      arena["from"] = "body";
      arena["buffer"] = *buffer;
      break;
    }
    }
    object["arena"] = std::move(arena);
  }

  static Array getPlaces(const CertificatePlaces &places) {
    Array result;
    for (const CertificatePlaces::Place &place : places.getPlaces())
      result.push_back(
          Object{{"location", formatLocation(place.view->getLoc())},
                 {"offset_bytes", place.offset},
                 {"bytes", place.bytes}});
    return result;
  }

  /// Recursive functions, where all that call each other have a body.
  Array getCycles() {
    Array cycles;
    ArrayRef<FunctionNode> nodes = calls.getBottomUp();
    for (unsigned first = 0; first < nodes.size();) {
      ArrayRef<FunctionNode> component = calls.getComponent(first);
      first += component.size();
      if (!component.front().isRecursive ||
          !llvm::all_of(component, [&](const FunctionNode &node) {
            return withBody.contains(node.function);
          }))
        continue;
      Array members;
      for (const FunctionNode &node : component)
        members.push_back(names.find(node.function)->second);
      Object cycle{{"functions", std::move(members)}};
      if (std::optional<uint64_t> depth = getRecursionDepth(component)) {
        cycle["depth"] = *depth;
        cycle["depth_is"] =
            getProvenDepth(component) == depth ? "proven" : "declared";
      }
      cycles.push_back(std::move(cycle));
    }
    return cycles;
  }

  const FootprintAnalysis &analysis;
  CallStructure calls;
  Names names;
  Array functions;
  llvm::DenseSet<Operation *> withBody;
};

/// FNV-1a: a change of any one byte gives another number.
uint64_t getDigest(StringRef text) {
  uint64_t digest = 0xCBF29CE484222325;
  for (unsigned char byte : text)
    digest = (digest ^ byte) * 0x100000001B3;
  return digest;
}

} // namespace

std::string sealBudgetCertificate(Object certificate) {
  certificate.erase("digest");
  std::string text =
      llvm::formatv("{0:2}", llvm::json::Value(std::move(certificate)));
  // The digest is the last member, of all the text before it.
  text.resize(StringRef(text).rtrim("}\n ").size());
  text += ",\n";
  std::string digest =
      llvm::formatv("  \"digest\": \"{0:x-16}\"\n}\n", getDigest(text));
  return text + digest;
}

void writeBudgetCertificate(const FootprintAnalysis &analysis,
                            Operation *module, raw_ostream &os) {
  os << sealBudgetCertificate(CertificateWriter(analysis, module).write());
}

} // namespace langone::resource
