//===- ResourceAttributes.cpp - budgets, bounds, verdicts -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/IR/ResourceDialect.h"
#include "langone/Resource/IR/Size.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace langone::resource;

#include "langone/Resource/IR/ResourceEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "langone/Resource/IR/ResourceAttributes.cpp.inc"

void ResourceDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "langone/Resource/IR/ResourceAttributes.cpp.inc"
      >();
}

/// Dimension bounds are written with `..`, which MLIR's lexer has no token for:
/// they are parsed from the text of the attribute.
static Attribute parseDimBounds(DialectAsmParser &parser);

Attribute ResourceDialect::parseAttribute(DialectAsmParser &parser,
                                          Type type) const {
  SMLoc loc = parser.getCurrentLocation();
  if (parser.getFullSymbolSpec().starts_with(DimBoundsAttr::getMnemonic()))
    return parseDimBounds(parser);
  StringRef mnemonic;
  Attribute attribute;
  OptionalParseResult result =
      generatedAttributeParser(parser, &mnemonic, type, attribute);
  if (result.has_value())
    return attribute;
  parser.emitError(loc, "unknown attribute '")
      << mnemonic << "' in dialect '" << getNamespace() << "'";
  return {};
}

void ResourceDialect::printAttribute(Attribute attribute,
                                     DialectAsmPrinter &printer) const {
  (void)generatedAttributePrinter(attribute, printer);
}

//===----------------------------------------------------------------------===//
// Options written as `, key = value`
//===----------------------------------------------------------------------===//

namespace {

/// One option of an attribute: its key and what parses its value.
struct KeyedOption {
  StringRef key;
  function_ref<ParseResult()> parseValue;
};

template <typename T> ParseResult assign(FailureOr<T> parsed, T &value) {
  if (failed(parsed))
    return failure();
  value = *parsed;
  return success();
}

template <typename T>
ParseResult assign(FailureOr<T> parsed, std::optional<T> &value) {
  if (failed(parsed))
    return failure();
  value = *parsed;
  return success();
}

/// Parses `(, key = value)* >`, in any order, each key at most once.
ParseResult parseOptions(AsmParser &parser, ArrayRef<KeyedOption> options) {
  llvm::SmallBitVector seen(options.size());
  while (succeeded(parser.parseOptionalComma())) {
    SMLoc loc = parser.getCurrentLocation();
    StringRef key;
    if (parser.parseKeyword(&key))
      return failure();
    const auto *option = llvm::find_if(
        options, [&](const KeyedOption &o) { return o.key == key; });
    if (option == options.end()) {
      return parser.emitError(loc, "unknown option '")
             << key << "', expected "
             << llvm::join(llvm::map_range(options,
                                           [](const KeyedOption &o) {
                                             return o.key.str();
                                           }),
                           ", ");
    }
    if (seen.test(option - options.begin()))
      return parser.emitError(loc, "option '") << key << "' given twice";
    seen.set(option - options.begin());
    if (parser.parseEqual() || option->parseValue())
      return failure();
  }
  return parser.parseGreater();
}

LogicalResult verifyLimits(function_ref<InFlightDiagnostic()> emitError,
                           uint64_t limit, std::optional<uint64_t> soft) {
  if (limit == 0)
    return emitError() << "budget must be positive";
  if (soft && *soft == 0)
    return emitError() << "soft limit must be positive";
  if (soft && *soft > limit) {
    return emitError() << "soft limit of " << *soft
                       << " bytes is above the limit of " << limit << " bytes";
  }
  return success();
}

} // namespace

//===----------------------------------------------------------------------===//
// MemoryBudgetAttr
//===----------------------------------------------------------------------===//

Attribute MemoryBudgetAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  uint64_t limit = 0;
  std::optional<uint64_t> soft, stack;
  OnExceed onExceed = OnExceed::Error;
  if (parser.parseLess() || assign(parseSize(parser), limit) ||
      parseOptions(parser,
                   {{"soft", [&] { return assign(parseSize(parser), soft); }},
                    {"stack", [&] { return assign(parseSize(parser), stack); }},
                    {"on_exceed", [&] {
                       return assign(FieldParser<OnExceed>::parse(parser),
                                     onExceed);
                     }}}))
    return {};
  return parser.getChecked<MemoryBudgetAttr>(loc, parser.getContext(), limit,
                                             soft, stack, onExceed);
}

