//===- GeneratorLoops.cpp - loops that carry buffers ----------------------===//
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
// Carried buffers
//===----------------------------------------------------------------------===//

/// A buffer that nobody frees, for the body of a loop to use last.
std::optional<Generator::Id> Generator::leakIntoLoop(Scope &scope) {
  if (!chance(Feature::LeakIntoLoop, 50))
    return std::nullopt;
  Id id = allocate(scope, anyType(), /*write=*/true);
  llvm::erase(scope.owned, id);
  kill(id);
  return id;
}

/// What is allocated right after the last use may only take the same place if
/// there is no next round.
void Generator::beginBody(Scope &body, std::optional<Id> leaked) {
  if (!leaked)
    return;
  read(*leaked);
  allocate(body, handles[*leaked].type, /*write=*/true);
}

llvm::SmallVector<Generator::Carried> Generator::planCarried(Scope &scope) {
  llvm::SmallVector<Carried> carried;
  if (chance(Feature::Rotation, 60)) {
    Carried rotated;
    rotated.type = anyTransferType();
    rotated.init = take(scope, rotated.type);
    carried.push_back(rotated);
  }
  if (!chance(Feature::Swap, 40))
    return carried;
  auto first = pick([&](Id id) { return handles[id].written; });
  if (!first)
    return carried;
  auto second = pick([&](Id id) {
    return handles[id].written && handles[id].type == handles[*first].type;
  });
  Carried swapped;
  swapped.owned = false;
  swapped.type = handles[*first].type;
  for (Id id : {*first, *second}) {
    swapped.owners.append(handles[id].owners);
    swapped.writable &= handles[id].writable;
  }
  for (Id id : {*first, *second}) {
    swapped.init = handles[id].name;
    carried.push_back(swapped);
  }
  // Both names know both buffers.
  auto &one = carried[carried.size() - 2];
  one.owners = carried.back().owners;
  one.writable = carried.back().writable;
  return carried;
}

/// Names for what a region or block is given.
llvm::SmallVector<std::string>
Generator::addCarried(Scope &scope, llvm::ArrayRef<Carried> carried) {
  llvm::SmallVector<std::string> arguments;
  for (const Carried &each : carried) {
    arguments.push_back(fresh("x"));
    if (each.owned)
      scope.owned.push_back(add(arguments.back(), each.type, /*written=*/true));
    else
      borrow(arguments.back(), each.type, each.owners, each.writable);
  }
  return arguments;
}

/// What is handed on: an owned buffer, or the other of the two swapped.
llvm::SmallVector<std::string>
Generator::nextCarried(Scope &scope, llvm::ArrayRef<Carried> carried,
                       llvm::ArrayRef<std::string> arguments) {
  llvm::SmallVector<std::string> next;
  for (auto [each, argument] : llvm::zip(carried, arguments))
    next.push_back(each.owned ? take(scope, each.type) : argument);
  if (next.size() >= 2 && random.percent(85))
    std::swap(next[next.size() - 1], next[next.size() - 2]);
  return next;
}

void Generator::finishLoop(Scope &scope, Id outside,
                           llvm::ArrayRef<Carried> carried,
                           llvm::ArrayRef<std::string> names) {
  handles.truncate(outside);
  for (auto [each, name] : llvm::zip(carried, names)) {
    if (each.owned)
      scope.owned.push_back(add(name, each.type, /*written=*/true));
    else
      borrow(name, each.type, each.owners, each.writable);
  }
}

static llvm::SmallVector<std::string>
namesOfResults(const std::string &name, size_t first, size_t count) {
  llvm::SmallVector<std::string> results;
  for (size_t i = first; i < count; ++i)
    results.push_back(count == 1 ? name : name + "#" + std::to_string(i));
  return results;
}

static std::string joinPairs(llvm::ArrayRef<std::string> first,
                             llvm::StringRef between,
                             llvm::ArrayRef<std::string> second) {
  std::string text;
  for (auto [a, b] : llvm::zip(first, second))
    text += (text.empty() ? "" : ", ") + a + between.str() + b;
  return text;
}

