//===- Functions.h - the functions of a program ------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns which functions objects have, how they are called by name, and what the
// compiler wrote about them into `.stack_sizes` and `.llvm.callgraph`. It looks
// at no instruction.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_STACK_FUNCTIONS_H
#define LANGONE_STACK_FUNCTIONS_H

#include "Object.h"

#include "llvm/ADT/StringMap.h"

#include <map>

namespace langone::stack {

struct Function {
  unsigned object = 0;
  Place begin;
  /// Offset of the first byte after it.
  uint64_t end = 0;
  /// All symbols at its beginning, in the order of the symbol table.
  std::vector<llvm::StringRef> names;
  bool isGlobal = false;
  /// Only chosen at load time which function the name means.
  bool isIndirect = false;
  /// Bytes by `.stack_sizes`, without the return address.
  std::optional<uint64_t> claimedBytes;
  /// By `.llvm.callgraph`: the type of the function, and of what it calls
  /// through pointers. Absent without such an entry.
  std::optional<uint64_t> type;
  std::optional<std::vector<uint64_t>> calledTypes;
};

/// The functions of all objects.
struct Program {
  const ObjectFiles &files;
  /// In the order of objects, sections and offsets.
  std::vector<Function> functions;
  /// Functions by the names that other objects may use; of several, only the
  /// strong ones.
  llvm::StringMap<std::vector<unsigned>> byName;
  /// Whether every object with code has `.llvm.callgraph`.
  bool hasCallGraph = true;

  const Object &getObject(const Function &function) const {
    return files.objects[function.object];
  }
  /// The function with the byte at `place`, if any.
  std::optional<unsigned> find(unsigned object, Place place) const;
  /// Functions of that name: global ones, or else local ones.
  std::vector<unsigned> findByName(llvm::StringRef name) const;
  /// Name for people: of the symbol, or of section and offset.
  std::string getName(unsigned function) const;
};

/// An error names the file, and section and offset where there are some; an
/// object with code must have `.stack_sizes`.
llvm::Expected<Program> findFunctions(const ObjectFiles &files);

} // namespace langone::stack

#endif // LANGONE_STACK_FUNCTIONS_H
