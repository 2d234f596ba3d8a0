//===- NativeProgram.cpp - random programs as machine code ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeProgram.h"

#include "Interpreter.h"
#include "langone/runtime.h"

#include "mlir/Dialect/Async/IR/Async.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/TargetSelect.h"

#include <cstring>

using namespace mlir;
using namespace langone::resource::test;

namespace langone::fuzz {

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

NativeProgram::NativeProgram(std::unique_ptr<ExecutionEngine> engine)
    : engine(std::move(engine)) {}

NativeProgram::~NativeProgram() = default;

static void initializeTarget() {
  static const bool done = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

/// Tasks become code where they start: one of the ways to execute them, which
/// needs no runtime of upstream's.
static void inlineTasks(ModuleOp module) {
  SmallVector<async::ExecuteOp> tasks;
  module.walk([&](async::ExecuteOp task) {
    task.getDependenciesMutable().clear();
    tasks.push_back(task);
  });
  for (async::ExecuteOp task : tasks) {
    Block *body = task.getBody();
    SmallVector<Value> results = {Value()};
    llvm::append_range(results, body->getTerminator()->getOperands());
    body->getTerminator()->erase();
    for (auto [handle, result] : llvm::zip_equal(task.getResults(), results))
      for (Operation *await : llvm::make_early_inc_range(handle.getUsers())) {
        if (result)
          await->getResult(0).replaceAllUsesWith(result);
        await->erase();
      }
    task->getBlock()->getOperations().splice(task->getIterator(),
                                             body->getOperations());
    task->erase();
  }
}

std::unique_ptr<NativeProgram> NativeProgram::create(TestContext &context,
                                                     ModuleOp module,
                                                     std::string &error) {
  initializeTarget();
  registerBuiltinDialectTranslation(context.get());
  registerLLVMDialectTranslation(context.get());
  OwningOpRef<ModuleOp> lowered = module.clone();
  inlineTasks(*lowered);
  for (auto function : lowered->getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      function->setAttr("llvm.emit_c_interface", UnitAttr::get(&context.get()));
  // The lowering pads aligned allocations beyond what was requested; the bytes
  // that count are those requested.
  lowered->walk([](memref::AllocOp op) { op.removeAlignmentAttr(); });
  if (!context.run(*lowered, "langone-lower-to-llvm")) {
    error = "does not lower: " + context.takeErrors();
    return nullptr;
  }
  ExecutionEngineOptions options;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::None;
  options.enableGDBNotificationListener = false;
  options.enablePerfNotificationListener = false;
  auto engine = ExecutionEngine::create(*lowered, options);
  if (!engine) {
    error = "does not compile: " + llvm::toString(engine.takeError());
    return nullptr;
  }
  (*engine)->registerSymbols([](llvm::orc::MangleAndInterner intern) {
    llvm::orc::SymbolMap map;
    for (auto [name, address] : getWorldSymbols())
      map[intern(name)] = {llvm::orc::ExecutorAddr::fromPtr(address),
                           llvm::JITSymbolFlags::Exported};
    return map;
  });
  (*engine)->initialize();
  return std::unique_ptr<NativeProgram>(new NativeProgram(std::move(*engine)));
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {

/// Words of the descriptor of a ranked memref.
unsigned getDescriptorWords(MemRefType type) { return 3 + 2 * type.getRank(); }

/// One call: its arguments and where its results go.
class Call {
public:
  Call(func::FuncOp entry, NativeWorld &world) : entry(entry), world(world) {
    makeArguments();
    layOutResults();
  }

  /// Pointers to what the packed form of the C interface takes.
  SmallVector<void *> pack() {
    SmallVector<void *> packed;
    if (isStruct()) {
      resultPointer = results.data();
      packed.push_back(&resultPointer);
    }
    for (auto [type, argument] :
         llvm::zip_equal(entry.getArgumentTypes(), arguments)) {
      if (isa<MemRefType>(type)) {
        descriptorPointers.push_back(argument.data());
        packed.push_back(&descriptorPointers.back());
      } else {
        packed.push_back(argument.data());
      }
    }
    if (!isStruct() && entry.getNumResults() == 1)
      packed.push_back(results.data());
    return packed;
  }

  void record(NativeExecution &execution) {
    for (auto [type, argument] :
         llvm::zip_equal(entry.getArgumentTypes(), arguments))
      if (isa<MemRefType>(type))
        execution.freedArguments.push_back(
            !world.isLive(reinterpret_cast<void *>(argument[0])));
    for (auto [type, offset] :
         llvm::zip_equal(entry.getResultTypes(), resultOffsets))
      recordResult(type, results.data() + offset);
  }

private:
  bool isStruct() const {
    auto types = const_cast<func::FuncOp &>(entry).getResultTypes();
    return types.size() > 1 || (types.size() == 1 && isa<MemRefType>(types[0]));
  }

  void makeArguments() {
    descriptorPointers.reserve(entry.getNumArguments());
    for (auto [index, type] : llvm::enumerate(entry.getArgumentTypes())) {
      if (auto memref = dyn_cast<MemRefType>(type))
        arguments.push_back(makeBuffer(memref, index));
      else
        arguments.push_back({drawNumber(entry, index, world.getDecisions())});
    }
  }

  /// The same contents as the interpreter's.
  SmallVector<uint64_t> makeBuffer(MemRefType type, unsigned seed) {
    unsigned bytes = getElementBytes(type.getElementType());
    SmallVector<int64_t, 2> shape =
        drawShape(entry, seed, world.getDecisions());
    int64_t count = ShapedType::getNumElements(shape);
    char *data = static_cast<char *>(
        world.allocate(count * bytes, bytes, /*isCallers=*/true));
    auto address = reinterpret_cast<uint64_t>(data);
    SmallVector<uint64_t> descriptor = {address, address, 0};
    descriptor.append(shape.begin(), shape.end());
    for (int64_t stride : getStrides(shape))
      descriptor.push_back(stride);
    for (int64_t i = 0; i < count; ++i) {
      uint64_t bits = getArgumentElement(type.getElementType(), seed, i);
      std::memcpy(data + i * bytes, &bits, bytes);
    }
    return descriptor;
  }

  void layOutResults() {
    uint64_t end = 0;
    for (Type type : entry.getResultTypes()) {
      auto memref = dyn_cast<MemRefType>(type);
      uint64_t bytes =
          memref ? 8 * getDescriptorWords(memref) : getElementBytes(type);
      end = llvm::alignTo(end, memref ? 8 : bytes);
      resultOffsets.push_back(end);
      end += bytes;
    }
    results.assign(end + 8, 0);
  }

  void recordResult(Type type, const char *result) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref) {
      uint64_t bits = 0;
      std::memcpy(&bits, result, getElementBytes(type));
      return world.observe(bits);
    }
    SmallVector<int64_t> words(getDescriptorWords(memref));
    std::memcpy(words.data(), result, 8 * words.size());
    Buffer buffer;
    buffer.offset = words[2];
    ArrayRef<int64_t> shape = ArrayRef<int64_t>(words).drop_front(3);
    buffer.sizes.assign(shape.begin(), shape.begin() + memref.getRank());
    buffer.strides.assign(shape.begin() + memref.getRank(), shape.end());
    unsigned bytes = getElementBytes(memref.getElementType());
    const char *data = reinterpret_cast<const char *>(words[1]);
    forEachElement(buffer, [&](int64_t position) {
      uint64_t bits = 0;
      std::memcpy(&bits, data + position * bytes, bytes);
      world.observe(bits);
    });
  }

  func::FuncOp entry;
  NativeWorld &world;
  /// Words of a descriptor, or one number.
  std::vector<SmallVector<uint64_t>> arguments;
  std::vector<void *> descriptorPointers;
  std::vector<char> results;
  SmallVector<uint64_t> resultOffsets;
  void *resultPointer = nullptr;
};

struct Invocation {
  ExecutionEngine &engine;
  std::string name;
  SmallVector<void *> arguments;
  std::string error;
};

void invoke(void *context) {
  auto &invocation = *static_cast<Invocation *>(context);
  llvm::Error error =
      invocation.engine.invokePacked(invocation.name, invocation.arguments);
  if (error)
    invocation.error = llvm::toString(std::move(error));
}

} // namespace

NativeExecution NativeProgram::run(func::FuncOp entry, uint64_t seed) {
  RandomDecisions decisions(seed);
  NativeWorld world(decisions);
  Call call(entry, world);
  Invocation invocation{*engine, "_mlir_ciface_" + entry.getName().str(),
                        call.pack(), ""};
  NativeExecution execution;
  // Compiled before anything is protected: a raise jumps over all frames.
  if (auto compiled = engine->lookupPacked(invocation.name); !compiled) {
    execution.error = llvm::toString(compiled.takeError());
    return execution;
  }
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  if (langone_rt_call(invoke, &invocation, &error) != LANGONE_RT_OK)
    execution.error = error.message;
  else
    execution.error = invocation.error;
  if (!execution.error.empty())
    return execution;
  execution.atExit = world.getLiveBytes();
  call.record(execution);
  execution.error = world.error;
  execution.trace = std::move(world.trace);
  execution.peak = world.getPeak();
  return execution;
}

} // namespace langone::fuzz
