//===- Functions.cpp - the functions of a program -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/DataExtractor.h"

using namespace llvm;

namespace langone::stack {

std::optional<unsigned> Program::find(unsigned object, Place place) const {
  auto it = llvm::upper_bound(
      functions, std::make_pair(object, place),
      [](const std::pair<unsigned, Place> &key, const Function &function) {
        return key < std::make_pair(function.object, function.begin);
      });
  if (it == functions.begin())
    return std::nullopt;
  const Function &function = *std::prev(it);
  if (function.object != object || function.begin.section != place.section ||
      place.offset >= function.end)
    return std::nullopt;
  return std::distance(functions.begin(), it) - 1;
}

std::vector<unsigned> Program::findByName(StringRef name) const {
  auto it = byName.find(name);
  if (it != byName.end())
    return it->second;
  std::vector<unsigned> local;
  for (auto [index, function] : llvm::enumerate(functions))
    if (llvm::is_contained(function.names, name))
      local.push_back(index);
  return local;
}

std::string Program::getName(unsigned index) const {
  const Function &function = functions[index];
  if (!function.names.empty())
    return function.names.front().str();
  return (getObject(function).sections[function.begin.section].name + "+0x" +
          utohexstr(function.begin.offset, /*LowerCase=*/true))
      .str();
}

namespace {

/// Collects the functions of one object.
class Collector {
public:
  Collector(const Object &object, unsigned number)
      : object(object), number(number) {}

  Error run(Program &program) {
    bool hasSizes = false, hasCallGraph = false;
    for (const Symbol &symbol : object.symbols)
      if (symbol.isFunction && symbol.place)
        addSymbol(symbol);
    for (unsigned i = 0; i < object.sections.size(); ++i) {
      StringRef name = object.sections[i].name;
      hasSizes |= name == ".stack_sizes";
      hasCallGraph |= name == ".llvm.callgraph";
      Error error = name == ".stack_sizes"      ? readSizes(i)
                    : name == ".llvm.callgraph" ? readCallGraph(i)
                                                : Error::success();
      if (error)
        return makeError(object.name, toString(std::move(error)));
    }
    bool hasCode = llvm::any_of(object.sections, [](const Section &section) {
      return section.isCode && !section.contents.empty();
    });
    if (hasCode && !hasSizes)
      return makeError(object.name,
                       "has no stack sizes (section '.stack_sizes'): compile "
                       "with clang -fstack-size-section, or llc "
                       "-stack-size-section");
    program.hasCallGraph &= hasCallGraph || !hasCode;
    setEnds();
    for (auto &[begin, function] : functions)
      program.functions.push_back(std::move(function));
    return Error::success();
  }

private:
  Function *add(Place place) {
    const Section &section = object.sections[place.section];
    if (!section.isCode || place.offset >= section.contents.size())
      return nullptr;
    Function &function = functions[place];
    function.object = number;
    function.begin = place;
    return &function;
  }

  void addSymbol(const Symbol &symbol) {
    Function *function = add(*symbol.place);
    if (!function)
      return;
    function->names.push_back(symbol.name);
    function->isGlobal |= !symbol.isLocal;
    function->isIndirect |= symbol.isIndirect;
    // The longest: aliases may have no size.
    uint64_t room = object.sections[symbol.place->section].contents.size() -
                    symbol.place->offset;
    function->end = std::max(function->end, symbol.place->offset +
                                                std::min(symbol.size, room));
  }

  // Code without a size goes on to the next function.
  void setEnds() {
    for (auto it = functions.begin(); it != functions.end(); ++it) {
      Function &function = it->second;
      if (function.end > function.begin.offset)
        continue;
      auto next = std::next(it);
      function.end =
          next != functions.end() &&
                  next->first.section == function.begin.section
              ? next->first.offset
              : object.sections[function.begin.section].contents.size();
    }
  }