//===----------------------------------------------------------------------===//
// Structured loops
//===----------------------------------------------------------------------===//

void Generator::forLoop(Scope &scope, Feature kind) {
  use(kind);
  std::string zero = indexConstant(0);
  std::string step = indexConstant(1 + random.below(2));
  std::string end =
      kind == Feature::CountedLoop ? indexConstant(random.below(5)) : number(3);
  auto carried = planCarried(scope);
  std::optional<Id> leaked = leakIntoLoop(scope);
  const auto before = handles;
  Scope body;
  body.parallelStart = scope.parallelStart;
  body.depth = scope.depth + 1;
  std::string result = fresh("r");
  auto types = llvm::map_to_vector(
      carried, [](const Carried &each) { return each.type.getText(); });
  auto inits = llvm::map_to_vector(
      carried, [](const Carried &each) { return each.init; });
  auto arguments = addCarried(body, carried);
  std::string head =
      "scf.for " + fresh("i") + " = " + zero + " to " + end + " step " + step;
  if (carried.empty())
    line(head + " {");
  else
    line(result +
         (carried.size() > 1 ? ":" + llvm::Twine(carried.size()) : "") + " = " +
         head + " iter_args(" + joinPairs(arguments, " = ", inits) + ") -> (" +
         llvm::join(types, ", ") + ") {");
  ++indent;
  beginBody(body, leaked);
  block(body, 1 + random.below(4));
  auto next = nextCarried(body, carried, arguments);
  dispose(body);
  line("scf.yield" + listWithTypes(" ", next, types));
  --indent;
  line("}");
  handles = before;
  finishLoop(scope, before.size(), carried,
             namesOfResults(result, 0, carried.size()));
}

void Generator::whileLoop(Scope &scope) {
  use(Feature::While);
  std::string count = number(3);
  auto carried = planCarried(scope);
  std::optional<Id> leaked = leakIntoLoop(scope);
  const auto before = handles;
  std::string result = fresh("r");
  llvm::SmallVector<std::string> types = {"index"}, inits = {count};
  for (const Carried &each : carried) {
    types.push_back(each.type.getText());
    inits.push_back(each.init);
  }
  Scope first;
  first.parallelStart = scope.parallelStart;
  first.depth = scope.depth + 1;
  auto arguments = addCarried(first, carried);
  llvm::SmallVector<std::string> names = {fresh("n")};
  names.append(arguments);
  std::string signature = "(" + llvm::join(types, ", ") + ")";
  line(result + ":" + llvm::Twine(types.size()) + " = scf.while (" +
       joinPairs(names, " = ", inits) + ") : " + signature + " -> " +
       signature + " {");
  ++indent;
  block(first, random.below(3));
  auto passed = nextCarried(first, carried, arguments);
  dispose(first);
  std::string zero = indexConstant(0), more = fresh("b");
  line(more + " = arith.cmpi ugt, " + names[0] + ", " + zero + " : index");
  passed.insert(passed.begin(), names[0]);
  line("scf.condition(" + more + ")" + listWithTypes(" ", passed, types));
  --indent;
  line("} do {");
  handles = before;
  Scope second = Scope();
  second.parallelStart = scope.parallelStart;
  second.depth = scope.depth + 1;
  arguments = addCarried(second, carried);
  names.assign(1, fresh("n"));
  names.append(arguments);
  line("^" + fresh("bb").substr(1) + "(" + joinPairs(names, ": ", types) +
       "):");
  ++indent;
  beginBody(second, leaked);
  block(second, 1 + random.below(4));
  auto next = nextCarried(second, carried, arguments);
  dispose(second);
  std::string one = indexConstant(1), less = fresh("n");
  line(less + " = arith.subi " + names[0] + ", " + one + " : index");
  next.insert(next.begin(), less);
  line("scf.yield" + listWithTypes(" ", next, types));
  --indent;
  line("}");
  handles = before;
  finishLoop(scope, before.size(), carried,
             namesOfResults(result, 1, types.size()));
}

