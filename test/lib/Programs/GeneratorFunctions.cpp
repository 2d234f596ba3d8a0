//===- GeneratorFunctions.cpp - functions and their calls -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace langone::resource::test {

llvm::StringRef getName(Feature feature) {
  static constexpr llvm::StringLiteral kNames[] = {"branch",
                                                   "switch",
                                                   "execute region",
                                                   "blocks",
                                                   "block loop",
                                                   "early return",
                                                   "counted loop",
                                                   "dynamic loop",
                                                   "while",
                                                   "rotation",
                                                   "swap",
                                                   "parallel",
                                                   "parallel free",
                                                   "call",
                                                   "recursion",
                                                   "consumed argument",
                                                   "returned argument",
                                                   "escape",
                                                   "yielded buffer",
                                                   "select",
                                                   "owned select",
                                                   "view",
                                                   "mixed sizes",
                                                   "copy",
                                                   "realloc",
                                                   "global",
                                                   "leak",
                                                   "correlated",
                                                   "indirect call",
                                                   "declared depth",
                                                   "affine parallel",
                                                   "leak into loop",
                                                   "dynamic size",
                                                   "assertion",
                                                   "task"};
  static_assert(std::size(kNames) == kNumFeatures);
  return kNames[static_cast<unsigned>(feature)];
}

static constexpr llvm::StringLiteral kElements[] = {"f32", "i8",  "f64", "i16",
                                                    "f16", "i64", "i1"};

Generator::Generator(uint64_t seed) : random(seed) {
  // Few features at a time go deeper than all at once.
  unsigned percent = 15 + random.below(70);
  for (unsigned feature = 0; feature < kNumFeatures; ++feature)
    // Drawn apart: programs without tasks are what they were before.
    if (feature == static_cast<unsigned>(Feature::Task)
            ? Random(~seed).percent(35)
            : random.percent(percent))
      enabled |= uint64_t(1) << feature;
  for (Feature rare : {Feature::Leak, Feature::Realloc, Feature::Correlated,
                       Feature::LeakIntoLoop})
    if (random.percent(60))
      enabled &= ~(uint64_t(1) << static_cast<unsigned>(rare));
  static const llvm::SmallVector<int64_t> kShapes[] = {
      {4}, {1}, {16}, {64}, {24}, {2, 4}, {3, 5}, {}, {0}};
  static const llvm::SmallVector<int64_t> kDynamicShapes[] = {
      {-1}, {-1}, {-1, 4}, {-1, -1}};
  unsigned numTypes = 1 + random.below(5);
  for (unsigned i = 0; i < numTypes; ++i) {
    llvm::StringRef element =
        kElements[random.percent(60) ? random.below(2)
                                     : random.below(std::size(kElements))];
    const auto &shape =
        isEnabled(Feature::DynamicSize) && random.percent(45)
            ? kDynamicShapes[random.below(std::size(kDynamicShapes))]
            : kShapes[random.below(std::size(kShapes))];
    types.push_back({element.str(), {shape.begin(), shape.end()}, ""});
  }
}

std::string Generator::Parameter::getType() const {
  switch (kind) {
  case Kind::Flag:
    return "i1";
  case Kind::Size:
    return type.element;
  case Kind::Depth:
    return "index";
  case Kind::Buffer:
    return type.getText();
  }
  llvm_unreachable("unknown kind of parameter");
}

std::string Generator::Parameter::getBounds() const {
  if (kind == Kind::Size)
    return llvm::formatv(" {{langone_resource.range = "
                         "#langone_resource.range<{0}.0, {1}.0>}",
                         sizes.least, sizes.most);
  if (kind != Kind::Buffer || !type.isDynamic())
    return "";
  auto bounds = llvm::map_range(type.shape, [&](int64_t size) {
    return size >= 0
               ? std::string("?")
               : llvm::formatv("{0} .. {1}", sizes.least, sizes.most).str();
  });
  return " {langone_resource.dim_bounds = #langone_resource.dim_bounds<[" +
         llvm::join(bounds, ", ") + "]>}";
}

Program makeProgram(std::string text) {
  return {std::move(text), llvm::maskTrailingOnes<uint64_t>(kNumFeatures)};
}

Program generateProgram(uint64_t seed) { return Generator(seed).generate(); }

