//===- Generator.h - how random programs are made ----------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the state of the program generator, which follows who owns which buffer:
// the owner of a buffer is one name in one scope, that frees it, hands it to
// another name, or forgets it; all other names of the buffer borrow it, and die
// with the owner.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_GENERATOR_H
#define LANGONE_TEST_RESOURCE_GENERATOR_H

#include "ProgramGenerator.h"
#include "Random.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

#include <optional>
#include <vector>

namespace langone::resource::test {

struct BufferType {
  std::string element;
  /// A negative size is dynamic.
  llvm::SmallVector<int64_t, 2> shape;
  /// With the comma before it; empty for the identity.
  std::string layout;

  std::string getText() const;
  bool operator==(const BufferType &other) const {
    return getText() == other.getText();
  }
  int64_t getNumElements() const;
  bool isDynamic() const { return getNumElements() < 0; }
};

class Generator {
public:
  explicit Generator(uint64_t seed);
  Program generate();

private:
  /// Index of a handle.
  using Id = unsigned;

  /// A name for a buffer.
  struct Handle {
    std::string name;
    BufferType type;
    /// Handles that own what this one may be; itself for owners and arguments.
    llvm::SmallVector<Id, 2> owners;
    bool live = true;
    /// The cells that the generator reads and writes have a value.
    bool written = false;
    bool writable = true;
    /// A caller may have names of it, also of its parts.
    bool lent = false;
    /// Tasks that may read it, as an owner.
    unsigned readers = 0;
    /// Owners that tasks have for themselves.
    unsigned hidden = 0;
  };

  /// What a size may be, both ends included.
  struct Bounds {
    int64_t least = 1, most = 1;
  };

  /// A number at hand, of which the bounds are known.
  struct Size {
    std::string name;
    Bounds bounds;
  };

  /// What may be under way since it was started.
  struct Task {
    std::string token;
    /// Tasks that it waits for.
    llvm::SmallVector<std::string, 1> after;
    bool isAwaited = true;
    /// Owners that it reads, and those that nobody else may use.
    llvm::SmallVector<Id> read, exclusive;
    /// Those of them that the scope owns again when the task is over.
    llvm::SmallVector<Id> held;
    /// What it gives to its surroundings; empty if nothing.
    std::string value;
    BufferType type;
  };

  /// A region, or a part of one, that disposes of the buffers that it owns.
  struct Scope {
    llvm::SmallVector<Id> owned;
    /// Tasks that were started here and not awaited yet.
    llvm::SmallVector<Task, 0> tasks;
    /// Leaked buffers that nobody writes any more.
    llvm::SmallVector<Id> forever;
    /// Blocks may end here: in bodies of functions and execute_region.
    bool allowsBlocks = false;
    bool isFunctionBody = false;
    /// Buffers of older handles are shared with tasks that run in parallel.
    Id parallelStart = 0;
    unsigned depth = 0;
  };

  struct Parameter {
    enum class Kind { Flag, Size, Depth, Buffer };
    Kind kind = Kind::Flag;
    BufferType type;
    /// The callee frees the argument or returns it as its own.
    bool consumed = false;
    /// Of a size, or of each dynamic dimension of a buffer.
    Bounds sizes = {};
    std::string getType() const;
    /// The attribute that declares them.
    std::string getBounds() const;
  };

  struct Result {
    BufferType type;
    /// Empty if the caller becomes the owner.
    llvm::SmallVector<unsigned> borrowedFrom;
  };

  struct Function {
    std::string name;
    bool isRecursive = false;
    llvm::SmallVector<Parameter> parameters;
    llvm::SmallVector<Result> results;
    bool hasTypeOf(const Function &other) const;
  };

  /// What a region op gives to its surroundings.
  struct Yield {
    BufferType type;
    bool owned = true;
    llvm::SmallVector<Id, 2> owners;
    bool writable = true;
  };

  /// What a loop carries.
  struct Carried : Yield {
    std::string init;
  };

  // Text (GeneratorStatements.cpp).
  void line(const llvm::Twine &text);
  std::string fresh(llvm::StringRef prefix);
  std::string indexConstant(int64_t value);
  bool isEnabled(Feature feature) const {
    return enabled >> static_cast<unsigned>(feature) & 1;
  }
  void use(Feature feature) {
    used |= uint64_t(1) << static_cast<unsigned>(feature);
  }
  /// Use it with this chance if it is enabled.
  bool chance(Feature feature, unsigned percent);

