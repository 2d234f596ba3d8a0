//===- Inputs.cpp - what the user tells besides objects -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Inputs.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/JSON.h"

#include <array>

using namespace llvm;

namespace langone::stack {

Expected<uint64_t> parseSize(StringRef text) {
  static constexpr std::array<std::pair<StringLiteral, uint64_t>, 8> kUnits = {
      {{"", 1},
       {"B", 1},
       {"KiB", 1ull << 10},
       {"MiB", 1ull << 20},
       {"GiB", 1ull << 30},
       {"KB", 1000},
       {"MB", 1000000},
       {"GB", 1000000000}}};
  StringRef digits = text.take_while(llvm::isDigit);
  StringRef unit = text.drop_front(digits.size()).trim();
  uint64_t count = 0;
  if (digits.empty())
    return createStringError("'" + text + "' is no size in bytes");
  if (digits.getAsInteger(10, count))
    return createStringError("'" + text + "' does not fit into 64 bits");
  for (const auto &[name, bytes] : kUnits) {
    if (name != unit)
      continue;
    if (std::optional<uint64_t> size = checkedMulUnsigned(count, bytes))
      return *size;
    return createStringError("'" + text + "' does not fit into 64 bits");
  }
  return createStringError("unknown unit '" + unit + "' in '" + text +
                           "', expected B, KiB, MiB, GiB, KB, MB or GB");
}

Error addAssignment(StringRef text, bool isCount,
                    StringMap<uint64_t> &numbers) {
  auto [name, value] = text.rsplit('=');
  if (name.empty() || value.empty())
    return createStringError("'" + text + "' is not NAME=NUMBER");
  uint64_t number = 0;
  if (!isCount) {
    Expected<uint64_t> size = parseSize(value);
    if (!size)
      return size.takeError();
    number = *size;
  } else if (value.getAsInteger(10, number) || number == 0) {
    return createStringError("'" + value + "' in '" + text +
                             "' is no positive number");
  }
  auto [it, isNew] = numbers.try_emplace(name, number);
  if (!isNew && it->second != number)
    return createStringError("'" + name + "' is given both " +
                             Twine(it->second) + " and " + Twine(number));
  return Error::success();
}

namespace {

Expected<std::unique_ptr<MemoryBuffer>> readText(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return makeError(path, "cannot be read: " + buffer.getError().message());
  return std::move(*buffer);
}

/// Calls `add` with both cells of each line.
Error readPairs(StringRef path, StringRef text,
                function_ref<Error(StringRef, StringRef)> add) {
  unsigned number = 0;
  while (!text.empty()) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    ++number;
    line = line.trim();
    if (line.empty() || line.starts_with("#"))
      continue;
    auto [first, second] = line.split(',');
    first = first.trim();
    second = second.trim();
    Error error = first.empty() || second.empty() || second.contains(',')
                      ? createStringError("expected two cells: '" + line + "'")
                      : add(first, second);
    if (error)
      return createStringError(path + ":" + Twine(number) + ": " +
                               toString(std::move(error)));
  }
  return Error::success();
}

/// The array `functions` of a JSON object of that schema.
Expected<json::Value> readFunctions(StringRef path, StringRef text,
                                    StringRef schema) {
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return makeError(path, toString(value.takeError()));
  json::Object *object = value->getAsObject();
  if (!object || object->getString("schema") != schema)
    return makeError(path, "is no JSON object of schema \"" + schema + "\"");
  json::Value *functions = object->get("functions");
  if (!functions || !functions->getAsArray())
    return makeError(path, "lacks the array \"functions\"");
  return std::move(*functions);
}

Error readMeasuredCosts(StringRef path, StringRef text,
                        StringMap<uint64_t> &costs) {
  Expected<json::Value> functions =
      readFunctions(path, text, "langone-stack/1");
  if (!functions)
    return functions.takeError();
  for (const json::Value &value : *functions->getAsArray()) {
    const json::Object *function = value.getAsObject();
    auto name = function ? function->getString("name") : std::nullopt;
    const json::Value *upper =
        function ? function->get("upper_bytes") : nullptr;
    if (!name || !upper || (!upper->getAsNull() && !upper->getAsUINT64()))
      return makeError(path, "a function lacks \"name\" or \"upper_bytes\"");
    // What is not bounded stays unknown; of equal names, the worst counts.
    if (auto bytes = upper->getAsUINT64()) {
      uint64_t &cost = costs[*name];
      cost = std::max(cost, *bytes);
    }
  }
  return Error::success();
}

} // namespace

Error readCosts(StringRef path, StringMap<uint64_t> &costs) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = readText(path);
  if (!buffer)
    return buffer.takeError();
  StringRef text = (*buffer)->getBuffer();
  if (text.ltrim().starts_with("{"))
    return readMeasuredCosts(path, text, costs);
  return readPairs(path, text, [&](StringRef name, StringRef bytes) {
    return addAssignment((name + "=" + bytes).str(), /*isCount=*/false, costs);
  });
}

Error readTargets(StringRef path,
                  StringMap<std::vector<std::string>> &targets) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = readText(path);
  if (!buffer)
    return buffer.takeError();
  return readPairs(path, (*buffer)->getBuffer(),
                   [&](StringRef caller, StringRef callee) {
                     targets[caller].push_back(callee.str());
                     return Error::success();
                   });
}

Expected<std::vector<Request>> readReport(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = readText(path);
  if (!buffer)
    return buffer.takeError();
  Expected<json::Value> functions =
      readFunctions(path, (*buffer)->getBuffer(), "langone-report/1");
  if (!functions)
    return functions.takeError();
  std::vector<Request> requests;
  for (const json::Value &value : *functions->getAsArray()) {
    const json::Object *function = value.getAsObject();
    auto name = function ? function->getString("name") : std::nullopt;
    if (!name)
      return makeError(path, "a function lacks \"name\"");
    const json::Value *limit = function->get("stack_budget_bytes");
    if (!limit || (!limit->getAsNull() && !limit->getAsUINT64()))
      return makeError(path, "function '" + *name +
                                 "' lacks \"stack_budget_bytes\", bytes or "
                                 "null");
    if (auto bytes = limit->getAsUINT64())
      requests.push_back({name->str(), *bytes});
  }
  return requests;
}

} // namespace langone::stack
