//===- MachineX86.cpp - x86-64 --------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The System V ABI for x86-64: calls push 8 bytes, leaf functions may use 128
// bytes below the stack pointer.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace langone::stack {
namespace {

/// What an opcode does to the stack pointer and copies of it.
enum class Effect { Other, Push, Pop, Add, Subtract, Move, And, Lea, Leave };

class X86Machine : public Machine {
public:
  bool initialize() {
    if (!Machine::initialize("x86_64-unknown-linux-gnu", ""))
      return false;
    redZoneBytes = 128;
    stackPointer = findRegister("RSP");
    framePointer = findRegister("RBP");
    for (StringRef name : {"RBX", "RBP", "R12", "R13", "R14", "R15"})
      preserved.push_back(findRegister(name));
    effects.resize(instructions->getNumOpcodes());
    for (unsigned opcode = 0; opcode < effects.size(); ++opcode)
      effects[opcode] =
          StringSwitch<Effect>(instructions->getName(opcode))
              .Cases({"PUSH64r", "PUSH64rmr", "PUSH64rmm", "PUSH64i8",
                      "PUSH64i32", "PUSHF64"},
                     Effect::Push)
              .Cases({"POP64r", "POP64rmr", "POP64rmm", "POPF64"}, Effect::Pop)
              .Cases({"ADD64ri8", "ADD64ri32"}, Effect::Add)
              .Cases({"SUB64ri8", "SUB64ri32"}, Effect::Subtract)
              .Cases({"MOV64rr", "MOV64rr_REV"}, Effect::Move)
              .Cases({"AND64ri8", "AND64ri32"}, Effect::And)
              .Case("LEA64r", Effect::Lea)
              .Cases({"LEAVE64", "LEAVE"}, Effect::Leave)
              .Default(Effect::Other);
    return true;
  }

  uint64_t getReturnAddressBytes() const override { return 8; }
  uint64_t getStackGranularity() const override { return 8; }
  uint64_t getInstructionAlignment() const override { return 1; }

  std::optional<int64_t> getBranchAddend(const Relocation &relocation,
                                         uint64_t end,
                                         bool &isSlot) const override {
    isSlot = false;
    switch (relocation.type) {
    case ELF::R_X86_64_PC32:
    case ELF::R_X86_64_PLT32:
      return relocation.addend + static_cast<int64_t>(end - relocation.offset);
    case ELF::R_X86_64_GOTPCREL:
    case ELF::R_X86_64_GOTPCRELX:
    case ELF::R_X86_64_REX_GOTPCRELX:
      isSlot = true;
      return relocation.addend + static_cast<int64_t>(end - relocation.offset);
    default:
      return std::nullopt;
    }
  }

  std::optional<int64_t> getDataAddend(const Relocation &relocation,
                                       uint64_t end) const override {
    switch (relocation.type) {
    case ELF::R_X86_64_PC32:
      return relocation.addend + static_cast<int64_t>(end - relocation.offset);
    case ELF::R_X86_64_32:
    case ELF::R_X86_64_32S:
    case ELF::R_X86_64_64:
      return relocation.addend;
    default:
      return std::nullopt;
    }
  }

  bool isAddressRelocation(uint32_t type) const override {
    return type == ELF::R_X86_64_PC32 || type == ELF::R_X86_64_64 ||
           type == ELF::R_X86_64_32 || type == ELF::R_X86_64_32S ||
           type == ELF::R_X86_64_PC64;
  }

  std::optional<uint64_t> getSlot(ArrayRef<uint8_t> bytes,
                                  uint64_t address) const override {
    constexpr unsigned kEntryInstructions = 3;
    for (unsigned i = 0; i < kEntryInstructions; ++i) {
      std::optional<Instruction> next = decode(bytes, address);
      if (!next)
        return std::nullopt;
      if (next->flow == Flow::IndirectJump)
        return next->data;
      bytes = bytes.drop_front(next->size);
      address += next->size;
    }
    return std::nullopt;
  }

private:
  // The first of the five operands that make an address.
  std::optional<unsigned> findBase(const MCInst &inst) const override {
    // LEA's address is none of memory to LLVM's tables.
    if (effects[inst.getOpcode()] == Effect::Lea)
      return 1;
    ArrayRef<MCOperandInfo> infos =
        instructions->get(inst.getOpcode()).operands();
    for (unsigned i = 0; i + 4 < inst.getNumOperands() && i < infos.size(); ++i)
      if (infos[i].OperandType == MCOI::OPERAND_MEMORY)
        return i;
    return std::nullopt;
  }

  void addAccess(const MCInst &inst, Instruction &out) const {
    std::optional<unsigned> first = findBase(inst);
    if (!first || !inst.getOperand(*first).isReg() ||
        !inst.getOperand(*first + 2).isReg() ||
        !inst.getOperand(*first + 3).isImm())
      return;
    out.access = Access{inst.getOperand(*first).getReg(),
                        inst.getOperand(*first + 3).getImm(),
                        inst.getOperand(*first + 2).getReg().isValid()};
  }

  void addEffects(const MCInst &inst, uint64_t,
                  Instruction &out) const override {
    addAccess(inst, out);
    StringRef name = getName(inst);
    if (name == "TRAP" || name == "HLT" || name == "INT3" ||
        name.starts_with("UD1"))
      out.flow = Flow::Stop;
    // A table at a fixed address.
    if (out.flow == Flow::IndirectJump && out.access && out.access->isIndexed &&
        !out.access->base)
      out.data = static_cast<uint64_t>(out.access->displacement);
    if (out.flow == Flow::Return && name.starts_with("RETI"))
      out.flow = Flow::ReturnPopping;
    MCRegister sp = stackPointer;
    auto reg = [&](unsigned i) { return inst.getOperand(i).getReg(); };
    auto imm = [&](unsigned i) { return inst.getOperand(i).getImm(); };
    switch (effects[inst.getOpcode()]) {
    case Effect::Other:
      break;
    case Effect::Push:
      out.assignments.push_back({sp, sp, -8});
      break;
    case Effect::Pop:
      // `pop rsp` loads it.
      if (name == "POP64rmm" || name == "POPF64" || reg(0) != sp)
        out.assignments.push_back({sp, sp, 8});
      break;
    case Effect::Add:
      out.assignments.push_back({reg(0), reg(1), imm(2)});
      break;
    case Effect::Subtract:
      out.assignments.push_back({reg(0), reg(1), -imm(2)});
      break;
    case Effect::Move:
      out.assignments.push_back({reg(0), reg(1)});
      break;
    case Effect::And:
      if (imm(2) < 0 && isPowerOf2_64(-static_cast<uint64_t>(imm(2))))
        out.assignments.push_back(
            {reg(0), reg(1), 0, -static_cast<uint64_t>(imm(2))});
      break;
    case Effect::Lea:
      if (out.access && !out.access->isIndexed && out.access->base)
        out.assignments.push_back(
            {reg(0), out.access->base, out.access->displacement});
      break;
    case Effect::Leave:
      out.assignments.push_back({sp, framePointer, 8});
      break;
    }
  }

  std::vector<Effect> effects;
};

} // namespace

std::unique_ptr<Machine> createX86Machine() {
  auto machine = std::make_unique<X86Machine>();
  return machine->initialize() ? std::move(machine) : nullptr;
}

} // namespace langone::stack
