//===- Size.cpp - sizes with units, in text -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/IR/Size.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/CheckedArithmetic.h"

#include <cmath>

using namespace mlir;

namespace langone::resource {
namespace {

struct Unit {
  StringLiteral name;
  uint64_t bytes;
};

// Largest first: printing takes the first that divides.
constexpr Unit kUnits[] = {{"GiB", 1ull << 30},
                           {"GB", 1000000000},
                           {"MiB", 1ull << 20},
                           {"MB", 1000000},
                           {"KiB", 1ull << 10},
                           {"KB", 1000},
                           {"B", 1}};

} // namespace

FailureOr<std::optional<uint64_t>> parseOptionalCount(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  APInt value;
  OptionalParseResult result = parser.parseOptionalInteger(value);
  if (!result.has_value())
    return std::optional<uint64_t>();
  if (failed(*result))
    return failure();
  if (value.isNegative())
    return parser.emitError(loc, "expected a number that is not negative");
  if (value.getActiveBits() > 64)
    return parser.emitError(loc, "number does not fit into 64 bits");
  return std::optional<uint64_t>(value.getZExtValue());
}

FailureOr<uint64_t> parseCount(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  FailureOr<std::optional<uint64_t>> count = parseOptionalCount(parser);
  if (failed(count))
    return failure();
  if (!*count)
    return parser.emitError(loc, "expected a number");
  return **count;
}

FailureOr<uint64_t> parseSize(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  FailureOr<uint64_t> count = parseCount(parser);
  if (failed(count))
    return failure();
  SMLoc unitLoc = parser.getCurrentLocation();
  StringRef keyword;
  if (failed(parser.parseOptionalKeyword(&keyword)))
    return *count;
  for (const Unit &unit : kUnits) {
    if (unit.name != keyword)
      continue;
    if (auto bytes = llvm::checkedMulUnsigned(*count, unit.bytes))
      return *bytes;
    return parser.emitError(loc, "size does not fit into 64 bits");
  }
  return parser.emitError(unitLoc, "unknown unit '")
         << keyword << "', expected B, KiB, MiB, GiB, KB, MB or GB";
}

FailureOr<std::optional<uint64_t>> parseOptionalSize(AsmParser &parser) {
  FailureOr<uint64_t> size = parseSize(parser);
  if (failed(size))
    return failure();
  return std::optional<uint64_t>(*size);
}

void printSize(raw_ostream &os, uint64_t bytes) {
  for (const Unit &unit : kUnits) {
    if (bytes % unit.bytes != 0 || (bytes == 0 && unit.bytes != 1))
      continue;
    os << bytes / unit.bytes << ' ' << unit.name;
    return;
  }
}

FailureOr<FloatAttr> parseReal(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  double value;
  if (parser.parseFloat(value))
    return failure();
  if (!std::isfinite(value))
    return parser.emitError(loc, "expected a finite number");
  return parser.getBuilder().getF64FloatAttr(value);
}

void printReal(raw_ostream &os, FloatAttr value) {
  SmallString<32> text;
  value.getValue().toString(text, /*FormatPrecision=*/17,
                            /*FormatMaxPadding=*/0, /*TruncateZero=*/false);
  os << text;
}

} // namespace langone::resource
