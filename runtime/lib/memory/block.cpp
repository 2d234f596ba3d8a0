// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Charged blocks. In system memory: padding, BlockHeader, the user's bytes aligned as asked.

#include "memory/block.h"

#include "base/system.h"
#include "memory/thread.h"

#include <algorithm>
#include <bit>
#include <new>

namespace langone::rt {

namespace {

constexpr std::uint64_t least_alignment = 16;
static_assert(least_alignment % alignof(BlockHeader) == 0 &&
              sizeof(BlockHeader) % alignof(BlockHeader) == 0);

/// Bytes of system memory that hold the header and the block at any place; the block is never
/// empty, so that no two share an address.
Result<std::uint64_t> system_bytes(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(InvalidOperation{"alignment is not a power of two"});
  std::uint64_t padded = 0;
  if (__builtin_add_overflow(std::max<std::uint64_t>(bytes, 1), sizeof(BlockHeader), &padded) ||
      __builtin_add_overflow(padded, alignment - 1, &padded) || padded > PTRDIFF_MAX)
    return tl::make_unexpected(AllocationFailed{"size and alignment exceed the address space"});
  return padded;
}

BlockHeader &place_header(void *system_block, std::uint64_t alignment) noexcept {
  const auto first = reinterpret_cast<std::uintptr_t>(system_block) + sizeof(BlockHeader);
  const std::uint64_t padding = -first & (alignment - 1);
  return *new (static_cast<char *>(system_block) + padding) BlockHeader{};
}

/// Memory, header, undo record and registry, which commits the charge reserved before; null without
/// memory for one of them.
BlockHeader *create_block(BlockKind kind, Account &account, std::uint64_t bytes,
                          std::uint64_t alignment, std::uint64_t size) noexcept {
  UndoLog &log = Thread::current().undo_log();
  if (log.active() && !log.reserve_one())
    return nullptr;
  void *system_block = system::allocate(size);
  if (!system_block)
    return nullptr;
  BlockHeader &header = place_header(system_block, alignment);
  header.bytes = bytes;
  header.system_block = system_block;
  header.account = &account;
  header.kind = kind;
  header.log = &log;
  // A record whose insertion fails below is dead, like that of a freed block.
  header.ticket = log.active() ? log.record(address_of(header)) : 0;
  seal_header(header);
  if (!live_blocks::insert(header)) {
    system::free(system_block);
    return nullptr;
  }
  return &header;
}

/// Of a block that has left the registry.
Result<void> destroy_block(BlockHeader &header) noexcept {
  Account &account = *header.account;
  if (header.kind == BlockKind::arena) {
    account.close();
    Thread::current().forget_closed();
  }
  const auto uncharged = account.uncharge(header.bytes);
  system::free(header.system_block);
  account.release();
  if (!uncharged)
    return tl::make_unexpected(uncharged.error());
  return {};
}

} // namespace

Result<void *> allocate_block(BlockKind kind, Account &account, std::uint64_t bytes,
                              std::uint64_t alignment) noexcept {
  alignment = std::has_single_bit(alignment) ? std::max(alignment, least_alignment) : alignment;
  const auto size = system_bytes(bytes, alignment);
  if (!size)
    return tl::make_unexpected(size.error());
  if (const auto reserved = account.reserve(bytes); !reserved)
    return tl::make_unexpected(reserved.error());
  BlockHeader *header = create_block(kind, account, bytes, alignment, *size);
  if (!header) {
    account.cancel(bytes);
    return tl::make_unexpected(AllocationFailed{"out of memory"});
  }
  return address_of(*header);
}

Result<void> free_block(BlockKind kind, void *block) noexcept {
  const auto header = live_blocks::take(block, kind);
  if (!header)
    return tl::make_unexpected(header.error());
  return destroy_block(**header);
}

void roll_back(std::uint64_t mark) noexcept {
  UndoLog &log = Thread::current().undo_log();
  for (LoggedBlock block{}; log.pop(mark, block);)
    if (BlockHeader *header = live_blocks::take(block, &log))
      destroy_block(*header);
}

} // namespace langone::rt
