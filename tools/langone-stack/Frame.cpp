//===- Frame.cpp - the stack of one function ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Indirect jumps within a function (jump tables) and landing pads have no edge
// that leads to them. Code that no edge reaches is taken to begin with what
// holds at the indirect jumps and calls of the function, the worst of them.
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace langone::stack {
namespace {

/// Bytes that a register's value lies below the stack pointer at entry.
struct Depth {
  int64_t upper = 0, lower = 0;

  friend bool operator==(const Depth &, const Depth &) = default;
};

/// The registers whose depth is known.
class State {
public:
  const Depth *find(MCRegister reg) const {
    const auto *it = llvm::find_if(
        depths, [&](const auto &entry) { return entry.first == reg; });
    return it == depths.end() ? nullptr : &it->second;
  }
  void set(MCRegister reg, Depth depth) {
    llvm::erase_if(depths, [&](const auto &e) { return e.first == reg; });
    depths.emplace_back(reg, depth);
  }
  template <typename Predicate> void eraseIf(Predicate predicate) {
    llvm::erase_if(depths, [&](const auto &e) { return predicate(e.first); });
  }
  /// Keeps what holds in both; whether that changed anything. To make an end,
  /// `keep` alone is kept where the depths differ.
  bool join(const State &other, std::optional<MCRegister> keep = std::nullopt) {
    bool changed = false;
    llvm::erase_if(depths, [&](auto &entry) {
      const Depth *theirs = other.find(entry.first);
      if (!theirs ||
          (keep && entry.first != *keep && !(*theirs == entry.second))) {
        changed = true;
        return true;
      }
      Depth joined{std::max(entry.second.upper, theirs->upper),
                   std::min(entry.second.lower, theirs->lower)};
      changed |= !(joined == entry.second);
      entry.second = joined;
      return false;
    });
    return changed;
  }

private:
  SmallVector<std::pair<MCRegister, Depth>, 4> depths;
};

class FrameWalk {
public:
  FrameWalk(const Program &program, unsigned index, const Machine &machine)
      : machine(machine), function(program.functions[index]),
        object(program.getObject(function)),
        section(object.sections[function.begin.section]) {}

  Frame run() {
    if (function.isIndirect)
      fail(function.begin.offset, "is chosen at load time");
    State entry;
    entry.set(machine.getStackPointer(), Depth());
    flow(function.begin.offset, entry);
    drain();
    reachTheRest();
    summarize();
    return std::move(frame);
  }

private:
  void drain();
  void reachTheRest();
  void summarize();
  void note(int64_t upper, int64_t lower);
  void noteAccess(const Instruction &instruction, const State &state);
  bool leaksAddress(const Instruction &instruction, const State &state) const;
  void step(uint64_t offset, const Instruction &instruction, State state);
  void stepCall(uint64_t offset, const Instruction &instruction, State &state);
  void stepJump(uint64_t offset, const Instruction &instruction,
                const State &state);
  bool apply(const Instruction &instruction, State &state) const;
  Depth evaluate(const Assignment &assignment, Depth depth) const;
  void flow(uint64_t offset, const State &state);
  void seedFrom(const State &state);
  const Instruction *decode(uint64_t offset);

  Callee resolve(uint64_t offset, const Instruction &instruction) const;
  bool isInside(Place place) const {
    return place.section == function.begin.section &&
           place.offset >= function.begin.offset && place.offset < function.end;
  }
  bool jumpsThroughTable(uint64_t offset) const;
  bool isTable(Place place) const;
  void addCall(uint64_t offset, Callee callee, Depth depth, uint64_t pushed);
  void fail(uint64_t offset, const Twine &message) {
    if (!frame.problem)
      frame.problem = Frame::Problem{offset, message.str()};
  }

  const Machine &machine;
  const Function &function;
  const Object &object;
  const Section &section;
  std::map<uint64_t, Instruction> instructions;
  /// Before each instruction that is reached.
  std::map<uint64_t, State> states;
  DenseMap<uint64_t, unsigned> joins;
  SmallVector<uint64_t> worklist;
  std::optional<State> seed;
  std::map<uint64_t, Call> calls;
  bool usesRedZone = false;
  uint64_t lowestAccess = 0;
  Frame frame;
};

//===----------------------------------------------------------------------===//
// Flow
//===----------------------------------------------------------------------===//

const Instruction *FrameWalk::decode(uint64_t offset) {
  auto it = instructions.find(offset);
  if (it != instructions.end())
    return &it->second;
  std::optional<Instruction> instruction =
      machine.decode(section.contents.slice(offset, function.end - offset),
                     section.address + offset);
  if (!instruction)
    return nullptr;
  return &instructions.emplace(offset, std::move(*instruction)).first->second;
}

void FrameWalk::flow(uint64_t offset, const State &state) {
  // Joins only narrow, except that loops may move a pointer on and on: those
  // into the stack are then given up, the stack pointer cannot be.
  constexpr unsigned kExactJoins = 8, kMaxJoins = 24;
  auto [it, isNew] = states.emplace(offset, state);
  if (!isNew) {
    unsigned &count = joins[offset];
    std::optional<MCRegister> keep;
    if (count > kExactJoins)
      keep = machine.getStackPointer();
    if (!it->second.join(state, keep))
      return;
    if (++count > kMaxJoins)
      return fail(offset, "the stack pointer moves with each round of a loop");
  }
  worklist.push_back(offset);
}

void FrameWalk::drain() {
  while (!worklist.empty()) {
    uint64_t offset = worklist.pop_back_val();
    if (const Instruction *instruction = decode(offset))
      step(offset, *instruction, states.at(offset));
    else
      fail(offset, "the code cannot be decoded");
  }
}

void FrameWalk::seedFrom(const State &state) {
  if (seed)
    seed->join(state);
  else
    seed = state;
}

void FrameWalk::reachTheRest() {
  uint64_t offset = function.begin.offset;
  while (seed && offset < function.end) {
    const Instruction *instruction = decode(offset);
    if (!instruction) {
      offset += machine.getInstructionAlignment();
      continue;
    }
    // Padding, or as good as padding: it leaves the registers alone.
    bool isIdle =
        instruction->flow == Flow::Stop ||
        (instruction->flow == Flow::Next && instruction->assignments.empty() &&
         instruction->clobbered.empty());
    uint64_t next = offset + instruction->size;
    if (!states.count(offset) && !isIdle) {
      flow(offset, *seed);
      drain();
    }
    offset = next;
  }
}

Depth FrameWalk::evaluate(const Assignment &assignment, Depth depth) const {
  // Wraps on absurd code; depths are checked against a range afterwards.
  auto add = [&](int64_t value) {
    return static_cast<int64_t>(static_cast<uint64_t>(value) -
                                static_cast<uint64_t>(assignment.add));
  };
  depth = {add(depth.upper), add(depth.lower)};
  if (assignment.alignment > 1) {
    auto alignment = static_cast<int64_t>(assignment.alignment);
    auto granularity = static_cast<int64_t>(machine.getStackGranularity());
    bool isMultiple = depth.upper % granularity == 0;
    depth.upper +=
        std::max<int64_t>(0, alignment - (isMultiple ? granularity : 1));
  }
  return depth;
}

/// Whether the stack pointer is still known.
bool FrameWalk::apply(const Instruction &instruction, State &state) const {
  constexpr int64_t kMaxDepth = int64_t(1) << 40;
  SmallVector<std::pair<MCRegister, Depth>, 1> assigned;
  for (const Assignment &assignment : instruction.assignments)
    if (const Depth *source = state.find(assignment.source))
      assigned.emplace_back(assignment.target, evaluate(assignment, *source));
  state.eraseIf([&](MCRegister reg) {
    return llvm::any_of(
               instruction.clobbered,
               [&](MCRegister c) { return machine.overlap(c, reg); }) ||
           llvm::any_of(instruction.assignments, [&](const Assignment &a) {
             return machine.overlap(a.target, reg);
           });
  });
  for (auto &[reg, depth] : assigned)
    if (depth.upper > -kMaxDepth && depth.upper < kMaxDepth)
      state.set(reg, depth);
  return state.find(machine.getStackPointer());
}

void FrameWalk::step(uint64_t offset, const Instruction &instruction,
                     State state) {
  MCRegister sp = machine.getStackPointer();
  switch (instruction.flow) {
  case Flow::Stop:
    return;
  case Flow::Return:
    if (state.find(sp)->lower > 0)
      fail(offset, "returns with a moved stack pointer");
    return;
  case Flow::ReturnPopping:
    return fail(offset, "takes arguments off the caller's stack");
  case Flow::Jump:
  case Flow::IndirectJump:
    return stepJump(offset, instruction, state);
  case Flow::Branch:
    stepJump(offset, instruction, state);
    break;
  case Flow::Call:
  case Flow::IndirectCall:
    stepCall(offset, instruction, state);
    break;
  case Flow::Next:
    if (!apply(instruction, state))
      return fail(offset, "the stack pointer gets a value that is not known "
                          "(an object of variable size?)");
    if (state.find(sp)->upper < 0)
      return fail(offset, "gives back more stack than it took");
    break;
  }
  uint64_t next = offset + instruction.size;
  if (next < function.end)
    return flow(next, state);
  // A call at the end does not return.
  if (instruction.flow != Flow::Call && instruction.flow != Flow::IndirectCall)
    fail(offset, "runs on behind its end");
}

//===----------------------------------------------------------------------===//
// Calls and jumps
//===----------------------------------------------------------------------===//

Callee FrameWalk::resolve(uint64_t offset,
                          const Instruction &instruction) const {
  unsigned number = function.begin.section;
  uint64_t end = offset + instruction.size;
  bool isIndirect = instruction.flow == Flow::IndirectCall ||
                    instruction.flow == Flow::IndirectJump;
  if (const Relocation *relocation =
          object.findRelocation(number, offset, end)) {
    bool isSlot = false;
    std::optional<int64_t> addend =
        machine.getBranchAddend(*relocation, end, isSlot);
    if (!addend || isIndirect != isSlot)
      return {};
    const Symbol &symbol = object.symbols[relocation->symbol];
    bool isNamed = !symbol.isLocal && !symbol.name.empty() &&
                   (symbol.isFunction || !symbol.place);
    if (isNamed && *addend == 0)
      return {std::nullopt, symbol.name};
    if (!symbol.place)
      return {};
    return {Place{symbol.place->section,
                  symbol.place->offset + static_cast<uint64_t>(*addend)},
            {}};
  }
  if (isIndirect) {
    bool isSlot = instruction.data &&
                  !(instruction.access && instruction.access->isIndexed);
    return {std::nullopt,
            isSlot ? object.getSlot(*instruction.data) : StringRef()};
  }
  if (object.isRelocatable)
    return {Place{number, *instruction.target}, {}};
  std::optional<Place> place = object.locate(*instruction.target);
  if (!place)
    return {};
  // An entry of the procedure linkage table stands for a function elsewhere.
  const Section &target = object.sections[place->section];
  if (target.name.starts_with(".plt"))
    if (std::optional<uint64_t> slot = machine.getSlot(
            target.contents.drop_front(place->offset), *instruction.target))
      return {std::nullopt, object.getSlot(*slot)};
  return {place, {}};
}

void FrameWalk::addCall(uint64_t offset, Callee callee, Depth depth,
                        uint64_t pushed) {
  Call &call = calls[offset];
  call.offset = offset;
  call.callee = callee;
  call.upper =
      static_cast<uint64_t>(std::max<int64_t>(0, depth.upper)) + pushed;
  call.lower =
      static_cast<uint64_t>(std::max<int64_t>(0, depth.lower)) + pushed;
}

void FrameWalk::stepCall(uint64_t offset, const Instruction &instruction,
                         State &state) {
  Callee callee = resolve(offset, instruction);
  addCall(offset, callee, *state.find(machine.getStackPointer()),
          machine.getReturnAddressBytes());
  seedFrom(state);
  state.eraseIf([&](MCRegister reg) {
    return reg != machine.getStackPointer() && !machine.isPreserved(reg);
  });
}

void FrameWalk::stepJump(uint64_t offset, const Instruction &instruction,
                         const State &state) {
  Callee callee = resolve(offset, instruction);
  if (callee.place && isInside(*callee.place))
    return flow(callee.place->offset, state);
  Depth depth = *state.find(machine.getStackPointer());
  if (instruction.flow == Flow::IndirectJump && !callee.isKnown()) {
    seedFrom(state);
    // With its frame gone, it may leave the function for another one.
    if (depth.lower > 0 || jumpsThroughTable(offset))
      return;
  }
  addCall(offset, callee, depth, 0);
}

/// Whether the table at `place` begins with an address in this function.
bool FrameWalk::isTable(Place place) const {
  const Section &data = object.sections[place.section];
  if (object.isRelocatable) {
    const Relocation *entry =
        object.findRelocation(place.section, place.offset, place.offset + 1);
    if (!entry || !machine.isAddressRelocation(entry->type))
      return false;
    const std::optional<Place> &base = object.symbols[entry->symbol].place;
    return base &&
           isInside({base->section,
                     base->offset + static_cast<uint64_t>(entry->addend)});
  }
  if (place.offset + 8 > data.contents.size())
    return false;
  const uint8_t *bytes = data.contents.data() + place.offset;
  uint64_t distance = data.address + place.offset +
                      SignExtend64<32>(support::endian::read32le(bytes));
  for (uint64_t address : {support::endian::read64le(bytes), distance})
    if (std::optional<Place> target = object.locate(address);
        target && isInside(*target))
      return true;
  return false;
}

/// Whether the indirect jump at `offset` is a `switch`: code before it names a
/// table of addresses in this function, or one of them.
bool FrameWalk::jumpsThroughTable(uint64_t offset) const {
  constexpr unsigned kWindow = 16;
  auto it = instructions.upper_bound(offset);
  for (unsigned i = 0; i < kWindow && it != instructions.begin(); ++i) {
    --it;
    const auto &[begin, instruction] = *it;
    std::optional<Place> named;
    const Relocation *relocation = object.findRelocation(
        function.begin.section, begin, begin + instruction.size);
    if (relocation) {
      std::optional<int64_t> addend =
          machine.getDataAddend(*relocation, begin + instruction.size);
      named = object.symbols[relocation->symbol].place;
      if (named && addend)
        named->offset += static_cast<uint64_t>(*addend);
      else
        named = std::nullopt;
    } else if (instruction.data) {
      named = object.isRelocatable
                  ? Place{function.begin.section, *instruction.data}
                  : object.locate(*instruction.data);
    }
    if (named &&
        ((isInside(*named) && named->offset != function.begin.offset) ||
         isTable(*named)))
      return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Summary
//===----------------------------------------------------------------------===//

/// Memory below the stack pointer that an instruction names: the red zone.
void FrameWalk::noteAccess(const Instruction &instruction, const State &state) {
  const Depth *base =
      instruction.access ? state.find(instruction.access->base) : nullptr;
  if (!base)
    return;
  int64_t depth = state.find(machine.getStackPointer())->upper;
  int64_t lowest = base->upper - instruction.access->displacement;
  if (lowest <= std::max<int64_t>(depth, 0))
    return;
  lowestAccess = std::max(lowestAccess, static_cast<uint64_t>(lowest));
  usesRedZone |= instruction.access->isIndexed;
}

/// Whether the address of stack memory goes where it is not followed.
bool FrameWalk::leaksAddress(const Instruction &instruction,
                             const State &state) const {
  auto isKept = [&](MCRegister target) {
    return target == machine.getStackPointer() ||
           target == machine.getFramePointer();
  };
  const auto *assignment = instruction.assignments.begin();
  bool adjusts =
      assignment != instruction.assignments.end() && isKept(assignment->target);
  bool names = llvm::any_of(instruction.used, [&](MCRegister reg) {
    return state.find(reg) != nullptr;
  });
  bool isCopied = assignment != instruction.assignments.end() &&
                  state.find(assignment->source) != nullptr;
  return (names || isCopied) && !adjusts;
}

void FrameWalk::note(int64_t upper, int64_t lower) {
  frame.upper = std::max<uint64_t>(frame.upper, std::max<int64_t>(0, upper));
  frame.lower = std::max<uint64_t>(frame.lower, std::max<int64_t>(0, lower));
}

void FrameWalk::summarize() {
  MCRegister sp = machine.getStackPointer();
  bool isLeaf = true, leaks = false;
  for (auto &[offset, state] : states) {
    auto it = instructions.find(offset);
    if (it == instructions.end())
      continue;
    const Instruction &instruction = it->second;
    noteAccess(instruction, state);
    isLeaf &= instruction.flow != Flow::Call &&
              instruction.flow != Flow::IndirectCall;
    leaks |= leaksAddress(instruction, state);
    State after = state;
    if (instruction.flow == Flow::Next && apply(instruction, after))
      note(after.find(sp)->upper, after.find(sp)->lower);
  }
  // Compilers use the red zone in functions that call nobody.
  if (usesRedZone || (isLeaf && leaks))
    frame.upper += machine.getRedZoneBytes();
  frame.upper =
      std::max({frame.upper, lowestAccess, function.claimedBytes.value_or(0)});
  for (auto &[offset, call] : calls)
    frame.calls.push_back(call);
}

} // namespace

Frame computeFrame(const Program &program, unsigned function,
                   const Machine &machine) {
  return FrameWalk(program, function, machine).run();
}

} // namespace langone::stack
