//===- Size.cpp - sizes with units, in text -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/IR/Size.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/CheckedArithmetic.h"

#include <charconv>
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

FailureOr<uint64_t> parseCount(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  APInt value;
  OptionalParseResult result = parser.parseOptionalInteger(value);
  if (!result.has_value())
    return parser.emitError(loc, "expected a number");
  if (failed(*result))
    return failure();
  if (value.isNegative())
    return parser.emitError(loc, "expected a number that is not negative");
  if (value.getActiveBits() > 64)
    return parser.emitError(loc, "number does not fit into 64 bits");
  return value.getZExtValue();
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
  Attribute number;
  if (parser.parseAttribute(number))
    return failure();
  // A hexadecimal literal could mean the bits or the number.
  bool isDecimal =
      !StringRef(loc.getPointer(), 2).starts_with_insensitive("0x");
  double value = std::numeric_limits<double>::quiet_NaN();
  if (auto real = dyn_cast<FloatAttr>(number); real && real.getType().isF64())
    value = real.getValueAsDouble();
  else if (auto whole = dyn_cast<IntegerAttr>(number);
           whole && whole.getType().isSignlessInteger(64))
    value = whole.getValue().signedRoundToDouble();
  if (!std::isfinite(value) || !isDecimal)
    return parser.emitError(loc, "expected a finite decimal number");
  return parser.getBuilder().getF64FloatAttr(value);
}

// MLIR reads "1e-05" as an integer and a name: a number needs its point.
void printReal(raw_ostream &os, FloatAttr value) {
  std::array<char, 32> buffer;
  char *end =
      std::to_chars(buffer.begin(), buffer.end(), value.getValueAsDouble()).ptr;
  StringRef text(buffer.data(), end - buffer.data());
  auto [mantissa, exponent] = text.split('e');
  os << mantissa << (mantissa.contains('.') ? "" : ".0");
  if (!exponent.empty())
    os << 'e' << exponent;
}

} // namespace langone::resource
