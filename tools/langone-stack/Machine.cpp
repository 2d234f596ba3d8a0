//===- Machine.cpp - instructions as the stack sees them ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what all targets share: LLVM's tables say where control goes and which
// registers an instruction defines.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/MC/MCTargetOptions.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;

namespace langone::stack {

Expected<std::unique_ptr<Machine>> Machine::create(Arch arch, bool hasRedZone) {
  InitializeAllTargetInfos();
  InitializeAllTargetMCs();
  InitializeAllDisassemblers();
  std::unique_ptr<Machine> machine =
      arch == Arch::X86_64 ? createX86Machine() : createAArch64Machine();
  if (!machine)
    return createStringError("this LLVM cannot disassemble the objects' code");
  if (!hasRedZone)
    machine->redZoneBytes = 0;
  return machine;
}

bool Machine::initialize(StringRef tripleName, StringRef features) {
  Triple triple(tripleName);
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return false;
  registers.reset(target->createMCRegInfo(triple));
  if (!registers)
    return false;
  assembly.reset(
      target->createMCAsmInfo(*registers, triple, MCTargetOptions()));
  subtarget.reset(target->createMCSubtargetInfo(triple, "", features));
  instructions.reset(target->createMCInstrInfo());
  if (!assembly || !subtarget || !instructions)
    return false;
  analysis.reset(target->createMCInstrAnalysis(instructions.get()));
  context = std::make_unique<MCContext>(triple, assembly.get(), registers.get(),
                                        subtarget.get());
  disassembler.reset(target->createMCDisassembler(*subtarget, *context));
  return analysis && disassembler;
}

MCRegister Machine::findRegister(StringRef name) const {
  for (unsigned reg = 1; reg < registers->getNumRegs(); ++reg)
    if (name == registers->getName(reg))
      return reg;
  return MCRegister();
}

std::optional<uint64_t> Machine::disassemble(MCInst &inst,
                                             ArrayRef<uint8_t> bytes,
                                             uint64_t address) const {
  uint64_t size = 0;
  if (disassembler->getInstruction(inst, size, bytes, address, nulls()) !=
          MCDisassembler::Success ||
      size == 0 || size > bytes.size())
    return std::nullopt;
  return size;
}

Flow Machine::getFlow(const MCInst &inst) const {
  const MCInstrDesc &desc = instructions->get(inst.getOpcode());
  if (desc.isCall())
    return Flow::IndirectCall;
  if (desc.isReturn())
    return Flow::Return;
  if (desc.isIndirectBranch())
    return Flow::IndirectJump;
  if (desc.isBranch())
    return desc.isBarrier() ? Flow::Jump : Flow::Branch;
  return Flow::Next;
}

void Machine::addClobbers(const MCInst &inst, Instruction &out) const {
  const MCInstrDesc &desc = instructions->get(inst.getOpcode());
  auto add = [&](MCRegister reg) {
    if (reg && llvm::none_of(out.assignments, [&](const Assignment &a) {
          return a.target == reg;
        }))
      out.clobbered.push_back(reg);
  };
  for (unsigned i = 0; i < desc.getNumDefs() && i < inst.getNumOperands(); ++i)
    if (inst.getOperand(i).isReg())
      add(inst.getOperand(i).getReg());
  for (MCPhysReg reg : desc.implicit_defs())
    add(reg);
}

void Machine::addUses(const MCInst &inst, Instruction &out) const {
  const MCInstrDesc &desc = instructions->get(inst.getOpcode());
  std::optional<unsigned> base = findBase(inst);
  for (unsigned i = desc.getNumDefs(); i < inst.getNumOperands(); ++i)
    if (inst.getOperand(i).isReg() && inst.getOperand(i).getReg() &&
        (!out.access || i != base))
      out.used.push_back(inst.getOperand(i).getReg());
}

std::optional<Instruction> Machine::decode(ArrayRef<uint8_t> bytes,
                                           uint64_t address) const {
  MCInst inst;
  std::optional<uint64_t> size = disassemble(inst, bytes, address);
  if (!size)
    return std::nullopt;
  Instruction out;
  out.size = *size;
  out.flow = getFlow(inst);
  uint64_t target = 0;
  if (out.flow != Flow::Next && out.flow != Flow::Return &&
      analysis->evaluateBranch(inst, address, *size, target)) {
    out.target = target;
    if (out.flow == Flow::IndirectCall)
      out.flow = Flow::Call;
  }
  if ((out.flow == Flow::Jump || out.flow == Flow::Branch) && !out.target)
    out.flow = Flow::IndirectJump;
  out.data = analysis->evaluateMemoryOperandAddress(inst, subtarget.get(),
                                                    address, *size);
  addEffects(inst, address, out);
  addClobbers(inst, out);
  addUses(inst, out);
  return out;
}

} // namespace langone::stack
