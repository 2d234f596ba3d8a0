//===- Interpreter.h - executes programs and measures them -------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the meaning of the ops that the program generator and the passes emit,
// on a model of memory. It shares no code with the analyses: sizes, lifetimes
// and peaks are what an execution does, not what somebody says of it.
//
// The world outside are functions without a body: `decide` gives a number
// below its argument, `observe_*` shows a value to the test.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_INTERPRETER_H
#define LANGONE_TEST_RESOURCE_INTERPRETER_H

#include "ModelMemory.h"
#include "Random.h"

#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Dialect/Async/IR/Async.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace langone::resource::test {

/// A memref at run time: offset and strides count elements.
struct Buffer {
  Address base;
  int64_t offset = 0;
  llvm::SmallVector<int64_t, 2> sizes, strides;
};

/// A value at run time: the bits of a number, zero-extended, or a memref.
struct RuntimeValue {
  uint64_t bits = 0;
  Buffer buffer;
  /// Of numbers with more than 64 bits.
  uint64_t highBits = 0;
  /// That a token stands for, or that gives the value.
  unsigned task = 0;
};

using RuntimeValues = llvm::SmallVector<RuntimeValue, 2>;

/// What a trace holds for an element of a result that was never written.
constexpr uint64_t kUnwritten = ~uint64_t(0);

/// The most that one scope had live, in bytes.
struct Measured {
  Measured() = default;
  explicit Measured(const Meter &meter)
      : peak(meter.peak), atExit(meter.getMost()), left(meter.live) {}

  uint64_t peak = 0;
  uint64_t atExit = 0;
  /// What is left when the tasks that nobody has awaited are over, too.
  uint64_t left = 0;

  void join(const Measured &other) {
    peak = std::max(peak, other.peak);
    atExit = std::max(atExit, other.atExit);
    left = std::max(left, other.left);
  }
};

/// What one execution of a function did.
struct Execution {
  /// Why the execution was wrong; empty if it was not.
  std::string error;
  /// It was cut off; nothing is said about it.
  bool tooLong = false;
  /// A guard or a scope has ended it, because of its budget.
  enum class Refusal { None, AtEntry, OnTheWay } refusal = Refusal::None;
  /// What a guard at entry took for its peak.
  uint64_t refusedBytes = 0;
  /// Observed values, results and what the results hold.
  std::vector<uint64_t> trace;
  /// Of the entry function.
  Measured total;
  /// Which of the caller's buffers are freed.
  std::vector<bool> freedArguments;
  /// Of each function and each op with a region.
  llvm::MapVector<mlir::Operation *, Measured> scopes;
};

struct InterpreterOptions {
  /// A view into an arena is a buffer that begins its life: its bytes are
  /// poisoned. Right after planning only; later, views may be merged and moved.
  bool poisonViews = false;
  /// What each view into an arena is aligned to at least.
  uint64_t viewAlignment = 1;
  bool measureScopes = false;
  /// Bodies that run in parallel, and tasks, come one after the other.
  bool isSequential = false;
  /// As one thread of compiled code does it: sequential, too, and with accounts
  /// that see arenas and pools alone.
  bool isCompiled = false;
  /// Ops to execute before giving up.
  uint64_t fuel = 60000;
};

/// Executes one function once.
class Interpreter {
public:
  Interpreter(mlir::ModuleOp module, Decisions &decisions,
              InterpreterOptions options);

  Execution run(mlir::func::FuncOp entry);

private:
  using Environment = llvm::DenseMap<mlir::Value, RuntimeValue>;