void MemoryBudgetAttr::print(AsmPrinter &printer) const {
  raw_ostream &os = printer.getStream();
  os << '<';
  printSize(os, getLimit());
  if (getSoft())
    printSize(os << ", soft = ", *getSoft());
  if (getStack())
    printSize(os << ", stack = ", *getStack());
  if (getOnExceed() != OnExceed::Error)
    os << ", on_exceed = " << stringifyOnExceed(getOnExceed());
  os << '>';
}

LogicalResult
MemoryBudgetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                         uint64_t limit, std::optional<uint64_t> soft,
                         std::optional<uint64_t> stack, OnExceed) {
  if (stack && *stack == 0)
    return emitError() << "stack limit must be positive";
  return verifyLimits(emitError, limit, soft);
}

//===----------------------------------------------------------------------===//
// GPUBudgetAttr
//===----------------------------------------------------------------------===//

Attribute GPUBudgetAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  uint64_t limit = 0;
  std::optional<uint64_t> soft, device;
  if (parser.parseLess() || assign(parseSize(parser), limit) ||
      parseOptions(
          parser,
          {{"soft", [&] { return assign(parseSize(parser), soft); }},
           {"device", [&] { return assign(parseCount(parser), device); }}}))
    return {};
  return parser.getChecked<GPUBudgetAttr>(loc, parser.getContext(), limit, soft,
                                          device);
}

void GPUBudgetAttr::print(AsmPrinter &printer) const {
  raw_ostream &os = printer.getStream();
  printSize(os << '<', getLimit());
  if (getSoft())
    printSize(os << ", soft = ", *getSoft());
  if (getDevice())
    os << ", device = " << *getDevice();
  os << '>';
}

LogicalResult
GPUBudgetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      uint64_t limit, std::optional<uint64_t> soft,
                      std::optional<uint64_t>) {
  return verifyLimits(emitError, limit, soft);
}

//===----------------------------------------------------------------------===//
// PrecisionAttr
//===----------------------------------------------------------------------===//

Attribute PrecisionAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  DataPrecision format = DataPrecision::FP32;
  std::optional<DataPrecision> accumulate;
  FloatAttr maxError;
  bool allowDowngrade = false;
  auto parseFormat = [&] { return FieldParser<DataPrecision>::parse(parser); };
  if (parser.parseLess() || assign(parseFormat(), format) ||
      parseOptions(
          parser,
          {{"accumulate", [&] { return assign(parseFormat(), accumulate); }},
           {"max_error", [&] { return assign(parseReal(parser), maxError); }},
           {"allow_downgrade", [&] {
              return assign(FieldParser<bool>::parse(parser), allowDowngrade);
            }}}))
    return {};
  return parser.getChecked<PrecisionAttr>(loc, parser.getContext(), format,
                                          accumulate, maxError, allowDowngrade);
}

void PrecisionAttr::print(AsmPrinter &printer) const {
  raw_ostream &os = printer.getStream();
  os << '<' << stringifyDataPrecision(getFormat());
  if (getAccumulate())
    os << ", accumulate = " << stringifyDataPrecision(*getAccumulate());
  if (getMaxError())
    printReal(os << ", max_error = ", getMaxError());
  if (getAllowDowngrade())
    os << ", allow_downgrade = true";
  os << '>';
}

LogicalResult
PrecisionAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      DataPrecision, std::optional<DataPrecision>,
                      FloatAttr maxError, bool) {
  if (maxError && maxError.getValue().isNegative())
    return emitError() << "max_error must not be negative";
  return success();
}

//===----------------------------------------------------------------------===//
// RangeAttr
//===----------------------------------------------------------------------===//

LogicalResult RangeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                FloatAttr lower, FloatAttr upper) {
  if (lower.getValue() > upper.getValue())
    return emitError() << "lower end of the range is above its upper end";
  return success();
}

//===----------------------------------------------------------------------===//
// DimBoundsAttr
//===----------------------------------------------------------------------===//

