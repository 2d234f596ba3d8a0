//===- Interpreter.cpp - executes programs and measures them --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions, regions and blocks. Ops without regions are in InterpreterOps.cpp.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace langone::resource::test {

Interpreter::Interpreter(ModuleOp module, Decisions &decisions,
                         InterpreterOptions options)
    : module(module), symbols(module), decisions(decisions), options(options) {}

void Interpreter::fail(Operation *op, const Twine &message) {
  memory.fail(message);
  if (!where.empty())
    return;
  llvm::raw_string_ostream os(where);
  os << " at " << op->getLoc() << ": " << *op;
}

RuntimeValue Interpreter::get(Value value) {
  auto it = environment->find(value);
  if (it != environment->end())
    return it->second;
  memory.fail("a value is used before it has one");
  return {};
}

RuntimeValues Interpreter::get(ValueRange values) {
  RuntimeValues contents;
  for (Value value : values)
    contents.push_back(get(value));
  return contents;
}

void Interpreter::set(ValueRange values, const RuntimeValues &contents) {
  for (auto [value, content] : llvm::zip(values, contents))
    (*environment)[value] = content;
}

//===----------------------------------------------------------------------===//
// The caller of the entry function
//===----------------------------------------------------------------------===//

Execution Interpreter::run(func::FuncOp entry) {
  memory.setCountsHeap(!options.isCompiled);
  for (auto global : module.getOps<memref::GlobalOp>())
    makeGlobal(global);
  RuntimeValues arguments = makeArguments(entry);
  RuntimeValues results = call(entry, arguments);
  execution.total = execution.scopes[entry];
  for (auto [type, argument] : llvm::zip(entry.getArgumentTypes(), arguments))
    if (isa<MemRefType>(type))
      execution.freedArguments.push_back(!memory.isLive(argument.buffer.base));
  if (!isOver())
    recordResults(entry, results);
  execution.tooLong = tooLong;
  if (memory.isRefused())
    execution.refusal = Execution::Refusal::OnTheWay;
  if (!memory.getError().empty())
    execution.error = memory.getError() + where;
  return std::move(execution);
}

void Interpreter::recordResults(func::FuncOp entry,
                                const RuntimeValues &results) {
  for (auto [type, result] : llvm::zip(entry.getResultTypes(), results)) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref) {
      execution.trace.push_back(result.bits);
      continue;
    }
    unsigned bytes = getElementBytes(memref.getElementType());
    forEachElement(result.buffer, [&](int64_t position) {
      Address address = result.buffer.base;
      address.byte += position * bytes;
      execution.trace.push_back(memory.isWritten(address, bytes)
                                    ? memory.load(address, bytes)
                                    : kUnwritten);
    });
  }
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

RuntimeValues Interpreter::callOutside(func::FuncOp function,
                                       const RuntimeValues &arguments) {
  if (function.getName() == "decide_size")
    return {{decisions.decideSize(1, arguments[0].bits), {}}};
  if (function.getName().starts_with("decide")) {
    uint64_t count = arguments.empty() ? 2 : arguments[0].bits;
    return {{decisions.decide(count), {}}};
  }
  if (!function.getName().starts_with("observe"))
    memory.fail("call of an unknown function");
  for (const RuntimeValue &argument : arguments)
    execution.trace.push_back(argument.bits);
  return {};
}

RuntimeValues Interpreter::call(func::FuncOp function,
                                RuntimeValues arguments) {
  if (function.isExternal())
    return callOutside(function, arguments);
  Environment inside;
  Environment *caller = std::exchange(environment, &inside);
  Meter &meter = memory.openMeter();
  uint64_t arena = 0;
  SmallVector<Meter *> charged = {&meter};
  if (auto plan = getResourceAttr<PlanAttr>(function, ResourceDialect::kPlan);
      plan && plan.getPlacement() != ArenaPlacement::Runtime) {
    arena = plan.getArena();
    // An argument is part of the caller's own arena.
    if (plan.getPlacement() == ArenaPlacement::Argument && plan.getLeast()) {
      arena = arguments.back().buffer.sizes[0];
      checkArena(function, arena);
    }
    if (plan.getPlacement() == ArenaPlacement::Static)
      charged.assign(memory.getMeters().begin(), memory.getMeters().end());
  }
  for (Meter *each : charged)
    each->add(arena);
  RuntimeValues results;
  if (Operation *exit = runRegion(function.getBody(), arguments))
    results = get(exit->getOperands());
  for (Meter *each : charged)
    each->live -= arena;
  execution.scopes[function].join(Measured(meter));
  memory.closeMeter();
  environment = caller;
  return results;
}