  // Control flow (Interpreter.cpp).
  RuntimeValues makeArguments(mlir::func::FuncOp entry);
  RuntimeValue makeBuffer(mlir::func::FuncOp entry, unsigned argument);
  RuntimeValue makeArena(mlir::func::FuncOp requirements,
                         const RuntimeValues &arguments);
  RuntimeValues call(mlir::func::FuncOp function, RuntimeValues arguments);
  RuntimeValues callOutside(mlir::func::FuncOp function,
                            const RuntimeValues &arguments);
  /// Returns the terminator by which the region was left; null after a mistake.
  mlir::Operation *runRegion(mlir::Region &region,
                             const RuntimeValues &arguments);
  void runScope(mlir::Operation *op);
  void runRegionOp(mlir::Operation *op);
  void runFor(mlir::scf::ForOp op);
  void runWhile(mlir::scf::WhileOp op);
  void runOnce(mlir::Operation *op, mlir::Region &region);
  void runParallel(mlir::Operation *op, mlir::Region &region,
                   llvm::ArrayRef<int64_t> lowers,
                   llvm::ArrayRef<int64_t> uppers,
                   llvm::ArrayRef<int64_t> steps);
  void runTask(mlir::async::ExecuteOp op);
  void recordResults(mlir::func::FuncOp entry, const RuntimeValues &results);

  // Ops without regions (InterpreterOps.cpp).
  void runOp(mlir::Operation *op);
  bool runArithmetic(mlir::Operation *op);
  bool runMemory(mlir::Operation *op);
  bool runView(mlir::Operation *op);
  bool runSizes(mlir::Operation *op);
  void allocate(mlir::Value result, BlockKind kind, uint64_t alignment,
                mlir::ValueRange dynamicSizes);
  void planArena(ArenaPlanOp op);
  void checkArena(mlir::Operation *op, uint64_t bytes);
  Address addressOf(const Buffer &buffer, mlir::ValueRange indices,
                    unsigned elementBytes);
  void copyElements(const Buffer &from, const Buffer &to,
                    unsigned elementBytes);
  void makeGlobal(mlir::memref::GlobalOp global);
  llvm::SmallVector<int64_t>
  evaluate(llvm::ArrayRef<mlir::OpFoldResult> values);

  RuntimeValue get(mlir::Value value);
  llvm::APInt getInteger(mlir::Value value);
  void setInteger(mlir::Value value, const llvm::APInt &number);
  RuntimeValues get(mlir::ValueRange values);
  int64_t getIndex(mlir::Value value) { return get(value).bits; }
  void set(mlir::ValueRange values, const RuntimeValues &contents);
  void fail(mlir::Operation *op, const llvm::Twine &message);
  bool isOver() const {
    return tooLong || memory.isRefused() || !memory.getError().empty() ||
           execution.refusal != Execution::Refusal::None;
  }
  bool isSequential() const {
    return options.isSequential || options.isCompiled;
  }
  void runGuard(GuardOp guard);

  mlir::ModuleOp module;
  mlir::SymbolTable symbols;
  Decisions &decisions;
  InterpreterOptions options;
  ModelMemory memory;
  Environment *environment = nullptr;
  llvm::DenseMap<mlir::Operation *, RuntimeValue> globals;
  Execution execution;
  bool tooLong = false;
  std::string where;
};

/// Bytes of one element in memory; the next power of two of its bits.
unsigned getElementBytes(mlir::Type element);

/// What the caller gives for an argument that is a number, and for the shape of
/// one that is a memref: within the bounds that the function declares.
uint64_t drawNumber(mlir::func::FuncOp entry, unsigned argument,
                    Decisions &decisions);
llvm::SmallVector<int64_t, 2>
drawShape(mlir::func::FuncOp entry, unsigned argument, Decisions &decisions);

/// Bits that the caller has put into one element of an argument, given by its
/// position among all arguments.
uint64_t getArgumentElement(mlir::Type element, unsigned argument,
                            int64_t position);

/// Calls `visit` with the position of each element, as a number of elements
/// from the base.
void forEachElement(const Buffer &buffer,
                    llvm::function_ref<void(int64_t)> visit);

/// Strides of a buffer without gaps.
llvm::SmallVector<int64_t, 2> getStrides(llvm::ArrayRef<int64_t> sizes);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_INTERPRETER_H