Program Generator::generate() {
  static constexpr llvm::StringLiteral kNoCost =
      " attributes {langone_resource.cost = #langone_resource.cost<memory = "
      "0>}\n";
  auto declare = [&](const llvm::Twine &signature) {
    text += ("func.func private " + signature + kNoCost).str();
  };
  declare("@decide() -> i1");
  declare("@decide_index(index) -> index");
  declare("@decide_size(index) -> index");
  for (llvm::StringRef element : kElements)
    declare("@observe_" + element + "(" + element + ")");
  text += "memref.global \"private\" constant @weights : memref<4xf32> = "
          "dense<[1.0, 2.0, 3.0, 4.0]>\n";
  unsigned count = isEnabled(Feature::Call) ? 1 + random.below(4) : 1;
  for (unsigned i = 0; i < count; ++i)
    function(i + 1 == count ? 0 : i + 1);
  return {text, used};
}

void Generator::signature(Function &function) {
  // Functions of the same type can be called by the same value.
  if (isEnabled(Feature::IndirectCall) && functions.size() > 1 &&
      random.percent(60)) {
    const Function &twin = functions[random.below(functions.size() - 1)];
    if (!twin.isRecursive) {
      function.parameters = twin.parameters;
      function.results = twin.results;
      return;
    }
  }
  unsigned numFlags = isEnabled(Feature::Correlated) ? random.below(3) : 0;
  for (unsigned i = 0; i < numFlags; ++i)
    function.parameters.push_back({Parameter::Kind::Flag, {}, false, {}});
  unsigned numSizes = isEnabled(Feature::DynamicSize) ? random.below(3) : 0;
  for (unsigned i = 0; i < numSizes; ++i)
    function.parameters.push_back({Parameter::Kind::Size,
                                   {random.percent(50) ? "i64" : "i32", {}, ""},
                                   false,
                                   anyBounds(16)});
  if (isEnabled(Feature::Recursion) && random.percent(30)) {
    function.isRecursive = true;
    function.parameters.push_back({Parameter::Kind::Depth, {}, false, {}});
  }
  unsigned numBuffers = random.below(4);
  for (unsigned i = 0; i < numBuffers; ++i) {
    bool consumed = chance(Feature::ConsumedArgument, 40);
    BufferType type = anyType();
    // Callers inside the program have buffers of all sizes.
    int64_t most = getMostElements(type);
    bool isCalled = function.name != "f0" || function.isRecursive;
    function.parameters.push_back(
        {Parameter::Kind::Buffer, type, consumed,
         isCalled ? Bounds{1, most} : anyBounds(most)});
  }
  if (chance(Feature::Escape, 60))
    function.results.push_back({anyTransferType(), {}});
  llvm::SmallVector<unsigned> lendable;
  for (auto [index, parameter] : llvm::enumerate(function.parameters))
    if (parameter.kind == Parameter::Kind::Buffer && !parameter.consumed &&
        (lendable.empty() ||
         function.parameters[lendable[0]].type == parameter.type))
      lendable.push_back(index);
  if (!lendable.empty() && chance(Feature::ReturnedArgument, 60))
    function.results.push_back(
        {function.parameters[lendable[0]].type, lendable});
}

/// Function 0 is the last one, and public.
void Generator::function(unsigned index) {
  Function &made = functions.emplace_back();
  made.name = "f" + std::to_string(index);
  signature(made);
  const Function function = made;
  current = &function;
  handles.clear();
  flags.clear();
  sizes.clear();
  size = 0;
  selfCalls = 0;
  Scope scope;
  scope.allowsBlocks = scope.isFunctionBody = true;
  std::string header = "func.func ";
  bool isPrivate = index != 0 && random.percent(65);
  if (isPrivate)
    header += "private ";
  // What is not declared, callers imply.
  bool isDeclared = !isPrivate || random.percent(50);
  header += "@" + function.name + "(";
  for (auto [position, parameter] : llvm::enumerate(function.parameters)) {
    std::string name = "%arg" + std::to_string(position);
    header += (position ? ", " : "") + name + ": " + parameter.getType();
    // An i32 has a bound of its own, at which arenas are too large to run.
    if (isDeclared || parameter.getType() == "i32")
      header += parameter.getBounds();
    if (parameter.kind == Parameter::Kind::Flag)
      flags.push_back(name);
    if (parameter.kind != Parameter::Kind::Buffer)
      continue;
    Id id = add(name, parameter.type, /*written=*/true);
    if (parameter.consumed)
      scope.owned.push_back(id);
    // Nobody else in the program calls the last function.
    handles[id].lent =
        !parameter.consumed && (index != 0 || function.isRecursive);
  }
  header += ")";
  if (!function.results.empty())
    header += " -> (" +
              llvm::join(llvm::map_range(function.results,
                                         [](const Result &result) {
                                           return result.type.getText();
                                         }),
                         ", ") +
              ")";
  text += header;
  const size_t endOfHeader = text.size();
  text += " {\n";
  nameSizes(function);
  block(scope, 2 + random.below(10));
  returnFrom(scope);
  text += "}\n";
  // Depths begin below 3 and end at 0.
  if (selfCalls != 0 && chance(Feature::DeclaredDepth, 70))
    text.insert(endOfHeader,
                " attributes {langone_resource.recursion_depth = 3 : i64}");
  current = nullptr;
}