//===----------------------------------------------------------------------===//
// Blocks and regions
//===----------------------------------------------------------------------===//

Operation *Interpreter::runRegion(Region &region,
                                  const RuntimeValues &arguments) {
  Block *block = &region.front();
  set(block->getArguments(), arguments);
  while (true) {
    for (Operation &op : block->without_terminator()) {
      if (op.getNumRegions() != 0)
        runScope(&op);
      else
        runOp(&op);
      if (isOver()) {
        if (!memory.getError().empty())
          fail(&op, "");
        return nullptr;
      }
      tooLong |= options.fuel-- == 0;
    }
    Operation *terminator = block->getTerminator();
    if (terminator->getNumSuccessors() == 0)
      return terminator;
    tooLong |= options.fuel-- == 0;
    unsigned taken = 0;
    if (auto branch = dyn_cast<cf::CondBranchOp>(terminator))
      taken = get(branch.getCondition()).bits ? 0 : 1;
    else if (!isa<cf::BranchOp>(terminator))
      fail(terminator, "unknown terminator");
    if (isOver())
      return nullptr;
    RuntimeValues forwarded = get(cast<BranchOpInterface>(terminator)
                                      .getSuccessorOperands(taken)
                                      .getForwardedOperands());
    block = terminator->getSuccessor(taken);
    set(block->getArguments(), forwarded);
  }
}

void Interpreter::runScope(Operation *op) {
  if (!options.measureScopes)
    return runRegionOp(op);
  Meter &meter = memory.openMeter();
  runRegionOp(op);
  execution.scopes[op].join(Measured(meter));
  memory.closeMeter();
}

void Interpreter::runOnce(Operation *op, Region &region) {
  if (region.empty())
    return;
  if (Operation *exit = runRegion(region, {}))
    set(op->getResults(), get(exit->getOperands()));
}

void Interpreter::runFor(scf::ForOp op) {
  RuntimeValues carried = get(op.getInitArgs());
  int64_t upper = getIndex(op.getUpperBound());
  for (int64_t i = getIndex(op.getLowerBound()); i < upper;
       i += getIndex(op.getStep())) {
    RuntimeValues arguments = {{static_cast<uint64_t>(i), {}}};
    arguments.append(carried);
    Operation *exit = runRegion(op.getRegion(), arguments);
    if (!exit)
      return;
    carried = get(exit->getOperands());
  }
  set(op.getResults(), carried);
}

void Interpreter::runWhile(scf::WhileOp op) {
  RuntimeValues carried = get(op.getInits());
  while (true) {
    auto *exit = runRegion(op.getBefore(), carried);
    if (!exit)
      return;
    auto condition = cast<scf::ConditionOp>(exit);
    RuntimeValues forwarded = get(condition.getArgs());
    if (!get(condition.getCondition()).bits)
      return set(op.getResults(), forwarded);
    exit = runRegion(op.getAfter(), forwarded);
    if (!exit)
      return;
    carried = get(exit->getOperands());
  }
}

