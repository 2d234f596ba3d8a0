//===- Machine.h - instructions as the stack sees them -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the decoding of machine code into what matters for the stack pointer:
// where control goes, and which registers hold the stack pointer plus a
// constant. What is specific to a target stands in MachineX86.cpp and
// MachineAArch64.cpp; functions and frames are not its matter.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_STACK_MACHINE_H
#define LANGONE_STACK_MACHINE_H

#include "Object.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstrAnalysis.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"

namespace langone::stack {

/// Where control goes after an instruction.
enum class Flow {
  Next,
  Jump,         ///< to `target`
  Branch,       ///< to `target` or on
  IndirectJump, ///< to an address from a register or memory
  Call,         ///< to `target`, then on
  IndirectCall,
  Return,
  ReturnPopping, ///< also drops arguments of the caller
  Stop,          ///< ends the program
};

/// `target` := (`source` + `add`), then rounded down to `alignment`.
struct Assignment {
  llvm::MCRegister target, source;
  int64_t add = 0;
  uint64_t alignment = 1;
};

/// Memory at `base` + `displacement` and maybe an index.
struct Access {
  llvm::MCRegister base;
  int64_t displacement = 0;
  bool isIndexed = false;
};

struct Instruction {
  uint64_t size = 0;
  Flow flow = Flow::Next;
  /// Address that a direct jump or call names, before relocation.
  std::optional<uint64_t> target;
  /// Address, relative to the instruction, of data that it uses or names.
  std::optional<uint64_t> data;
  llvm::SmallVector<Assignment, 1> assignments;
  /// Registers that get any other value.
  llvm::SmallVector<llvm::MCRegister, 4> clobbered;
  std::optional<Access> access;
  /// Registers whose value it uses otherwise than as the base of `access`.
  llvm::SmallVector<llvm::MCRegister, 2> used;
};

/// The decoder of one architecture.
class Machine {
public:
  /// `hasRedZone`: whether leaf functions may use memory below the stack
  /// pointer, where the ABI allows it.
  static llvm::Expected<std::unique_ptr<Machine>> create(Arch arch,
                                                         bool hasRedZone);
  virtual ~Machine() = default;

  /// The instruction at the beginning of `bytes`, which lie at `address`;
  /// absent if there is none.
  std::optional<Instruction> decode(llvm::ArrayRef<uint8_t> bytes,
                                    uint64_t address) const;

  llvm::MCRegister getStackPointer() const { return stackPointer; }
  bool overlap(llvm::MCRegister a, llvm::MCRegister b) const {
    return registers->regsOverlap(a, b);
  }
  /// Whether a function gives the register back as it was, by the ABI.
  bool isPreserved(llvm::MCRegister reg) const {
    return llvm::is_contained(preserved, reg);
  }

  llvm::MCRegister getFramePointer() const { return framePointer; }

  /// Bytes that a call itself pushes.
  virtual uint64_t getReturnAddressBytes() const = 0;
  /// Bytes that the stack pointer is always a multiple of.
  virtual uint64_t getStackGranularity() const = 0;
  /// Bytes below the stack pointer that a leaf function may use.
  uint64_t getRedZoneBytes() const { return redZoneBytes; }
  /// Distance between possible beginnings of instructions.
  virtual uint64_t getInstructionAlignment() const = 0;

  /// Where the relocated direct jump, call or branch at [begin, end) goes,
  /// relative to the relocation's symbol; absent for a relocation that says
  /// nothing of the kind. `isSlot` is set if the symbol's address is loaded.
  virtual std::optional<int64_t> getBranchAddend(const Relocation &relocation,
                                                 uint64_t end,
                                                 bool &isSlot) const = 0;
  /// The same for data that the instruction at [begin, end) names.
  virtual std::optional<int64_t> getDataAddend(const Relocation &relocation,
                                               uint64_t end) const = 0;
  /// Whether a relocation in data holds an address, or the distance to one.
  virtual bool isAddressRelocation(uint32_t type) const = 0;

  /// The address of the slot through which the code at `address`, an entry of a
  /// procedure linkage table, jumps.
  virtual std::optional<uint64_t> getSlot(llvm::ArrayRef<uint8_t> bytes,
                                          uint64_t address) const = 0;

protected:
  bool initialize(llvm::StringRef triple, llvm::StringRef features);
  llvm::MCRegister findRegister(llvm::StringRef name) const;
  std::optional<uint64_t> disassemble(llvm::MCInst &inst,
                                      llvm::ArrayRef<uint8_t> bytes,
                                      uint64_t address) const;
  llvm::StringRef getName(const llvm::MCInst &inst) const {
    return instructions->getName(inst.getOpcode());
  }
  /// Index of the operand that is the base of a memory operand, if any.
  virtual std::optional<unsigned> findBase(const llvm::MCInst &inst) const = 0;
  /// Fills in what instructions of the target do to registers.
  virtual void addEffects(const llvm::MCInst &inst, uint64_t address,
                          Instruction &out) const = 0;

  std::unique_ptr<llvm::MCRegisterInfo> registers;
  std::unique_ptr<llvm::MCAsmInfo> assembly;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget;
  std::unique_ptr<llvm::MCInstrInfo> instructions;
  std::unique_ptr<llvm::MCInstrAnalysis> analysis;
  std::unique_ptr<llvm::MCContext> context;
  std::unique_ptr<llvm::MCDisassembler> disassembler;
  llvm::MCRegister stackPointer, framePointer;
  llvm::SmallVector<llvm::MCRegister> preserved;
  uint64_t redZoneBytes = 0;

private:
  Flow getFlow(const llvm::MCInst &inst) const;
  void addClobbers(const llvm::MCInst &inst, Instruction &out) const;
  void addUses(const llvm::MCInst &inst, Instruction &out) const;
};

std::unique_ptr<Machine> createX86Machine();
std::unique_ptr<Machine> createAArch64Machine();

} // namespace langone::stack

#endif // LANGONE_STACK_MACHINE_H