//===----------------------------------------------------------------------===//
// Loops of blocks
//===----------------------------------------------------------------------===//

/// A head that decides, a body that goes back to it.
void Generator::blockLoop(Scope &scope) {
  use(Feature::BlockLoop);
  std::string count = number(3);
  auto carried = planCarried(scope);
  std::optional<Id> leaked = leakIntoLoop(scope);
  const auto before = handles;
  std::string label = "^" + fresh("bb").substr(1) + "_";
  llvm::SmallVector<std::string> types = {"index"}, inits = {count};
  for (const Carried &each : carried) {
    types.push_back(each.type.getText());
    inits.push_back(each.init);
  }
  line("cf.br " + label + "h(" + listWithTypes("", inits, types) + ")");
  Scope body;
  body.allowsBlocks = true;
  body.parallelStart = scope.parallelStart;
  body.depth = scope.depth + 1;
  auto arguments = addCarried(body, carried);
  llvm::SmallVector<std::string> names = {fresh("n")};
  names.append(arguments);
  line(label + "h(" + joinPairs(names, ": ", types) + "):");
  std::string zero = indexConstant(0), more = fresh("b");
  line(more + " = arith.cmpi ugt, " + names[0] + ", " + zero + " : index");
  line("cf.cond_br " + more + ", " + label + "b, " + label + "e");
  line(label + "b:");
  ++indent;
  beginBody(body, leaked);
  block(body, 1 + random.below(4));
  auto next = nextCarried(body, carried, arguments);
  dispose(body);
  std::string one = indexConstant(1), less = fresh("n");
  line(less + " = arith.subi " + names[0] + ", " + one + " : index");
  next.insert(next.begin(), less);
  line("cf.br " + label + "h(" + listWithTypes("", next, types) + ")");
  --indent;
  line(label + "e:");
  handles = before;
  finishLoop(scope, before.size(), carried, arguments);
}

/// One block that goes back to itself, and disposes of what it carries in its
/// last round.
void Generator::tailLoop(Scope &scope) {
  use(Feature::BlockLoop);
  std::string count = number(3);
  auto carried = planCarried(scope);
  std::optional<Id> leaked = leakIntoLoop(scope);
  const auto before = handles;
  std::string label = "^" + fresh("bb").substr(1) + "_";
  llvm::SmallVector<std::string> types = {"index"}, inits = {count};
  for (const Carried &each : carried) {
    types.push_back(each.type.getText());
    inits.push_back(each.init);
  }
  line("cf.br " + label + "l(" + listWithTypes("", inits, types) + ")");
  Scope body;
  body.allowsBlocks = true;
  body.parallelStart = scope.parallelStart;
  body.depth = scope.depth + 1;
  auto arguments = addCarried(body, carried);
  llvm::SmallVector<std::string> names = {fresh("n")};
  names.append(arguments);
  line(label + "l(" + joinPairs(names, ": ", types) + "):");
  ++indent;
  beginBody(body, leaked);
  block(body, 1 + random.below(4));
  auto next = nextCarried(body, carried, arguments);
  dispose(body);
  std::string zero = indexConstant(0), last = fresh("b");
  line(last + " = arith.cmpi eq, " + names[0] + ", " + zero + " : index");
  line("scf.if " + last + " {");
  for (auto [each, name] : llvm::zip(carried, next))
    if (each.owned)
      line("  memref.dealloc " + name + " : " + each.type.getText());
  line("}");
  std::string one = indexConstant(1), less = fresh("n");
  line(less + " = arith.subi " + names[0] + ", " + one + " : index");
  next.insert(next.begin(), less);
  line("cf.cond_br " + last + ", " + label + "e, " + label + "l(" +
       listWithTypes("", next, types) + ")");
  --indent;
  line(label + "e:");
  handles = before;
}

} // namespace langone::resource::test