/// Handles of buffer arguments come first; which one is `parameter`'s.
static unsigned countBuffersBefore(llvm::ArrayRef<bool> isBuffer,
                                   unsigned parameter) {
  return llvm::count(isBuffer.take_front(parameter), true);
}

void Generator::returnFrom(Scope &scope) {
  llvm::SmallVector<bool> isBuffer;
  for (const Parameter &parameter : current->parameters)
    isBuffer.push_back(parameter.kind == Parameter::Kind::Buffer);
  llvm::SmallVector<std::string> returned, returnedTypes;
  for (const Result &result : current->results) {
    returnedTypes.push_back(result.type.getText());
    if (result.borrowedFrom.empty()) {
      returned.push_back(take(scope, result.type));
      continue;
    }
    llvm::SmallVector<Id> lenders;
    for (unsigned parameter : result.borrowedFrom)
      lenders.push_back(countBuffersBefore(isBuffer, parameter));
    auto isLent = [&](Id id) {
      return handles[id].written && handles[id].writable &&
             handles[id].type == result.type &&
             llvm::all_of(handles[id].owners, [&](Id owner) {
               return llvm::is_contained(lenders, owner);
             });
    };
    std::optional<Id> id = pick(isLent);
    returned.push_back(handles[id.value_or(lenders[0])].name);
  }
  dispose(scope);
  line("return" + listWithTypes(" ", returned, returnedTypes));
}

void Generator::earlyReturn(Scope &scope) {
  if (!scope.isFunctionBody)
    return;
  use(Feature::EarlyReturn);
  std::string label = "^" + fresh("bb").substr(1) + "_";
  line("cf.cond_br " + condition(scope) + ", " + label + "r, " + label + "c");
  line(label + "r:");
  const auto before = handles;
  Scope early = scope;
  early.depth = scope.depth + 1;
  early.isFunctionBody = false;
  ++indent;
  block(early, random.below(3));
  returnFrom(early);
  --indent;
  handles = before;
  line(label + "c:");
}

bool Generator::Function::hasTypeOf(const Function &other) const {
  auto isSameParameter = [](const Parameter &a, const Parameter &b) {
    return a.kind == b.kind && a.type == b.type && a.consumed == b.consumed &&
           a.sizes.least == b.sizes.least && a.sizes.most == b.sizes.most;
  };
  auto isSameResult = [](const Result &a, const Result &b) {
    return a.type == b.type && a.borrowedFrom == b.borrowedFrom;
  };
  return isRecursive == other.isRecursive &&
         llvm::equal(parameters, other.parameters, isSameParameter) &&
         llvm::equal(results, other.results, isSameResult);
}

/// `func.call @f`, or a call of a value that may be that function or another.
std::string Generator::callTarget(Scope &scope, const Function &callee) {
  if (!chance(Feature::IndirectCall, 50))
    return "func.call @" + callee.name;
  std::string type = "(";
  for (auto [index, parameter] : llvm::enumerate(callee.parameters))
    type += (index ? ", " : "") + parameter.getType();
  type += ") -> (";
  for (auto [index, result] : llvm::enumerate(callee.results))
    type += (index ? ", " : "") + result.type.getText();
  type += ")";
  auto constant = [&](const Function &function) {
    std::string name = fresh("f");
    line(name + " = func.constant @" + function.name + " : " + type);
    return name;
  };
  std::string value = constant(callee);
  // All but the function that is being made.
  for (size_t i = 0; i + 1 < functions.size(); ++i) {
    if (functions[i].name == callee.name || !functions[i].hasTypeOf(callee))
      continue;
    std::string other = constant(functions[i]), decided = condition(scope);
    std::string either = fresh("f");
    if (random.percent(50)) {
      line(either + " = arith.select " + decided + ", " + value + ", " + other +
           " : " + type);
    } else {
      line(either + " = scf.if " + decided + " -> (" + type + ") {");
      line("  scf.yield " + value + " : " + type);
      line("} else {");
      line("  scf.yield " + other + " : " + type);
      line("}");
    }
    value = either;
  }
  return "func.call_indirect " + value;
}

