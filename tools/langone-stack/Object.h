//===- Object.h - machine code as files hold it ------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the reading of ELF objects, executables, shared objects and archives of
// objects into plain tables. It checks that what it reads lies within the file
// and knows nothing of functions, frames or calls.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_STACK_OBJECT_H
#define LANGONE_STACK_OBJECT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace langone::stack {

enum class Arch { X86_64, AArch64 };

struct Relocation {
  /// Within its section.
  uint64_t offset = 0;
  uint32_t type = 0;
  /// Index into the object's symbols.
  uint32_t symbol = 0;
  int64_t addend = 0;
};

struct Section {
  llvm::StringRef name;
  /// 0 in relocatable objects.
  uint64_t address = 0;
  llvm::ArrayRef<uint8_t> contents;
  bool isCode = false;
  bool isLoaded = false;
  /// By offset.
  std::vector<Relocation> relocations;
};

/// A byte of a section.
struct Place {
  unsigned section = 0;
  uint64_t offset = 0;

  friend bool operator==(const Place &, const Place &) = default;
  friend auto operator<=>(const Place &, const Place &) = default;
};

struct Symbol {
  llvm::StringRef name;
  /// Absent if it is defined elsewhere, or is no place.
  std::optional<Place> place;
  uint64_t size = 0;
  bool isFunction = false;
  /// Chosen at load time: its place is not the function's.
  bool isIndirect = false;
  bool isLocal = false;
  bool isWeak = false;
};

/// One object; refers to the memory of the file that it was read from.
struct Object {
  /// "FILE", or "ARCHIVE(MEMBER)".
  std::string name;
  Arch arch = Arch::X86_64;
  bool isRelocatable = false;
  std::vector<Section> sections;
  std::vector<Symbol> symbols;
  /// Of an image: names of the functions whose addresses the loader stores.
  std::map<uint64_t, llvm::StringRef> slots;

  /// The relocation with an offset in [begin, end) of a section, if any.
  const Relocation *findRelocation(unsigned section, uint64_t begin,
                                   uint64_t end) const;
  /// The name of what a slot of an image is filled with; empty if not known.
  llvm::StringRef getSlot(uint64_t address) const {
    auto it = slots.find(address);
    return it == slots.end() ? llvm::StringRef() : it->second;
  }
  /// The place at a virtual address of an image.
  std::optional<Place> locate(uint64_t address) const;
};

/// What has been read; keeps the files' memory.
struct ObjectFiles {
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> buffers;
  std::vector<Object> objects;
};

/// Appends the objects of the file at `path`. Errors name the file, and section
/// and offset where there are some.
llvm::Error readObjects(llvm::StringRef path, ObjectFiles &files);

/// An error "NAME: MESSAGE".
llvm::Error makeError(llvm::StringRef name, const llvm::Twine &message);

} // namespace langone::stack

#endif // LANGONE_STACK_OBJECT_H