  /// The place whose address stands at `offset` of `section`.
  std::optional<Place> getAddress(unsigned section, uint64_t offset,
                                  uint64_t value) const {
    if (!object.isRelocatable)
      return object.locate(value);
    const Relocation *relocation =
        object.findRelocation(section, offset, offset + 1);
    if (!relocation || !object.symbols[relocation->symbol].place)
      return std::nullopt;
    Place place = *object.symbols[relocation->symbol].place;
    place.offset += static_cast<uint64_t>(relocation->addend);
    return place;
  }

  Error malformed(unsigned section, uint64_t offset, Error error) const {
    return createStringError("section '" + object.sections[section].name +
                             "', offset " + Twine(offset) + ": " +
                             toString(std::move(error)));
  }

  // Pairs of an address and a size (LEB128).
  Error readSizes(unsigned index) {
    const Section &section = object.sections[index];
    DataExtractor data(section.contents, /*IsLittleEndian=*/true,
                       /*AddressSize=*/8);
    DataExtractor::Cursor cursor(0);
    while (cursor && !data.eof(cursor)) {
      uint64_t offset = cursor.tell();
      uint64_t address = data.getAddress(cursor);
      uint64_t bytes = data.getULEB128(cursor);
      if (!cursor)
        return malformed(index, offset, cursor.takeError());
      std::optional<Place> place = getAddress(index, offset, address);
      // The linker leaves the entries of what it has dropped.
      Function *function = place ? add(*place) : nullptr;
      if (!function && object.isRelocatable)
        return malformed(index, offset,
                         createStringError("names no code of this object"));
      if (function)
        function->claimedBytes =
            std::max(function->claimedBytes.value_or(0), bytes);
    }
    return cursor.takeError();
  }

  // Entries of version 0: version, flags, address, type, then lists.
  Error readCallGraph(unsigned index) {
    constexpr unsigned kDirect = 2, kIndirect = 4;
    const Section &section = object.sections[index];
    DataExtractor data(section.contents, true, 8);
    DataExtractor::Cursor cursor(0);
    while (cursor && !data.eof(cursor)) {
      uint64_t offset = cursor.tell();
      uint8_t version = data.getU8(cursor), flags = data.getU8(cursor);
      uint64_t where = cursor.tell();
      uint64_t address = data.getAddress(cursor), type = data.getU64(cursor);
      std::vector<uint64_t> called;
      if (flags & kDirect)
        for (uint64_t n = data.getULEB128(cursor); cursor && n != 0; --n)
          data.getAddress(cursor);
      if (flags & kIndirect)
        for (uint64_t n = data.getULEB128(cursor); cursor && n != 0; --n)
          called.push_back(data.getU64(cursor));
      if (!cursor)
        return malformed(index, offset, cursor.takeError());
      if (version != 0)
        return malformed(
            index, offset,
            createStringError("version %u is not known", unsigned(version)));
      std::optional<Place> place = getAddress(index, where, address);
      if (Function *function = place ? add(*place) : nullptr) {
        function->type = type;
        function->calledTypes = std::move(called);
      }
    }
    return cursor.takeError();
  }

  const Object &object;
  unsigned number;
  std::map<Place, Function> functions;
};

/// Enters the names that are visible to other objects.
void addNames(Program &program) {
  StringMap<bool> hasStrong;
  for (auto [number, object] : llvm::enumerate(program.files.objects)) {
    for (const Symbol &symbol : object.symbols) {
      if (!symbol.isFunction || symbol.isLocal || !symbol.place)
        continue;
      std::optional<unsigned> function = program.find(number, *symbol.place);
      if (!function || program.functions[*function].begin != *symbol.place)
        continue;
      std::vector<unsigned> &all = program.byName[symbol.name];
      bool &strong = hasStrong[symbol.name];
      if (symbol.isWeak && strong)
        continue;
      if (!symbol.isWeak && !strong)
        all.clear();
      strong |= !symbol.isWeak;
      all.push_back(*function);
    }
  }
}

} // namespace

Expected<Program> findFunctions(const ObjectFiles &files) {
  Program program{files, {}, {}};
  for (auto [number, object] : llvm::enumerate(files.objects))
    if (Error error = Collector(object, number).run(program))
      return std::move(error);
  addNames(program);
  return program;
}

} // namespace langone::stack