/// One iteration after the other. Their peaks may coincide, so they are added
/// up, unless what one of them frees for all keeps them apart.
void Interpreter::runParallel(Operation *op, Region &region,
                              ArrayRef<int64_t> lowers,
                              ArrayRef<int64_t> uppers,
                              ArrayRef<int64_t> steps) {
  SmallVector<Meter *> outer(memory.getMeters());
  SmallVector<uint64_t> before;
  for (Meter *meter : outer)
    before.push_back(meter->getMost());
  SmallVector<unsigned> tasks;
  uint64_t together = 0;
  bool freedOutside = false;
  SmallVector<int64_t> position(lowers);
  bool isEmpty = llvm::any_of(llvm::zip(lowers, uppers), [](auto bounds) {
    return std::get<0>(bounds) >= std::get<1>(bounds);
  });
  while (!isEmpty) {
    RuntimeValues arguments;
    for (int64_t index : position)
      arguments.push_back({static_cast<uint64_t>(index), {}});
    tasks.push_back(memory.beginTask());
    Meter &meter = memory.openMeter();
    bool isDone = runRegion(region, arguments) != nullptr;
    together += meter.peak;
    freedOutside |= meter.freedOutside;
    memory.closeMeter();
    memory.endTask();
    if (!isDone)
      return;
    int dimension = position.size() - 1;
    for (; dimension >= 0; --dimension) {
      position[dimension] += steps[dimension];
      if (position[dimension] < uppers[dimension])
        break;
      position[dimension] = lowers[dimension];
    }
    isEmpty = dimension < 0;
  }
  for (unsigned task : tasks)
    memory.join(task);
  if (freedOutside || isSequential())
    return;
  for (auto [meter, live] : llvm::zip(outer, before))
    meter->peak = std::max(meter->peak, live + together);
}

/// From its start to its end at once, which is one of the ways to do it.
void Interpreter::runTask(async::ExecuteOp op) {
  SmallVector<unsigned> dependencies;
  for (const RuntimeValue &operand : get(op->getOperands()))
    dependencies.push_back(operand.task);
  unsigned task = memory.startTask(dependencies);
  Operation *exit = runRegion(op.getBodyRegion(), get(op.getBodyOperands()));
  memory.leaveTask(/*mayBeUnderWay=*/!isSequential());
  if (!exit)
    return;
  RuntimeValues results(1);
  results.append(get(exit->getOperands()));
  for (RuntimeValue &result : results)
    result.task = task;
  set(op.getResults(), results);
}

void Interpreter::runRegionOp(Operation *op) {
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](scf::IfOp op) {
        bool taken = get(op.getCondition()).bits;
        runOnce(op, taken ? op.getThenRegion() : op.getElseRegion());
      })
      .Case([&](scf::IndexSwitchOp op) {
        int64_t index = getIndex(op.getArg());
        for (auto [value, region] :
             llvm::zip(op.getCases(), op.getCaseRegions()))
          if (value == index)
            return runOnce(op, region);
        runOnce(op, op.getDefaultRegion());
      })
      .Case([&](scf::ExecuteRegionOp op) { runOnce(op, op.getRegion()); })
      .Case([&](scf::ForOp op) { runFor(op); })
      .Case([&](scf::WhileOp op) { runWhile(op); })
      .Case<scf::ParallelOp, scf::ForallOp>([&](auto op) {
        auto loop = cast<LoopLikeOpInterface>(op.getOperation());
        runParallel(op, op.getRegion(), evaluate(*loop.getLoopLowerBounds()),
                    evaluate(*loop.getLoopUpperBounds()),
                    evaluate(*loop.getLoopSteps()));
      })
      .Case([&](affine::AffineParallelOp op) {
        SmallVector<int64_t> zeros(op.getNumDims(), 0);
        runParallel(op, op.getRegion(), zeros, *op.getConstantRanges(),
                    op.getSteps());
      })
      .Case([&](async::ExecuteOp op) { runTask(op); })
      .Case([&](ScopeOp op) {
        Meter &account = memory.openMeter();
        if (op.getBudget().getOnExceed() == OnExceed::Error)
          account.limit = op.getBudget().getLimit();
        runOnce(op, op.getBody());
        memory.closeMeter();
      })
      .Default([&](Operation *op) { fail(op, "unknown op with a region"); });
}

} // namespace langone::resource::test
