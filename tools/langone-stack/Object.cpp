//===- Object.cpp - machine code as files hold it -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ELFFile is used rather than ObjectFile: it tells every defect of a file as an
// error, where the latter ends the process.
//
//===----------------------------------------------------------------------===//

#include "Object.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ELF.h"

using namespace llvm;
using ELF64 = llvm::object::ELFFile<llvm::object::ELF64LE>;

namespace langone::stack {

Error makeError(StringRef name, const Twine &message) {
  return createStringError(name + ": " + message);
}

const Relocation *Object::findRelocation(unsigned section, uint64_t begin,
                                         uint64_t end) const {
  const std::vector<Relocation> &all = sections[section].relocations;
  auto it = llvm::lower_bound(
      all, begin, [](const Relocation &r, uint64_t o) { return r.offset < o; });
  return it != all.end() && it->offset < end ? &*it : nullptr;
}

std::optional<Place> Object::locate(uint64_t address) const {
  for (auto [index, section] : llvm::enumerate(sections))
    if (section.isLoaded && address >= section.address &&
        address - section.address < section.contents.size())
      return Place{static_cast<unsigned>(index), address - section.address};
  return std::nullopt;
}

namespace {

/// Reads one ELF file.
class Reader {
public:
  Reader(const ELF64 &file, Object &object) : file(file), object(object) {}

  Error run() {
    const auto &header = file.getHeader();
    if (header.e_machine == ELF::EM_X86_64)
      object.arch = Arch::X86_64;
    else if (header.e_machine == ELF::EM_AARCH64)
      object.arch = Arch::AArch64;
    else
      return fail("machine " + Twine(header.e_machine) +
                  " is not supported, only x86-64 and AArch64 are");
    if (header.e_type != ELF::ET_REL && header.e_type != ELF::ET_EXEC &&
        header.e_type != ELF::ET_DYN)
      return fail("ELF type " + Twine(header.e_type) +
                  " is no object, executable or shared object");
    object.isRelocatable = header.e_type == ELF::ET_REL;
    if (Error error = readSections())
      return error;
    if (Error error = readSymbols())
      return error;
    return readRelocations();
  }

private:
  Error fail(const Twine &message) { return makeError(object.name, message); }
  Error fail(StringRef what, Error error) {
    return fail(what + ": " + toString(std::move(error)));
  }

  Error readSections() {
    auto headers = file.sections();
    if (!headers)
      return fail("section headers", headers.takeError());
    sectionHeaders = *headers;
    for (auto [index, header] : llvm::enumerate(sectionHeaders)) {
      Section &section = object.sections.emplace_back();
      Expected<StringRef> name = file.getSectionName(header);
      if (!name)
        return fail("section " + std::to_string(index), name.takeError());
      section.name = *name;
      section.address = header.sh_addr;
      section.isLoaded = header.sh_flags & ELF::SHF_ALLOC;
      section.isCode = section.isLoaded && header.sh_type != ELF::SHT_NOBITS &&
                       (header.sh_flags & ELF::SHF_EXECINSTR);
      if (header.sh_type == ELF::SHT_NOBITS)
        continue;
      Expected<ArrayRef<uint8_t>> contents = file.getSectionContents(header);
      if (!contents)
        return fail(("section '" + *name + "'").str(), contents.takeError());
      section.contents = *contents;
      if (header.sh_flags & ELF::SHF_COMPRESSED)
        section.contents = {};
    }
    return Error::success();
  }

  const object::ELF64LE::Shdr *findSection(uint32_t type) const {
    for (const auto &header : sectionHeaders)
      if (header.sh_type == type)
        return &header;
    return nullptr;
  }

