//===- ResourceDialect.cpp - the langone_resource dialect -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the registration of the dialect and its dialect interfaces.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/IR/ResourceDialect.h"
#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;
using namespace langone::resource;

#include "langone/Resource/IR/ResourceDialect.cpp.inc"

namespace {

/// All ops mean the same wherever they stand: an arena belongs to the thread,
/// not to a function.
struct ResourceInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  /// What is called in a scope counts there already.
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};

struct ResourceVersion : DialectVersion {
  explicit ResourceVersion(uint64_t version) : version(version) {}
  uint64_t version;
};

/// Attributes travel in their text form; the version says how to read it.
struct ResourceBytecodeInterface : BytecodeDialectInterface {
  ResourceBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const final {
    writer.writeVarInt(ResourceDialect::kBytecodeVersion);
  }

  std::unique_ptr<DialectVersion>
  readVersion(DialectBytecodeReader &reader) const final {
    uint64_t version;
    if (failed(reader.readVarInt(version)))
      return nullptr;
    if (version > ResourceDialect::kBytecodeVersion) {
      reader.emitError() << "langone_resource bytecode has version " << version
                         << ", but this tool reads at most version "
                         << ResourceDialect::kBytecodeVersion;
      return nullptr;
    }
    return std::make_unique<ResourceVersion>(version);
  }
};

} // namespace

void ResourceDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "langone/Resource/IR/ResourceOps.cpp.inc"
      >();
  addInterfaces<ResourceInlinerInterface, ResourceBytecodeInterface>();
}
