//===- MachineAArch64.cpp - AArch64 ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ABI of the Arm 64-bit architecture (AAPCS64): calls push nothing, memory
// below the stack pointer is not used.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace langone::stack {
namespace {

/// The 64-bit mask that an AND encodes in 13 bits (N, immr, imms), by the
/// architecture manual's DecodeBitMasks; 0 for an encoding that is reserved.
uint64_t decodeMask(uint64_t encoded) {
  unsigned n = (encoded >> 12) & 1, immr = (encoded >> 6) & 63;
  unsigned imms = encoded & 63;
  unsigned selector = (n << 6) | (~imms & 63);
  if (selector < 2)
    return 0;
  unsigned size = 1u << Log2_32(selector);
  unsigned rotation = immr & (size - 1), ones = (imms & (size - 1)) + 1;
  if (ones == size)
    return 0;
  uint64_t pattern = maskTrailingOnes<uint64_t>(ones);
  if (rotation != 0)
    pattern = (pattern >> rotation | pattern << (size - rotation)) &
              maskTrailingOnes<uint64_t>(size);
  for (; size < 64; size *= 2)
    pattern |= pattern << size;
  return pattern;
}

/// Bytes that one step of the offset of a load or store with write-back means;
/// absent for other instructions.
std::optional<int64_t> getOffsetScale(StringRef name) {
  if (!name.ends_with("pre") && !name.ends_with("post"))
    return std::nullopt;
  if (name.starts_with("STR") || name.starts_with("LDR"))
    return 1;
  if (!name.starts_with("STP") && !name.starts_with("LDP"))
    return std::nullopt;
  switch (name[3]) {
  case 'Q':
    return 16;
  case 'X':
  case 'D':
    return 8;
  default:
    return 4;
  }
}

class AArch64Machine : public Machine {
public:
  bool initialize() {
    if (!Machine::initialize("aarch64-unknown-linux-gnu", "+all"))
      return false;
    stackPointer = findRegister("SP");
    framePointer = findRegister("FP");
    for (StringRef name : {"X19", "X20", "X21", "X22", "X23", "X24", "X25",
                           "X26", "X27", "X28", "FP"})
      preserved.push_back(findRegister(name));
    return stackPointer.isValid();
  }

  uint64_t getReturnAddressBytes() const override { return 0; }
  uint64_t getStackGranularity() const override { return 16; }
  uint64_t getInstructionAlignment() const override { return 4; }

  std::optional<int64_t> getBranchAddend(const Relocation &relocation, uint64_t,
                                         bool &isSlot) const override {
    isSlot = false;
    switch (relocation.type) {
    case ELF::R_AARCH64_CALL26:
    case ELF::R_AARCH64_JUMP26:
    case ELF::R_AARCH64_CONDBR19:
    case ELF::R_AARCH64_TSTBR14:
      return relocation.addend;
    default:
      return std::nullopt;
    }
  }

  std::optional<int64_t> getDataAddend(const Relocation &relocation,
                                       uint64_t) const override {
    switch (relocation.type) {
    case ELF::R_AARCH64_ADD_ABS_LO12_NC:
    case ELF::R_AARCH64_ADR_PREL_LO21:
      return relocation.addend;
    default:
      return std::nullopt;
    }
  }

  bool isAddressRelocation(uint32_t type) const override {
    return type == ELF::R_AARCH64_PREL32 || type == ELF::R_AARCH64_ABS64 ||
           type == ELF::R_AARCH64_PREL64;
  }

  std::optional<uint64_t> getSlot(ArrayRef<uint8_t> bytes,
                                  uint64_t address) const override {
    constexpr unsigned kEntryInstructions = 4;
    std::optional<uint64_t> page;
    for (unsigned i = 0; i < kEntryInstructions; ++i) {
      MCInst inst;
      std::optional<uint64_t> size = disassemble(inst, bytes, address);
      if (!size)
        return std::nullopt;
      StringRef name = getName(inst);
      if (name == "ADRP")
        page = (address & ~uint64_t(4095)) +
               static_cast<uint64_t>(inst.getOperand(1).getImm()) * 4096;
      else if (name == "LDRXui" && page)
        return *page + static_cast<uint64_t>(inst.getOperand(2).getImm()) * 8;
      bytes = bytes.drop_front(*size);
      address += *size;
    }
    return std::nullopt;
  }

private:
  // Without a red zone, what is accessed does not matter.
  std::optional<unsigned> findBase(const MCInst &) const override {
    return std::nullopt;
  }

  void addEffects(const MCInst &inst, uint64_t address,
                  Instruction &out) const override {
    StringRef name = getName(inst);
    if (name == "BRK" || name == "UDF" || name == "HLT")
      out.flow = Flow::Stop;
    auto reg = [&](unsigned i) { return inst.getOperand(i).getReg(); };
    auto imm = [&](unsigned i) { return inst.getOperand(i).getImm(); };
    if ((name == "ADDXri" || name == "SUBXri") && inst.getOperand(2).isImm()) {
      // The last operand is a shift of the immediate: 0 or 12.
      int64_t value = imm(2) << imm(3);
      out.assignments.push_back(
          {reg(0), reg(1), name == "ADDXri" ? value : -value});
    } else if (name == "ANDXri") {
      uint64_t alignment = -decodeMask(imm(2));
      if (isPowerOf2_64(alignment))
        out.assignments.push_back({reg(0), reg(1), 0, alignment});
    } else if (std::optional<int64_t> scale = getOffsetScale(name)) {
      const MCOperand &last = inst.getOperand(inst.getNumOperands() - 1);
      if (inst.getOperand(0).isReg() && reg(0) == stackPointer && last.isImm())
        out.assignments.push_back(
            {stackPointer, stackPointer, last.getImm() * *scale});
    } else if (name == "ADR" && inst.getOperand(1).isImm()) {
      out.data = address + static_cast<uint64_t>(imm(1));
    }
  }
};

} // namespace

std::unique_ptr<Machine> createAArch64Machine() {
  auto machine = std::make_unique<AArch64Machine>();
  return machine->initialize() ? std::move(machine) : nullptr;
}

} // namespace langone::stack