  Error readSymbols() {
    table = findSection(ELF::SHT_SYMTAB);
    if (!table)
      table = findSection(ELF::SHT_DYNSYM);
    if (!table)
      return Error::success();
    auto symbols = file.symbols(table);
    if (!symbols)
      return fail("symbol table", symbols.takeError());
    Expected<StringRef> names = file.getStringTableForSymtab(*table);
    if (!names)
      return fail("symbol table", names.takeError());
    ArrayRef<object::ELF64LE::Word> extended;
    if (const auto *indices = findSection(ELF::SHT_SYMTAB_SHNDX)) {
      auto words = file.getSHNDXTable(*indices);
      if (!words)
        return fail("symbol table", words.takeError());
      extended = *words;
    }
    for (auto [index, raw] : llvm::enumerate(*symbols)) {
      auto fault = [&](Error error) {
        return fail("symbol " + std::to_string(index), std::move(error));
      };
      Expected<StringRef> name = raw.getName(*names);
      if (!name)
        return fault(name.takeError());
      Expected<uint32_t> section = file.getSectionIndex(
          raw, *symbols, object::DataRegion<object::ELF64LE::Word>(extended));
      if (!section)
        return fault(section.takeError());
      if (Error error = addSymbol(raw, *name, *section))
        return fault(std::move(error));
    }
    return Error::success();
  }

  Error addSymbol(const object::ELF64LE::Sym &raw, StringRef name,
                  uint32_t section) {
    Symbol &symbol = object.symbols.emplace_back();
    symbol.name = name;
    symbol.size = raw.st_size;
    symbol.isIndirect = raw.getType() == ELF::STT_GNU_IFUNC;
    symbol.isFunction = raw.getType() == ELF::STT_FUNC || symbol.isIndirect;
    symbol.isLocal = raw.getBinding() == ELF::STB_LOCAL;
    symbol.isWeak = raw.getBinding() == ELF::STB_WEAK;
    if (section == ELF::SHN_UNDEF || raw.st_shndx == ELF::SHN_ABS ||
        raw.st_shndx == ELF::SHN_COMMON)
      return Error::success();
    if (section >= object.sections.size())
      return createStringError("section " + Twine(section) + " does not exist");
    uint64_t base = object.sections[section].address;
    if (raw.st_value < base)
      return createStringError("lies before its section");
    symbol.place = Place{section, raw.st_value - base};
    return Error::success();
  }

  Error readRelocations() {
    for (auto [index, header] : llvm::enumerate(sectionHeaders)) {
      if (header.sh_type == ELF::SHT_REL || header.sh_type == ELF::SHT_CREL)
        return fail("section '" + object.sections[index].name +
                    "': relocations of this kind are not supported");
      if (header.sh_type != ELF::SHT_RELA)
        continue;
      auto entries = file.relas(header);
      if (!entries)
        return fail(("section '" + object.sections[index].name + "'").str(),
                    entries.takeError());
      Error error = object.isRelocatable ? addRelocations(header, *entries)
                                         : addSlots(header, *entries);
      if (error)
        return fail(("section '" + object.sections[index].name + "'").str(),
                    std::move(error));
    }
    return Error::success();
  }

  Error addRelocations(const object::ELF64LE::Shdr &header,
                       object::ELF64LE::RelaRange entries) {
    if (header.sh_info >= object.sections.size())
      return createStringError("relocates section " + Twine(header.sh_info) +
                               ", which does not exist");
    std::vector<Relocation> &relocations =
        object.sections[header.sh_info].relocations;
    for (const auto &entry : entries) {
      Relocation relocation{entry.r_offset, entry.getType(false),
                            entry.getSymbol(false), entry.r_addend};
      if (relocation.symbol >= object.symbols.size())
        return createStringError("relocation at offset " +
                                 Twine(relocation.offset) + " names symbol " +
                                 Twine(relocation.symbol) +
                                 ", which does not exist");
      relocations.push_back(relocation);
    }
    llvm::sort(relocations, [](const Relocation &a, const Relocation &b) {
      return std::tie(a.offset, a.type, a.symbol, a.addend) <
             std::tie(b.offset, b.type, b.symbol, b.addend);
    });
    return Error::success();
  }

  bool isSlot(uint32_t type) const {
    return object.arch == Arch::X86_64 ? type == ELF::R_X86_64_GLOB_DAT ||
                                             type == ELF::R_X86_64_JUMP_SLOT
                                       : type == ELF::R_AARCH64_GLOB_DAT ||
                                             type == ELF::R_AARCH64_JUMP_SLOT;
  }