  // Functions (GeneratorFunctions.cpp).
  void function(unsigned index);
  void signature(Function &function);
  void returnFrom(Scope &scope);
  void earlyReturn(Scope &scope);
  void call(Scope &scope, const Function &callee);
  std::string callTarget(Scope &scope, const Function &callee);
  void recurse(Scope &scope);

  // Sizes (GeneratorSizes.cpp).
  static int64_t getMostElements(const BufferType &type);
  Bounds anyBounds(int64_t most);
  void nameSizes(const Function &function);
  Size baseSize();
  Size derivedSize(Size size);
  std::string sizeWithin(Bounds wanted);

  // Statements (GeneratorStatements.cpp).
  void block(Scope &scope, unsigned statements);
  void statement(Scope &scope);
  void structured(Scope &scope);
  Id allocate(Scope &scope, const BufferType &type, bool write);
  void free(Scope &scope, Id id);
  void dispose(Scope &scope);
  void write(Id id);
  void read(Id id);
  void update(Id id);
  void view(Scope &scope);
  void select(Scope &scope);
  void ownedSelect(Scope &scope);
  void copy(Scope &scope);
  void realloc(Scope &scope);
  void borrowGlobal();
  std::string value(const BufferType &type);
  std::string condition(Scope &scope);
  std::string number(unsigned below);

  // Handles (GeneratorStatements.cpp).
  Id add(llvm::StringRef name, const BufferType &type, bool written);
  Id borrow(llvm::StringRef name, const BufferType &type,
            llvm::ArrayRef<Id> owners, bool writable);
  void kill(Id owner);
  std::optional<Id> pick(llvm::function_ref<bool(Id)> wanted);
  bool isWritable(const Scope &scope, Id id) const;
  /// Makes `scope` give up a written buffer of the type; its name.
  std::string take(Scope &scope, const BufferType &type);
  BufferType anyType();
  BufferType anyTransferType();

  // Branches (GeneratorControlFlow.cpp).
  void branches(Scope &scope, Feature kind);
  llvm::SmallVector<Yield> planYields(Scope &scope,
                                      llvm::ArrayRef<Id> consumed);
  /// What is borrowed adds to the owners in `yields`.
  llvm::SmallVector<std::string> yieldNames(Scope &scope,
                                            llvm::MutableArrayRef<Yield> yields,
                                            llvm::ArrayRef<Id> consumed,
                                            Id outside);
  void addYields(Scope &scope, llvm::ArrayRef<Yield> yields,
                 llvm::ArrayRef<std::string> names);
  void parallel(Scope &scope);

  // Tasks (GeneratorTasks.cpp).
  void task(Scope &scope);
  llvm::SmallVector<Id> handToTask(Scope &scope, Task &task);
  llvm::SmallVector<Id> findReads(size_t start);
  void restrictTo(Scope &scope, Task &task);
  void giveBack(Scope &scope, Task &task);
  void finishTask(Scope &scope, Task task);
  void awaitTask(Scope &scope);
  void awaitTasks(Scope &scope);

  // Loops (GeneratorLoops.cpp).
  void forLoop(Scope &scope, Feature kind);
  void whileLoop(Scope &scope);
  void blockLoop(Scope &scope);
  void tailLoop(Scope &scope);
  std::optional<Id> leakIntoLoop(Scope &scope);
  void beginBody(Scope &body, std::optional<Id> leaked);
  llvm::SmallVector<Carried> planCarried(Scope &scope);
  llvm::SmallVector<std::string> addCarried(Scope &scope,
                                            llvm::ArrayRef<Carried> carried);
  llvm::SmallVector<std::string>
  nextCarried(Scope &scope, llvm::ArrayRef<Carried> carried,
              llvm::ArrayRef<std::string> arguments);
  void finishLoop(Scope &scope, Id outside, llvm::ArrayRef<Carried> carried,
                  llvm::ArrayRef<std::string> names);

  Random random;
  uint64_t enabled = 0, used = 0;
  std::string text;
  unsigned indent = 1;
  unsigned names = 0, values = 0;
  unsigned size = 0;
  llvm::SmallVector<BufferType> types;
  std::vector<Function> functions;
  llvm::SmallVector<Handle> handles;
  /// Of the function that is being made.
  const Function *current = nullptr;
  llvm::SmallVector<std::string> flags;
  llvm::SmallVector<Size> sizes;
  unsigned selfCalls = 0;
};

/// `a, b : A, B`, with `prefix` before it; empty if there is nothing.
std::string listWithTypes(llvm::StringRef prefix,
                          llvm::ArrayRef<std::string> names,
                          llvm::ArrayRef<std::string> types);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_GENERATOR_H