void Generator::call(Scope &scope, const Function &callee) {
  const Function function = callee;
  bool isSelf = current->name == function.name;
  llvm::SmallVector<std::string> names(function.parameters.size());
  llvm::SmallVector<Id> lent(function.parameters.size(), 0);
  // What is consumed is gone before anything is lent.
  for (auto [parameter, name] : llvm::zip(function.parameters, names))
    if (parameter.consumed)
      name = take(scope, parameter.type);
  for (auto [index, parameter] : llvm::enumerate(function.parameters)) {
    if (parameter.kind == Parameter::Kind::Flag) {
      names[index] = condition(scope);
    } else if (parameter.kind == Parameter::Kind::Size) {
      std::string size = sizeWithin(parameter.sizes);
      names[index] = fresh("n");
      line(names[index] + " = arith.index_cast " + size + " : index to " +
           parameter.getType());
    } else if (parameter.kind == Parameter::Kind::Depth) {
      names[index] = isSelf ? "%less" : indexConstant(random.below(3));
    } else if (!parameter.consumed) {
      std::optional<Id> id = pick([&](Id id) {
        return handles[id].written && handles[id].type == parameter.type &&
               isWritable(scope, id);
      });
      if (!id)
        id = allocate(scope, parameter.type, /*write=*/true);
      lent[index] = *id;
      names[index] = handles[*id].name;
    }
  }
  if (isSelf) {
    for (auto [parameter, name] : llvm::zip(function.parameters, names)) {
      if (parameter.kind != Parameter::Kind::Depth)
        continue;
      std::string depth =
          "%arg" + std::to_string(&parameter - function.parameters.begin());
      std::string one = indexConstant(1);
      name = fresh("n");
      line(name + " = arith.subi " + depth + ", " + one + " : index");
    }
  }
  std::string result = fresh("r"), head, types;
  if (!function.results.empty())
    head = result + ":" + std::to_string(function.results.size()) + " = ";
  std::string target = callTarget(scope, function);
  line(head + target + "(" + llvm::join(names, ", ") + ") : (" +
       llvm::join(llvm::map_range(function.parameters,
                                  [](const Parameter &parameter) {
                                    return parameter.getType();
                                  }),
                  ", ") +
       ") -> (" +
       llvm::join(llvm::map_range(function.results,
                                  [](const Result &result) {
                                    return result.type.getText();
                                  }),
                  ", ") +
       ")");
  for (auto [index, given] : llvm::enumerate(function.results)) {
    std::string name = result + "#" + std::to_string(index);
    if (given.borrowedFrom.empty()) {
      scope.owned.push_back(add(name, given.type, /*written=*/true));
      continue;
    }
    llvm::SmallVector<Id> owners;
    for (unsigned parameter : given.borrowedFrom)
      owners.append(handles[lent[parameter]].owners);
    borrow(name, given.type, owners, /*writable=*/true);
  }
}

/// Calls the function itself, one level less deep.
void Generator::recurse(Scope &scope) {
  if (!current->isRecursive || selfCalls >= 2)
    return;
  ++selfCalls;
  use(Feature::Recursion);
  const auto *depth =
      llvm::find_if(current->parameters, [](const Parameter &parameter) {
        return parameter.kind == Parameter::Kind::Depth;
      });
  std::string zero = indexConstant(0), more = fresh("b");
  line(more + " = arith.cmpi ugt, %arg" +
       llvm::Twine(depth - current->parameters.begin()) + ", " + zero +
       " : index");
  line("scf.if " + more + " {");
  const auto before = handles;
  Scope inside;
  inside.parallelStart = scope.parallelStart;
  inside.depth = scope.depth + 1;
  ++indent;
  call(inside, *current);
  dispose(inside);
  --indent;
  line("}");
  handles = before;
}

} // namespace langone::resource::test
