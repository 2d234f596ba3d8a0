//===- GeneratorStatements.cpp - statements without regions ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace langone::resource::test {

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

std::string BufferType::getText() const {
  std::string text = "memref<";
  for (int64_t size : shape)
    text += (size < 0 ? "?" : std::to_string(size)) + "x";
  return text + element + layout + ">";
}

int64_t BufferType::getNumElements() const {
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0)
      return -1;
    count *= size;
  }
  return count;
}

std::string listWithTypes(llvm::StringRef prefix,
                          llvm::ArrayRef<std::string> names,
                          llvm::ArrayRef<std::string> types) {
  if (names.empty())
    return "";
  return (prefix + llvm::join(names, ", ") + " : " + llvm::join(types, ", "))
      .str();
}

void Generator::line(const llvm::Twine &content) {
  text.append(2 * indent, ' ');
  text += content.str();
  text += '\n';
}

std::string Generator::fresh(llvm::StringRef prefix) {
  return ("%" + prefix + llvm::Twine(names++)).str();
}

std::string Generator::indexConstant(int64_t value) {
  std::string name = fresh("k");
  line(name + " = arith.constant " + llvm::Twine(value) + " : index");
  return name;
}

bool Generator::chance(Feature feature, unsigned percent) {
  if (!isEnabled(feature) || !random.percent(percent))
    return false;
  use(feature);
  return true;
}

/// A constant that is not in the program yet, as far as the type allows.
std::string Generator::value(const BufferType &type) {
  std::string name = fresh("c");
  unsigned number = ++values;
  std::string constant =
      type.element == "i1" ? (number % 2 ? "true" : "false")
      : type.element[0] == 'f'
          ? llvm::formatv("{0}.5 : {1}", number % 1000, type.element).str()
          : llvm::formatv("{0} : {1}", number % 127, type.element).str();
  line(name + " = arith.constant " + constant);
  return name;
}

std::string Generator::number(unsigned below) {
  std::string limit = indexConstant(below);
  std::string name = fresh("n");
  line(name + " = func.call @decide_index(" + limit + ") : (index) -> index");
  return name;
}

std::string Generator::condition(Scope &scope) {
  if (isEnabled(Feature::Correlated) && !flags.empty() && random.percent(30)) {
    use(Feature::Correlated);
    return random.pick(flags);
  }
  std::string name = fresh("b");
  auto isByte = [&](Id id) {
    return handles[id].written && handles[id].type.element == "i8";
  };
  if (isEnabled(Feature::Correlated) && random.percent(30)) {
    if (std::optional<Id> id = pick(isByte)) {
      use(Feature::Correlated);
      std::string zero = indexConstant(0);
      std::string loaded = fresh("v"), limit = fresh("c");
      llvm::SmallVector<std::string> index(handles[*id].type.shape.size(),
                                           zero);
      line(loaded + " = memref.load " + handles[*id].name + "[" +
           llvm::join(index, ", ") + "] : " + handles[*id].type.getText());
      line(limit + " = arith.constant 5 : i8");
      line(name + " = arith.cmpi slt, " + loaded + ", " + limit + " : i8");
      return name;
    }
  }
  line(name + " = func.call @decide() : () -> i1");
  return name;
}

//===----------------------------------------------------------------------===//
// Handles
//===----------------------------------------------------------------------===//

Generator::Id Generator::add(llvm::StringRef name, const BufferType &type,
                             bool written) {
  Id id = handles.size();
  handles.push_back({name.str(), type, {id}, true, written, true, false});
  return id;
}

Generator::Id Generator::borrow(llvm::StringRef name, const BufferType &type,
                                llvm::ArrayRef<Id> owners, bool writable) {
  Id id = handles.size();
  handles.push_back({name.str(), type, {}, true, true, writable, false});
  handles[id].owners.assign(owners.begin(), owners.end());
  return id;
}

void Generator::kill(Id owner) {
  for (Handle &handle : handles)
    if (llvm::is_contained(handle.owners, owner))
      handle.live = false;
}

std::optional<Generator::Id>
Generator::pick(llvm::function_ref<bool(Id)> wanted) {
  llvm::SmallVector<Id> candidates;
  for (Id id = 0; id < handles.size(); ++id)
    if (handles[id].live && handles[id].hidden == 0 &&
        handles[id].type.getNumElements() != 0 && wanted(id))
      candidates.push_back(id);
  if (candidates.empty())
    return std::nullopt;
  return random.pick(candidates);
}

