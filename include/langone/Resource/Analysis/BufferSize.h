//===- BufferSize.h - how many bytes a memref takes --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the size and alignment of buffers in bytes, as the lowering to LLVM
// allocates them. It knows types only, no ops.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_BUFFERSIZE_H
#define LANGONE_RESOURCE_ANALYSIS_BUFFERSIZE_H

#include <cstdint>
#include <optional>

namespace mlir {
class DataLayout;
class MemRefType;
class Type;
} // namespace mlir

namespace langone::resource {

/// Bytes between two elements of type `element` in memory; absent for types
/// without a layout. Sub-byte integers take a byte each.
std::optional<uint64_t> getElementBytes(mlir::Type element,
                                        const mlir::DataLayout &layout);

/// Alignment in bytes that a buffer of this element type needs; at least 1.
uint64_t getElementAlignment(mlir::Type element,
                             const mlir::DataLayout &layout);

/// Why a buffer has no known size.
enum class UnknownSize { Dynamic, Layout, ElementType, Overflow };

/// Bytes that a buffer of this type takes, or why that is not known. Only
/// static shapes with the identity layout have a known size.
class BufferSize {
public:
  static BufferSize get(mlir::MemRefType type, const mlir::DataLayout &layout);

  bool isKnown() const { return bytes.has_value(); }
  uint64_t getBytes() const { return *bytes; }
  /// A phrase for messages: "its shape is dynamic".
  const char *getReason() const;

private:
  BufferSize(uint64_t bytes) : bytes(bytes) {}
  BufferSize(UnknownSize reason) : reason(reason) {}

  std::optional<uint64_t> bytes;
  UnknownSize reason = UnknownSize::Dynamic;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_BUFFERSIZE_H
