//===- Need.cpp - the stack that functions need, callees included ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recursion. The calls that are active at once in a strongly connected
// component form a chain through it. Let D be its functions with a declared
// depth, and let every cycle that takes stack pass through D. The chain splits
// at its members of D, of which function d occurs at most N(d) times; each
// piece is a path without cycles that take stack. Hence the bound: the longest
// piece from the entry, N(d) times the longest one from each d, and the most
// that a function of the component needs outside of it.
//
//===----------------------------------------------------------------------===//

#include "Need.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace langone::stack {
namespace {

using Upper = std::optional<uint64_t>;

Upper add(Upper a, Upper b) {
  return a && b ? checkedAddUnsigned(*a, *b) : std::nullopt;
}

/// Strongly connected components of `members`, callees first: Tarjan's
/// algorithm with a stack of its own, as chains of calls may be long.
class Components {
public:
  Components(const std::vector<Node> &graph, ArrayRef<unsigned> members)
      : graph(graph), state(graph.size()) {
    for (unsigned member : members)
      state[member].isMember = true;
    for (unsigned member : members)
      if (state[member].index == 0)
        visit(member);
  }

  const std::vector<std::vector<unsigned>> &get() const { return components; }

private:
  struct VertexState {
    unsigned index = 0, low = 0;
    size_t nextEdge = 0;
    bool isMember = false, isOpen = false;
  };

  void enter(unsigned vertex) {
    state[vertex].index = state[vertex].low = ++counter;
    state[vertex].isOpen = true;
    open.push_back(vertex);
    path.push_back(vertex);
  }

  void visit(unsigned root) {
    enter(root);
    while (!path.empty()) {
      unsigned vertex = path.back();
      VertexState &own = state[vertex];
      if (own.nextEdge < graph[vertex].edges.size()) {
        unsigned callee = graph[vertex].edges[own.nextEdge++].callee;
        if (!state[callee].isMember)
          continue;
        if (state[callee].index == 0)
          enter(callee);
        else if (state[callee].isOpen)
          own.low = std::min(own.low, state[callee].index);
        continue;
      }
      path.pop_back();
      if (!path.empty())
        state[path.back()].low = std::min(state[path.back()].low, own.low);
      if (own.low == own.index)
        close(vertex);
    }
  }

  void close(unsigned root) {
    std::vector<unsigned> &component = components.emplace_back();
    unsigned vertex = 0;
    do {
      vertex = open.back();
      open.pop_back();
      state[vertex].isOpen = false;
      component.push_back(vertex);
    } while (vertex != root);
    llvm::sort(component);
  }

  const std::vector<Node> &graph;
  std::vector<VertexState> state;
  std::vector<unsigned> open, path;
  unsigned counter = 0;
  std::vector<std::vector<unsigned>> components;
};

class Solver {
public:
  Solver(const Program &program, const std::vector<Node> &graph,
         const Knowledge &knowledge)
      : program(program), graph(graph), depth(graph.size()),
        componentOf(graph.size()) {
    for (auto [index, function] : llvm::enumerate(program.functions))
      for (StringRef name : function.names)
        if (auto it = knowledge.depths.find(name); it != knowledge.depths.end())
          depth[index] = it->second;
    needs.functions.resize(graph.size());
  }

  Expected<Needs> run() {
    Components components(
        graph, llvm::to_vector(llvm::seq<unsigned>(0, graph.size())));
    for (auto [number, component] : llvm::enumerate(components.get()))
      for (unsigned member : component)
        componentOf[member] = number;
    for (const std::vector<unsigned> &component : components.get()) {
      for (unsigned member : component)
        leave(member);
      bool isRecursive = llvm::any_of(component, [&](unsigned member) {
        return llvm::any_of(graph[member].edges, [&](const Edge &edge) {
          return isWithin(member, edge);
        });
      });
      for (unsigned member : component)
        if (depth[member] && !isRecursive)
          return createStringError(
              "--depth: '" + program.getName(member) + "' (" +
              program.getObject(program.functions[member]).name +
              ") is not recursive");
      if (isRecursive)
        recur(component);
    }
    return std::move(needs);
  }

private:
  bool isWithin(unsigned caller, const Edge &edge) const {
    return componentOf[caller] == componentOf[edge.callee];
  }