bool Generator::isWritable(const Scope &scope, Id id) const {
  return handles[id].writable && llvm::all_of(handles[id].owners, [&](Id o) {
           return o >= scope.parallelStart && handles[o].readers == 0;
         });
}

BufferType Generator::anyType() { return random.pick(types); }

/// Of what moves from name to name, also types that hide the size.
BufferType Generator::anyTransferType() {
  BufferType type = anyType();
  if (type.shape.size() == 1 && chance(Feature::MixedSizes, 60))
    type.shape[0] = -1;
  return type;
}

std::string Generator::take(Scope &scope, const BufferType &type) {
  llvm::SmallVector<Id> candidates;
  for (Id id : scope.owned) {
    const BufferType &own = handles[id].type;
    bool castable = type.isDynamic() && type.shape.size() == 1 &&
                    own.element == type.element && own.shape.size() == 1 &&
                    own.getNumElements() > 0;
    if (own == type || castable)
      candidates.push_back(id);
  }
  Id id;
  if (candidates.empty() || random.percent(15)) {
    BufferType exact = type;
    bool isComputed = isEnabled(Feature::DynamicSize) &&
                      (type.shape.size() > 1 || random.percent(50));
    if (exact.isDynamic() && !isComputed)
      exact.shape[0] = 1 + random.below(40);
    id = allocate(scope, exact, /*write=*/true);
  } else {
    id = random.pick(candidates);
  }
  if (!handles[id].written)
    write(id);
  llvm::erase(scope.owned, id);
  kill(id);
  if (handles[id].type == type)
    return handles[id].name;
  std::string cast = fresh("m");
  line(cast + " = memref.cast " + handles[id].name + " : " +
       handles[id].type.getText() + " to " + type.getText());
  return cast;
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

/// The first and the last index of each dimension.
static llvm::SmallVector<llvm::SmallVector<int64_t>>
getCells(const BufferType &type) {
  if (type.getNumElements() == 0)
    return {};
  llvm::SmallVector<int64_t> first(type.shape.size(), 0), last = first;
  for (auto [index, size] : llvm::zip(last, type.shape))
    index = size < 0 ? 0 : size - 1;
  if (first == last)
    return {first};
  return {first, last};
}

void Generator::write(Id id) {
  // A copy: constants may not grow the vector, but who knows.
  const Handle handle = handles[id];
  for (llvm::ArrayRef<int64_t> cell : getCells(handle.type)) {
    llvm::SmallVector<std::string> indices;
    for (int64_t index : cell)
      indices.push_back(indexConstant(index));
    std::string stored = value(handle.type);
    line("memref.store " + stored + ", " + handle.name + "[" +
         llvm::join(indices, ", ") + "] : " + handle.type.getText());
  }
  handles[id].written = true;
}

void Generator::read(Id id) {
  const Handle handle = handles[id];
  for (llvm::ArrayRef<int64_t> cell : getCells(handle.type)) {
    llvm::SmallVector<std::string> indices;
    for (int64_t index : cell)
      indices.push_back(indexConstant(index));
    std::string loaded = fresh("v");
    line(loaded + " = memref.load " + handle.name + "[" +
         llvm::join(indices, ", ") + "] : " + handle.type.getText());
    line("func.call @observe_" + handle.type.element + "(" + loaded + ") : (" +
         handle.type.element + ") -> ()");
  }
}

/// Adds to a cell, so that each round of a loop leaves something else.
void Generator::update(Id id) {
  const Handle handle = handles[id];
  auto cells = getCells(handle.type);
  if (cells.empty() || handle.type.element == "i1")
    return;
  llvm::SmallVector<std::string> indices;
  for (int64_t index : random.pick(cells))
    indices.push_back(indexConstant(index));
  std::string place = handle.name + "[" + llvm::join(indices, ", ") +
                      "] : " + handle.type.getText();
  std::string loaded = fresh("v"), sum = fresh("v");
  line(loaded + " = memref.load " + place);
  std::string more = value(handle.type);
  line(sum +
       (handle.type.element[0] == 'f' ? " = arith.addf " : " = arith.addi ") +
       loaded + ", " + more + " : " + handle.type.element);
  line("memref.store " + sum + ", " + place);
}

Generator::Id Generator::allocate(Scope &scope, const BufferType &type,
                                  bool write) {
  llvm::SmallVector<std::string> dynamicSizes;
  for (int64_t size : type.shape)
    if (size < 0)
      dynamicSizes.push_back(sizeWithin({1, getMostElements(type)}));
  std::string name = fresh("a");
  line(name + " = memref.alloc(" + llvm::join(dynamicSizes, ", ") + ")" +
       (random.percent(10) ? " {alignment = 128 : i64}" : "") + " : " +
       type.getText());
  Id id = add(name, type, /*written=*/false);
  scope.owned.push_back(id);
  if (write)
    this->write(id);
  return id;
}

void Generator::free(Scope &scope, Id id) {
  if (handles[id].written && random.percent(85))
    read(id);
  line("memref.dealloc " + handles[id].name + " : " +
       handles[id].type.getText());
  llvm::erase(scope.owned, id);
  kill(id);
}

void Generator::dispose(Scope &scope) {
  awaitTasks(scope);
  while (!scope.owned.empty()) {
    Id id = random.pick(scope.owned);
    if (chance(Feature::Leak, 15))
      llvm::erase(scope.owned, id);
    else
      free(scope, id);
  }
}

void Generator::view(Scope &scope) {
  auto id = pick([&](Id id) {
    return handles[id].type.layout.empty() && !handles[id].type.isDynamic() &&
           !handles[id].type.shape.empty() && isWritable(scope, id);
  });
  if (!id)
    return;
  use(Feature::View);
  const Handle source = handles[*id];
  int64_t count = source.type.getNumElements();
  BufferType type = source.type;
  std::string name = fresh("w");
  std::string from = source.name + " ";
  std::string to;
  bool isRankOne = source.type.shape.size() == 1;
  switch (random.below(5)) {
  case 0: {
    int64_t offset = random.below(source.type.shape[0]);
    int64_t length = 1 + random.below(source.type.shape[0] - offset);
    if (!isRankOne)
      return;
    type.shape[0] = length;
    type.layout = llvm::formatv(", strided<[1], offset: {0}>", offset);
    line(name + " = memref.subview " + source.name +
         llvm::formatv("[{0}] [{1}] [1] : ", offset, length).str() +
         source.type.getText() + " to " + type.getText());
    break;
  }
  case 1:
    type.shape.assign(source.type.shape.size(), -1);
    if (!isRankOne)
      return;
    line(name + " = memref.cast " + from + ": " + source.type.getText() +
         " to " + type.getText());
    break;
  case 2:
    type.shape = {count};
    line(name + " = memref.reinterpret_cast " + from +
         llvm::formatv("to offset: [0], sizes: [{0}], strides: [1] : ", count)
             .str() +
         source.type.getText() + " to " + type.getText());
    break;
  case 3:
    if (isRankOne)
      return;
    type.shape = {count};
    line(name + " = memref.collapse_shape " + from +
         "[[0, 1]] : " + source.type.getText() + " into " + type.getText());
    break;
  default:
    if (!isRankOne || count % 2 != 0)
      return;
    type.shape = {2, count / 2};
    line(name + " = memref.expand_shape " + from +
         llvm::formatv("[[0, 1]] output_shape [2, {0}] : ", count / 2).str() +
         source.type.getText() + " into " + type.getText());
    break;
  }
  write(borrow(name, type, source.owners, source.writable));
}

void Generator::select(Scope &scope) {
  auto first = pick([&](Id id) { return handles[id].written; });
  if (!first)
    return;
  auto second = pick([&](Id id) {
    return id != *first && handles[id].written &&
           handles[id].type == handles[*first].type;
  });
  if (!second)
    return;
  use(Feature::Select);
  std::string by = condition(scope);
  std::string name = fresh("s");
  const Handle a = handles[*first], b = handles[*second];
  line(name + " = arith.select " + by + ", " + a.name + ", " + b.name + " : " +
       a.type.getText());
  llvm::SmallVector<Id, 2> owners = a.owners;
  owners.append(b.owners);
  borrow(name, a.type, owners, a.writable && b.writable);
}

/// Two owners exchange what they own, or not.
void Generator::ownedSelect(Scope &scope) {
  if (scope.owned.empty())
    return;
  BufferType type = handles[random.pick(scope.owned)].type;
  if (type.shape.size() == 1 && type.getNumElements() != 0 &&
      chance(Feature::MixedSizes, 50))
    type.shape[0] = -1;
  use(Feature::OwnedSelect);
  std::string a = take(scope, type), b = take(scope, type);
  std::string by = condition(scope);
  for (bool swapped : {false, true}) {
    std::string name = fresh("s");
    line(name + " = arith.select " + by + ", " + (swapped ? b : a) + ", " +
         (swapped ? a : b) + " : " + type.getText());
    scope.owned.push_back(add(name, type, /*written=*/true));
  }
}

void Generator::copy(Scope &scope) {
  auto from = pick([&](Id id) { return handles[id].written; });
  if (!from)
    return;
  auto to = pick([&](Id id) {
    return isWritable(scope, id) && handles[id].type == handles[*from].type &&
           !handles[id].type.isDynamic() &&
           llvm::none_of(handles[id].owners,
                         [&](Id owner) {
                           return handles[owner].lent ||
                                  llvm::is_contained(handles[*from].owners,
                                                     owner);
                         }) &&
           // Names of parts look at cells which the source may not have.
           llvm::none_of(handles, [&](const Handle &other) {
             return other.live && !(other.type == handles[id].type) &&
                    llvm::any_of(other.owners, [&](Id owner) {
                      return llvm::is_contained(handles[id].owners, owner);
                    });
           });
  });
  if (!to)
    return;
  use(Feature::Copy);
  // What is copied over is written as far as we look at it.
  for (Id id : {*from, *to})
    if (!handles[id].written)
      write(id);
  line("memref.copy " + handles[*from].name + ", " + handles[*to].name + " : " +
       handles[*from].type.getText() + " to " + handles[*to].type.getText());
}

void Generator::realloc(Scope &scope) {
  llvm::SmallVector<Id> candidates;
  for (Id id : scope.owned)
    if (handles[id].type.shape.size() == 1 &&
        handles[id].type.getNumElements() != 0)
      candidates.push_back(id);
  if (candidates.empty())
    return;
  use(Feature::Realloc);
  Id id = random.pick(candidates);
  BufferType type = handles[id].type;
  bool isComputed = isEnabled(Feature::DynamicSize) && random.percent(50);
  type.shape[0] = isComputed ? -1 : 1 + random.below(48);
  std::string size =
      isComputed ? "(" + sizeWithin({1, getMostElements(type)}) + ")" : "";
  std::string name = fresh("a");
  line(name + " = memref.realloc " + handles[id].name + size + " : " +
       handles[id].type.getText() + " to " + type.getText());
  llvm::erase(scope.owned, id);
  kill(id);
  Id now = add(name, type, /*written=*/false);
  scope.owned.push_back(now);
  write(now);
}

void Generator::borrowGlobal() {
  use(Feature::Global);
  BufferType type{"f32", {4}, ""};
  std::string name = fresh("g");
  line(name + " = memref.get_global @weights : " + type.getText());
  borrow(name, type, {}, /*writable=*/false);
}

void Generator::block(Scope &scope, unsigned statements) {
  for (unsigned i = 0; i < statements; ++i) {
    if (!scope.tasks.empty() && random.percent(20))
      awaitTask(scope);
    statement(scope);
  }
}

void Generator::statement(Scope &scope) {
  ++size;
  unsigned kind = random.below(20);
  if (kind < 4) {
    allocate(scope, anyType(), random.percent(85));
  } else if (kind < 6) {
    if (!scope.owned.empty())
      free(scope, random.pick(scope.owned));
  } else if (kind < 8) {
    if (auto id = pick([&](Id id) { return handles[id].written; }))
      read(*id);
  } else if (kind < 10) {
    if (auto id = pick([&](Id id) {
          return handles[id].written && isWritable(scope, id);
        }))
      update(*id);
  } else if (kind == 10) {
    if (isEnabled(Feature::View))
      view(scope);
  } else if (kind == 11) {
    if (isEnabled(Feature::Select))
      select(scope);
  } else if (kind == 12) {
    if (isEnabled(Feature::OwnedSelect))
      ownedSelect(scope);
    else if (isEnabled(Feature::Copy))
      copy(scope);
  } else if (kind == 13) {
    if (isEnabled(Feature::Realloc) && random.percent(40))
      realloc(scope);
    else if (isEnabled(Feature::Global))
      borrowGlobal();
  } else {
    structured(scope);
  }
}

} // namespace langone::resource::test
