//===- GeneratorControlFlow.cpp - branches and parallel bodies ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace langone::resource::test {

//===----------------------------------------------------------------------===//
// What regions yield
//===----------------------------------------------------------------------===//

llvm::SmallVector<Generator::Yield>
Generator::planYields(Scope &scope, llvm::ArrayRef<Id> consumed) {
  llvm::SmallVector<Yield> yields;
  if (chance(Feature::YieldedBuffer, 40))
    yields.push_back({anyTransferType(), /*owned=*/true, {}, true});
  if (chance(Feature::YieldedBuffer, 25)) {
    auto id = pick([&](Id id) {
      return handles[id].written &&
             llvm::none_of(handles[id].owners, [&](Id owner) {
               return llvm::is_contained(consumed, owner);
             });
    });
    if (id) {
      Yield yield{handles[*id].type, /*owned=*/false, {}, true};
      yields.push_back(yield);
    }
  }
  return yields;
}

llvm::SmallVector<std::string>
Generator::yieldNames(Scope &scope, llvm::MutableArrayRef<Yield> yields,
                      llvm::ArrayRef<Id> consumed, Id outside) {
  awaitTasks(scope);
  llvm::SmallVector<std::string> result;
  for (Yield &yield : yields) {
    if (yield.owned) {
      result.push_back(take(scope, yield.type));
      continue;
    }
    // What was there before the region stays after it, unless it is consumed.
    auto id = pick([&](Id id) {
      return handles[id].written && handles[id].type == yield.type &&
             llvm::all_of(handles[id].owners, [&](Id owner) {
               return owner < outside && !llvm::is_contained(consumed, owner);
             });
    });
    const Handle &handle = handles[*id];
    // Afterwards it may be what any of the branches gives.
    yield.owners.append(handle.owners);
    yield.writable &= handle.writable;
    result.push_back(handle.name);
  }
  return result;
}

void Generator::addYields(Scope &scope, llvm::ArrayRef<Yield> yields,
                          llvm::ArrayRef<std::string> names) {
  for (auto [yield, name] : llvm::zip(yields, names)) {
    if (yield.owned)
      scope.owned.push_back(add(name, yield.type, /*written=*/true));
    else
      borrow(name, yield.type, yield.owners, yield.writable);
  }
}