namespace {

/// A scanner over the text of an attribute; errors point into the source.
class TextScanner {
public:
  TextScanner(DialectAsmParser &parser)
      : parser(parser), rest(parser.getFullSymbolSpec()) {}

  bool consume(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }
  ParseResult expect(StringRef token) {
    if (consume(token))
      return success();
    return emitError("expected '" + token + "'");
  }
  ParseResult expectEnd() {
    if (rest.trim().empty())
      return success();
    return emitError("unexpected text after the attribute");
  }
  ParseResult parseNumber(int64_t &value) {
    rest = rest.ltrim();
    StringRef digits = rest.take_while(llvm::isDigit);
    if (digits.empty())
      return emitError("expected a number");
    if (digits.getAsInteger(10, value))
      return emitError("dimension does not fit into 63 bits");
    rest = rest.drop_front(digits.size());
    return success();
  }
  ParseResult emitError(const Twine &message) {
    rest = rest.ltrim();
    return parser.emitError(SMLoc::getFromPointer(rest.data()), message);
  }

private:
  DialectAsmParser &parser;
  StringRef rest;
};

ParseResult parseDimension(TextScanner &text, int64_t &lower, int64_t &upper) {
  if (text.consume("?")) {
    lower = 0;
    upper = DimBoundsAttr::kUnbounded;
    return success();
  }
  if (text.parseNumber(lower))
    return failure();
  upper = lower;
  return text.consume("..") ? text.parseNumber(upper) : ParseResult(success());
}

} // namespace

static Attribute parseDimBounds(DialectAsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  TextScanner text(parser);
  SmallVector<int64_t> lowers, uppers;
  if (text.expect(DimBoundsAttr::getMnemonic()) || text.expect("<") ||
      text.expect("["))
    return {};
  do {
    if (parseDimension(text, lowers.emplace_back(), uppers.emplace_back()))
      return {};
  } while (text.consume(","));
  if (text.expect("]") || text.expect(">") || text.expectEnd())
    return {};
  return parser.getChecked<DimBoundsAttr>(loc, parser.getContext(), lowers,
                                          uppers);
}

// Reached only for an attribute nested in another one's mnemonic-free form.
Attribute DimBoundsAttr::parse(AsmParser &parser, Type) {
  parser.emitError(parser.getCurrentLocation(),
                   "dim_bounds must be written with its dialect's name");
  return {};
}

void DimBoundsAttr::print(AsmPrinter &printer) const {
  raw_ostream &os = printer.getStream();
  os << "<[";
  llvm::interleaveComma(llvm::zip(getLowers(), getUppers()), os, [&](auto dim) {
    auto [lower, upper] = dim;
    if (lower == 0 && upper == kUnbounded)
      os << '?';
    else if (lower == upper)
      os << lower;
    else
      os << lower << " .. " << upper;
  });
  os << "]>";
}

LogicalResult
DimBoundsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      ArrayRef<int64_t> lowers, ArrayRef<int64_t> uppers) {
  if (lowers.size() != uppers.size())
    return emitError() << "expected as many lower as upper bounds";
  for (auto [index, lower, upper] : llvm::enumerate(lowers, uppers)) {
    if (lower < 0 || lower > upper) {
      return emitError() << "lower bound " << lower << " of dimension " << index
                         << " is above its upper bound " << upper;
    }
  }
  return success();
}

//===----------------------------------------------------------------------===//
// PlanAttr
//===----------------------------------------------------------------------===//

LogicalResult PlanAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               uint64_t arena, uint64_t alignment,
                               uint64_t lowerBound, ArenaPlacement, PlanStatus,
                               std::optional<uint64_t> least) {
  if (!llvm::isPowerOf2_64(alignment))
    return emitError() << "alignment of " << alignment
                       << " bytes is not a power of two";
  if (lowerBound > arena)
    return emitError() << "arena of " << arena
                       << " bytes is below its lower bound of " << lowerBound
                       << " bytes";
  if (least && *least > arena)
    return emitError() << "arena of at most " << arena
                       << " bytes is below its least of " << *least << " bytes";
  return success();
}