  Error addSlots(const object::ELF64LE::Shdr &header,
                 object::ELF64LE::RelaRange entries) {
    if (!(header.sh_flags & ELF::SHF_ALLOC) || entries.empty())
      return Error::success();
    auto symbolTable = file.getSection(header.sh_link);
    if (!symbolTable)
      return symbolTable.takeError();
    // A static image has none: its slots are filled by functions it runs first.
    if ((*symbolTable)->sh_type != ELF::SHT_DYNSYM)
      return Error::success();
    Expected<StringRef> names = file.getStringTableForSymtab(**symbolTable);
    if (!names)
      return names.takeError();
    for (const auto &entry : entries) {
      // Other places hold addresses too, but the program may change them.
      if (entry.getSymbol(false) == 0 || !isSlot(entry.getType(false)))
        continue;
      auto symbol = file.getSymbol(*symbolTable, entry.getSymbol(false));
      if (!symbol)
        return symbol.takeError();
      Expected<StringRef> name = (*symbol)->getName(*names);
      if (!name)
        return name.takeError();
      object.slots[entry.r_offset] = *name;
    }
    return Error::success();
  }

  const ELF64 &file;
  Object &object;
  object::ELF64LE::ShdrRange sectionHeaders;
  const object::ELF64LE::Shdr *table = nullptr;
};

Error readObject(MemoryBufferRef buffer, std::string name, ObjectFiles &files) {
  Object object;
  object.name = std::move(name);
  StringRef bytes = buffer.getBuffer();
  if (!bytes.starts_with(StringRef("\x7f"
                                   "ELF",
                                   4)))
    return makeError(object.name, "is no ELF object or archive of them");
  if (bytes.size() < ELF::EI_NIDENT)
    return makeError(object.name, "is truncated");
  if (static_cast<uint8_t>(bytes[ELF::EI_CLASS]) != ELF::ELFCLASS64 ||
      static_cast<uint8_t>(bytes[ELF::EI_DATA]) != ELF::ELFDATA2LSB)
    return makeError(object.name, "only 64-bit little-endian objects are "
                                  "supported");
  Expected<ELF64> file = ELF64::create(bytes);
  if (!file)
    return makeError(object.name, toString(file.takeError()));
  if (Error error = Reader(*file, object).run())
    return error;
  files.objects.push_back(std::move(object));
  return Error::success();
}

Error readArchive(MemoryBufferRef buffer, StringRef path, ObjectFiles &files) {
  Expected<std::unique_ptr<object::Archive>> archive =
      object::Archive::create(buffer);
  if (!archive)
    return makeError(path, toString(archive.takeError()));
  if ((*archive)->isThin())
    return makeError(path, "is a thin archive: name its members instead");
  Error error = Error::success();
  for (const object::Archive::Child &child : (*archive)->children(error)) {
    Expected<StringRef> name = child.getName();
    Expected<MemoryBufferRef> member = child.getMemoryBufferRef();
    if (!name || !member) {
      consumeError(std::move(error));
      std::string why =
          toString(joinErrors(name.takeError(), member.takeError()));
      return makeError(path, why);
    }
    // The last member's size is taken from its header alone.
    if (member->getBufferEnd() > buffer.getBufferEnd()) {
      consumeError(std::move(error));
      return makeError(path, "is truncated in member '" + *name + "'");
    }
    if (Error fault =
            readObject(*member, (path + "(" + *name + ")").str(), files)) {
      consumeError(std::move(error));
      return fault;
    }
  }
  return error ? makeError(path, toString(std::move(error))) : Error::success();
}

} // namespace

Error readObjects(StringRef path, ObjectFiles &files) {
  // Not mapped: a file that shrinks meanwhile must not end the process.
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(
      path, /*IsText=*/false, /*RequiresNullTerminator=*/false,
      /*IsVolatile=*/true);
  if (!buffer)
    return makeError(path, "cannot be read: " + buffer.getError().message());
  files.buffers.push_back(std::move(*buffer));
  MemoryBufferRef memory = files.buffers.back()->getMemBufferRef();
  if (identify_magic(memory.getBuffer()) == file_magic::archive)
    return readArchive(memory, path, files);
  return readObject(memory, path.str(), files);
}

} // namespace langone::stack