static llvm::SmallVector<std::string> namesOfResults(const std::string &name,
                                                     size_t count) {
  if (count == 1)
    return {name};
  llvm::SmallVector<std::string> results;
  for (size_t i = 0; i < count; ++i)
    results.push_back(name + "#" + std::to_string(i));
  return results;
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

/// One of several ways, each of which disposes of the same buffers.
void Generator::branches(Scope &scope, Feature kind) {
  use(kind);
  llvm::SmallVector<Id> consumed;
  for (Id id : scope.owned)
    if (random.percent(25))
      consumed.push_back(id);
  llvm::SmallVector<Yield> yields = planYields(scope, consumed);
  bool isBlocks = kind == Feature::Blocks;
  unsigned ways = kind == Feature::ExecuteRegion ? 1
                  : kind == Feature::Switch      ? 2 + random.below(2)
                                                 : 2;
  auto yieldTypes = llvm::map_to_vector(
      yields, [](const Yield &yield) { return yield.type.getText(); });

  std::string result = fresh("r");
  std::string label = "^" + fresh("bb").substr(1) + "_";
  std::string head = yields.empty() ? "" : result;
  if (yields.size() > 1)
    head += ":" + std::to_string(yields.size());
  if (!yields.empty())
    head += " = ";
  std::string arrow;
  if (!yields.empty())
    arrow = " -> (" + llvm::join(yieldTypes, ", ") + ")";
  if (kind == Feature::Switch && yields.size() > 0)
    arrow = " -> " + llvm::join(yieldTypes, ", ");
  if (kind == Feature::Branch)
    line(head + "scf.if " + condition(scope) + arrow + " {");
  else if (kind == Feature::Switch)
    line(head + "scf.index_switch " + number(ways) + arrow);
  else if (kind == Feature::ExecuteRegion)
    line(head + "scf.execute_region" + arrow + " {");
  else
    line("cf.cond_br " + condition(scope) + ", " + label + "0, " + label + "1");

  const auto before = handles;
  for (unsigned way = 0; way < ways; ++way) {
    handles = before;
    if (isBlocks)
      line(label + llvm::Twine(way) + ":");
    else if (kind == Feature::Branch && way == 1)
      line("} else {");
    else if (kind == Feature::Switch)
      line(way + 1 == ways ? "default {" : "case " + llvm::Twine(way) + " {");
    Scope branch;
    branch.owned = consumed;
    branch.allowsBlocks =
        isBlocks ? scope.allowsBlocks : kind == Feature::ExecuteRegion;
    branch.parallelStart = scope.parallelStart;
    branch.depth = scope.depth + 1;
    ++indent;
    block(branch, 1 + random.below(4));
    auto given = yieldNames(branch, yields, consumed, before.size());
    dispose(branch);
    if (isBlocks) {
      std::string list = listWithTypes("(", given, yieldTypes);
      line("cf.br " + label + "j" + list + (list.empty() ? "" : ")"));
    } else {
      line("scf.yield" + listWithTypes(" ", given, yieldTypes));
    }
    --indent;
    if (kind == Feature::Switch)
      line("}");
  }
  handles = before;
  for (Id id : consumed) {
    llvm::erase(scope.owned, id);
    kill(id);
  }
  auto results = namesOfResults(result, yields.size());
  if (isBlocks) {
    std::string arguments;
    for (auto [index, name] : llvm::enumerate(results)) {
      name = fresh("r");
      arguments += (index ? ", " : "") + name + ": " + yieldTypes[index];
    }
    line(label + "j" + (arguments.empty() ? "" : "(" + arguments + ")") + ":");
  } else if (kind != Feature::Switch) {
    line("}");
  }
  addYields(scope, yields, results);
}

//===----------------------------------------------------------------------===//
// Parallel bodies
//===----------------------------------------------------------------------===//

void Generator::parallel(Scope &scope) {
  use(Feature::Parallel);
  int64_t count = random.below(4);
  bool isAffine = chance(Feature::AffineParallel, 40);
  bool isForall = !isAffine && random.percent(35);
  bool isPlane = !isForall && !isAffine && count != 0 && random.percent(25);
  std::string zero = indexConstant(0), one = indexConstant(1);
  std::string end = indexConstant(count), two = indexConstant(2);
  std::string i = fresh("i"), j = fresh("i");
  llvm::SmallVector<Id> freed;
  if (!isPlane && chance(Feature::ParallelFree, 40))
    for (Id id : scope.owned)
      if (static_cast<int64_t>(freed.size()) < count && random.percent(60))
        freed.push_back(id);
  if (isAffine)
    line("affine.parallel (" + i + ") = (0) to (" + llvm::Twine(count) + ") {");
  else if (isForall)
    line("scf.forall (" + i + ") in (" + llvm::Twine(count) + ") {");
  else if (isPlane)
    line("scf.parallel (" + i + ", " + j + ") = (" + zero + ", " + zero +
         ") to (" + end + ", " + two + ") step (" + one + ", " + one + ") {");
  else
    line("scf.parallel (" + i + ") = (" + zero + ") to (" + end + ") step (" +
         one + ") {");
  const auto before = handles;
  Scope body;
  body.parallelStart = handles.size();
  body.depth = scope.depth + 1;
  ++indent;
  // Each iteration frees one of them, which no other may use.
  for (Id id : freed) {
    llvm::erase(scope.owned, id);
    kill(id);
  }
  auto release = [&] {
    if (freed.empty())
      return;
    line("scf.index_switch " + i);
    for (auto [index, id] : llvm::enumerate(freed)) {
      line("case " + llvm::Twine(index) + " {");
      line("  memref.dealloc " + handles[id].name + " : " +
           handles[id].type.getText());
      line("  scf.yield");
      line("}");
    }
    line("default {");
    line("  scf.yield");
    line("}");
  };
  bool isLate = random.percent(60);
  if (!isLate)
    release();
  block(body, 1 + random.below(4));
  dispose(body);
  if (isLate)
    release();
  if (!isForall && !isAffine)
    line("scf.reduce");
  --indent;
  line("}");
  handles = before;
  for (Id id : freed)
    kill(id);
}

void Generator::structured(Scope &scope) {
  if (scope.depth >= 3 || size > 60)
    return;
  llvm::SmallVector<Feature> kinds;
  for (Feature kind :
       {Feature::Branch, Feature::Branch, Feature::Switch,
        Feature::ExecuteRegion, Feature::Blocks, Feature::BlockLoop,
        Feature::CountedLoop, Feature::CountedLoop, Feature::DynamicLoop,
        Feature::While, Feature::Parallel, Feature::Call, Feature::Call,
        Feature::Recursion, Feature::EarlyReturn, Feature::Task,
        Feature::Task}) {
    bool needsBlocks = kind == Feature::Blocks || kind == Feature::BlockLoop;
    if (isEnabled(kind) && (!needsBlocks || scope.allowsBlocks))
      kinds.push_back(kind);
  }
  if (kinds.empty())
    return;
  switch (Feature kind = random.pick(kinds)) {
  case Feature::CountedLoop:
  case Feature::DynamicLoop:
    return forLoop(scope, kind);
  case Feature::While:
    return whileLoop(scope);
  case Feature::BlockLoop:
    return random.percent(50) ? blockLoop(scope) : tailLoop(scope);
  case Feature::Parallel:
    return parallel(scope);
  case Feature::Call:
    if (functions.size() > 1) {
      use(Feature::Call);
      call(scope, functions[random.below(functions.size() - 1)]);
    }
    return;
  case Feature::Recursion:
    return recurse(scope);
  case Feature::EarlyReturn:
    return earlyReturn(scope);
  case Feature::Task:
    // Often several at once.
    do
      task(scope);
    while (scope.tasks.size() < 4 && random.percent(50));
    return;
  default:
    return branches(scope, kind);
  }
}

} // namespace langone::resource::test
