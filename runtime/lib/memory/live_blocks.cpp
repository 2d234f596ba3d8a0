// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sharded registry of live blocks.

#include "memory/live_blocks.h"

#include "langone/rt/account.h"
#include "memory/address_set.h"

#include <mutex>

namespace langone::rt {

namespace {

struct alignas(64) Shard {
  std::mutex mutex;
  AddressSet addresses;
  Statistics totals;
};

// Used until the last static destructor of the program, hence neither constructed nor destroyed at
// run time.
constexpr int shard_bits = 6;
constinit Shard shards[1 << shard_bits];

Shard &shard_of(std::uintptr_t address) noexcept {
  return shards[hash_address(address) >> (64 - shard_bits)];
}

/// Covers every field and the header's own place, so that a copied or moved header does not pass.
std::uint64_t compute_seal(const BlockHeader &header) noexcept {
  std::uint64_t seal = 0x6C616E676F6E6521;
  for (const std::uint64_t field :
       {reinterpret_cast<std::uint64_t>(&header), header.bytes,
        reinterpret_cast<std::uint64_t>(header.system_block),
        reinterpret_cast<std::uint64_t>(header.account), static_cast<std::uint64_t>(header.kind),
        reinterpret_cast<std::uint64_t>(header.log), header.ticket}) {
    seal = (seal ^ field) * 0xD6E8FEB86659FD93;
    seal ^= seal >> 32;
  }
  return seal;
}

bool is_intact(const BlockHeader &header) noexcept { return header.seal == compute_seal(header); }

/// Of a block known to be live.
BlockHeader &header_of(void *block) noexcept { return static_cast<BlockHeader *>(block)[-1]; }

void count_removal(Statistics &totals, const BlockHeader &header) noexcept {
  if (header.kind == BlockKind::arena) {
    totals.arena_bytes -= header.bytes;
  } else {
    totals.pool_bytes -= header.bytes;
    ++totals.pool_frees;
  }
}

} // namespace

void seal_header(BlockHeader &header) noexcept { header.seal = compute_seal(header); }

void *address_of(BlockHeader &header) noexcept { return &header + 1; }

namespace live_blocks {

bool insert(BlockHeader &header) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(address_of(header));
  Shard &shard = shard_of(address);
  const std::lock_guard lock(shard.mutex);
  if (!shard.addresses.insert(address))
    return false;
  header.account->commit(header.bytes);
  header.account->retain();
  if (header.kind == BlockKind::arena) {
    shard.totals.arena_bytes += header.bytes;
    ++shard.totals.arena_acquires;
  } else {
    shard.totals.pool_bytes += header.bytes;
    ++shard.totals.pool_allocations;
  }
  return true;
}

Result<BlockHeader *> take(void *block, BlockKind kind) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  Shard &shard = shard_of(address);
  const std::lock_guard lock(shard.mutex);
  if (!shard.addresses.contains(address))
    return tl::make_unexpected(InvalidOperation{"not a live block (foreign or already freed)"});
  BlockHeader &header = header_of(block);
  if (!is_intact(header))
    return tl::make_unexpected(CorruptionDetected{address});
  if (header.kind != kind)
    return tl::make_unexpected(InvalidOperation{kind == BlockKind::arena
                                                    ? "a pool block is not an arena"
                                                    : "an arena is not a pool block"});
  shard.addresses.erase(address);
  count_removal(shard.totals, header);
  return &header;
}

BlockHeader *take(const LoggedBlock &block, const void *log) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block.address);
  Shard &shard = shard_of(address);
  const std::lock_guard lock(shard.mutex);
  if (!shard.addresses.contains(address))
    return nullptr;
  BlockHeader &header = header_of(block.address);
  if (!is_intact(header) || header.log != log || header.ticket != block.ticket)
    return nullptr;
  shard.addresses.erase(address);
  count_removal(shard.totals, header);
  return &header;
}

bool contains(const LoggedBlock &block, const void *log) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block.address);
  Shard &shard = shard_of(address);
  const std::lock_guard lock(shard.mutex);
  if (!shard.addresses.contains(address))
    return false;
  const BlockHeader &header = header_of(block.address);
  return header.log == log && header.ticket == block.ticket;
}

Statistics totals() noexcept {
  Statistics sum;
  for (Shard &shard : shards) {
    const std::lock_guard lock(shard.mutex);
    sum.arena_bytes += shard.totals.arena_bytes;
    sum.pool_bytes += shard.totals.pool_bytes;
    sum.arena_acquires += shard.totals.arena_acquires;
    sum.pool_allocations += shard.totals.pool_allocations;
    sum.pool_frees += shard.totals.pool_frees;
  }
  return sum;
}

} // namespace live_blocks
} // namespace langone::rt