  /// What a function needs if it calls nobody of its own component but, for
  /// the lower estimate, once.
  void leave(unsigned index) {
    const Node &node = graph[index];
    Need &need = needs.functions[index];
    need.upper = node.frame.upper;
    need.lower = node.lower;
    for (const DeclaredCall &call : node.declared)
      if (call.upper + call.cost > *need.upper) {
        need.upper = call.upper + call.cost;
        need.declared = call;
      }
    bool isBounded = node.reasons.empty();
    for (const Edge &edge : node.edges) {
      const Need &callee = needs.functions[edge.callee];
      uint64_t lower = SaturatingAdd(edge.lower, isWithin(index, edge)
                                                     ? graph[edge.callee].lower
                                                     : callee.lower);
      if (edge.isSure && lower > need.lower) {
        need.lower = lower;
        need.lowerEdge = edge;
        need.lowerEndsThere = isWithin(index, edge);
      }
      if (isWithin(index, edge))
        continue;
      Upper upper = add(callee.upper, edge.upper);
      isBounded &= upper.has_value();
      if (upper && *upper > *need.upper) {
        need.upper = upper;
        need.upperEdge = edge;
        need.declared = std::nullopt;
      }
    }
    if (!isBounded)
      need.upper = std::nullopt;
  }

  void recur(const std::vector<unsigned> &component) {
    std::vector<unsigned> free;
    for (unsigned member : component)
      if (!depth[member])
        free.push_back(member);
    bool grows = growsForever(free);
    if (grows)
      needs.recursions.push_back(
          {component.front(), program.functions[component.front()].begin.offset,
           "is recursive, and how deep is not declared (--depth)"});
    Upper outside = 0;
    unsigned exit = component.front();
    for (unsigned member : component) {
      Upper need = needs.functions[member].upper;
      if (outside && (!need || *need > *outside)) {
        outside = need;
        exit = member;
      }
    }
    DenseMap<unsigned, Upper> longest;
    if (!grows && outside)
      longest = findLongest(component);
    Upper rounds = 0;
    for (unsigned member : component)
      if (depth[member])
        rounds = add(rounds,
                     longest.lookup(member)
                         ? checkedMulUnsigned(*longest[member], *depth[member])
                         : std::nullopt);
    std::vector<Upper> uppers;
    for (unsigned member : component) {
      Need &need = needs.functions[member];
      Upper inside =
          grows ? std::nullopt
                : add(rounds, depth[member] ? 0 : longest.lookup(member));
      need.upper = add(inside, outside);
      need.recursionBytes = inside.value_or(0);
      need.recursionExit = exit;
    }
  }

  /// Whether a cycle through `members` alone takes stack: as no edge gives any
  /// back, whether an edge within one of their components does.
  bool growsForever(ArrayRef<unsigned> members) const {
    DenseMap<unsigned, unsigned> number;
    Components components(graph, members);
    for (auto [i, component] : llvm::enumerate(components.get()))
      for (unsigned member : component)
        number[member] = i + 1;
    return llvm::any_of(members, [&](unsigned member) {
      return llvm::any_of(graph[member].edges, [&](const Edge &edge) {
        return edge.upper > 0 && number.lookup(edge.callee) == number[member];
      });
    });
  }

  /// The most that calls within the component take from each member until the
  /// next one with a declared depth.
  DenseMap<unsigned, Upper>
  findLongest(const std::vector<unsigned> &component) const {
    DenseMap<unsigned, Upper> longest;
    for (unsigned member : component)
      longest[member] = 0;
    // Ends: cycles that take no stack are the only ones left.
    for (bool changed = true; changed;) {
      changed = false;
      for (unsigned member : component)
        for (const Edge &edge : graph[member].edges) {
          if (!isWithin(member, edge))
            continue;
          Upper through = add(
              edge.upper, depth[edge.callee] ? Upper(0) : longest[edge.callee]);
          Upper &own = longest[member];
          if (own && (!through || *through > *own)) {
            own = through;
            changed = true;
          }
        }
    }
    return longest;
  }

  const Program &program;
  const std::vector<Node> &graph;
  std::vector<Upper> depth;
  std::vector<unsigned> componentOf;
  Needs needs;
};

} // namespace

Expected<Needs> computeNeeds(const Program &program,
                             const std::vector<Node> &graph,
                             const Knowledge &knowledge) {
  // In the order of names, as the map has none.
  std::vector<StringRef> names;
  for (const auto &entry : knowledge.depths)
    names.push_back(entry.first());
  llvm::sort(names);
  for (StringRef name : names)
    if (program.findByName(name).empty())
      return createStringError("--depth: no object has a function '" + name +
                               "'");
  return Solver(program, graph, knowledge).run();
}

} // namespace langone::stack
