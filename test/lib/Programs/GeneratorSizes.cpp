//===- GeneratorSizes.cpp - sizes that are computed -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every buffer of dynamic size has at least one element in each dimension, and
// no more than getMostElements in one, so that declared bounds hold wherever it
// comes from.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include "llvm/Support/FormatVariadic.h"

namespace langone::resource::test {

int64_t Generator::getMostElements(const BufferType &type) {
  return type.shape.size() == 1 ? 64 : 16;
}

Generator::Bounds Generator::anyBounds(int64_t most) {
  int64_t least = 1 + random.below(3);
  switch (random.below(4)) {
  case 0:
    return {least, least};
  case 1:
    return {1, most};
  default:
    return {least, least + static_cast<int64_t>(random.below(most - least))};
  }
}

/// Numbers among the arguments, and dimensions of arguments, become sizes.
void Generator::nameSizes(const Function &function) {
  for (auto [position, parameter] : llvm::enumerate(function.parameters)) {
    std::string argument = "%arg" + std::to_string(position);
    if (parameter.kind == Parameter::Kind::Size) {
      std::string name = fresh("d");
      line(name + " = arith.index_cast " + argument + " : " +
           parameter.getType() + " to index");
      sizes.push_back({name, parameter.sizes});
    }
    if (parameter.kind != Parameter::Kind::Buffer)
      continue;
    for (auto [dimension, size] : llvm::enumerate(parameter.type.shape)) {
      if (size >= 0)
        continue;
      std::string index = indexConstant(dimension), name = fresh("d");
      line(name + " = memref.dim " + argument + ", " + index + " : " +
           parameter.type.getText());
      sizes.push_back({name, parameter.sizes});
    }
  }
}

/// A number from somewhere else.
Generator::Size Generator::baseSize() {
  if (chance(Feature::Assertion, 25)) {
    int64_t most = 1 + random.below(12);
    std::string limit = indexConstant(most), name = fresh("n");
    std::string holds = fresh("b");
    line(name + " = func.call @decide_size(" + limit + ") : (index) -> index");
    bool isSigned = random.percent(50);
    line(holds + " = arith.cmpi " + (isSigned ? "sle" : "ule") + ", " + name +
         ", " + limit + " : index");
    line("cf.assert " + holds + ", \"size\"");
    if (isSigned) {
      std::string one = indexConstant(1), isPositive = fresh("b");
      line(isPositive + " = arith.cmpi sge, " + name + ", " + one + " : index");
      line("cf.assert " + isPositive + ", \"size\"");
    }
    return {name, {1, most}};
  }
  if (sizes.empty() || random.percent(10)) {
    int64_t value = 1 + random.below(12);
    return {indexConstant(value), {value, value}};
  }
  return random.pick(sizes);
}

/// One operation on it.
Generator::Size Generator::derivedSize(Size size) {
  auto [least, most] = size.bounds;
  int64_t number = 2 + random.below(4);
  auto binary = [&](llvm::StringRef op, llvm::StringRef a, llvm::StringRef b,
                    Bounds bounds) -> Size {
    std::string name = fresh("n");
    line(name + " = arith." + op + " " + a + ", " + b + " : index");
    return {name, bounds};
  };
  auto apply = [&](const std::string &map, llvm::StringRef op,
                   Bounds bounds) -> Size {
    std::string name = fresh("n");
    line(name + " = affine." + op + " affine_map<(d0) -> (" + map + ")>(" +
         size.name + ")");
    return {name, bounds};
  };
  auto constant = [&] { return indexConstant(number); };
  auto text = std::to_string(number);
  bool isSigned = random.percent(50);
  int64_t up = (least + number - 1) / number,
          top = (most + number - 1) / number;
  switch (random.below(12)) {
  case 0:
    return binary("addi", size.name, constant(),
                  {least + number, most + number});
  case 1:
    return binary("muli", size.name, constant(),
                  {least * number, most * number});
  case 2:
    return binary(isSigned ? "ceildivsi" : "ceildivui", size.name, constant(),
                  {up, top});
  case 3:
    return binary(isSigned ? "divsi" : "divui", size.name, constant(),
                  {least / number, most / number});
  case 4:
    return binary(isSigned ? "minsi" : "minui", size.name, constant(),
                  {std::min(least, number), std::min(most, number)});
  case 5:
    return binary(isSigned ? "maxsi" : "maxui", size.name, constant(),
                  {std::max(least, number), std::max(most, number)});
  case 6: {
    int64_t from = most + random.below(4);
    return binary("subi", indexConstant(from), size.name,
                  {from - most, from - least});
  }
  case 7:
    return apply("d0 * 2 + " + text, "apply",
                 {least * 2 + number, most * 2 + number});
  case 8:
    return apply("d0 ceildiv " + text, "apply", {up, top});
  case 9:
    return apply("d0, " + text, random.percent(50) ? "min" : "max",
                 {std::min(least, number), std::max(most, number)});
  default: {
    Size other = baseSize();
    bool isProduct = random.percent(50) && most * other.bounds.most <= 4096;
    if (isProduct)
      return binary("muli", size.name, other.name,
                    {least * other.bounds.least, most * other.bounds.most});
    return binary("addi", size.name, other.name,
                  {least + other.bounds.least, most + other.bounds.most});
  }
  }
}

/// A number within the bounds, whatever the arguments are; its name.
std::string Generator::sizeWithin(Bounds wanted) {
  use(Feature::DynamicSize);
  Size size = baseSize();
  for (unsigned i = random.below(3); i > 0; --i)
    size = derivedSize(size);
  if (size.bounds.most > wanted.most) {
    std::string limit = indexConstant(wanted.most), name = fresh("n");
    line(name + " = arith.minui " + size.name + ", " + limit + " : index");
    size.name = name;
  }
  if (size.bounds.least < wanted.least) {
    std::string limit = indexConstant(wanted.least), name = fresh("n");
    line(name + " = arith.maxui " + size.name + ", " + limit + " : index");
    size.name = name;
  }
  return size.name;
}

} // namespace langone::resource::test
