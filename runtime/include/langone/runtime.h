// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI of the LangOne runtime: what compiled code and C programs call. This file owns the
// names, the structs and their promises; it owns no policy: accounts, arenas and pools live behind
// it (langone/rt/*.h for C++).
//
// Promises that hold for every function here: no C++ exception crosses it, none calls abort(), all
// may be called from any thread. Sizes are in bytes. A struct begins with its size and version: the
// caller sets both (by the
// *_INIT macro) and the runtime never writes past `struct_size`, so older callers work with newer
// runtimes.

#ifndef LANGONE_RUNTIME_H
#define LANGONE_RUNTIME_H

#include <stdint.h>

#define LANGONE_RT_API __attribute__((visibility("default")))

/// Version of the runtime that this header describes: 10000 * major + 100 * minor + patch.
#define LANGONE_RT_VERSION 100
/// Layout version of every struct below.
#define LANGONE_RT_STRUCT_VERSION 1
/// As a limit: none.
#define LANGONE_RT_NO_LIMIT UINT64_MAX
/// Bytes of a message, the terminating zero included.
#define LANGONE_RT_MESSAGE_BYTES 256

#ifdef __cplusplus
extern "C" {
#endif

typedef enum langone_rt_status {
  LANGONE_RT_OK = 0,
  LANGONE_RT_ALLOCATION_FAILED = 1,   ///< the system has no memory for it, or the size overflows
  LANGONE_RT_POOL_EXHAUSTED = 2,      ///< a bounded pool has no room
  LANGONE_RT_INVALID_OPERATION = 3,   ///< wrong argument, not a live block, wrong kind of block
  LANGONE_RT_CORRUPTION_DETECTED = 4, ///< written out of a block's bounds, or after its free
  LANGONE_RT_BUDGET_EXCEEDED = 5      ///< an account on the way to the root refuses the charge
} langone_rt_status;

/// A typed error. Fields that a status does not use are 0.
typedef struct langone_rt_error {
  uint32_t struct_size;
  uint32_t version;
  langone_rt_status status;
  uint64_t requested_bytes; ///< BUDGET_EXCEEDED, POOL_EXHAUSTED
  uint64_t available_bytes; ///< BUDGET_EXCEEDED, POOL_EXHAUSTED
  uint64_t limit_bytes;     ///< BUDGET_EXCEEDED: limit of the account that refused
  uint64_t address;         ///< CORRUPTION_DETECTED
  char message[LANGONE_RT_MESSAGE_BYTES];
} langone_rt_error;

#define LANGONE_RT_ERROR_INIT                                                                      \
  {sizeof(langone_rt_error), LANGONE_RT_STRUCT_VERSION, LANGONE_RT_OK, 0, 0, 0, 0, {0}}

/// What the process holds now, and what it has done since it started. Under concurrency each number
/// is exact by itself; together they are no snapshot.
typedef struct langone_rt_statistics {
  uint32_t struct_size;
  uint32_t version;
  uint64_t current_bytes;    ///< charged to the process account
  uint64_t high_water_bytes; ///< largest current_bytes since start or langone_rt_reset_high_water
  uint64_t limit_bytes;      ///< of the process account; LANGONE_RT_NO_LIMIT if none
  uint64_t arena_bytes;      ///< part of current_bytes that arenas hold
  uint64_t pool_bytes;       ///< part of current_bytes that pool blocks hold
  uint64_t arena_acquires;   ///< successful ones
  uint64_t pool_allocations; ///< successful ones
  uint64_t pool_frees;       ///< successful ones, those of a rollback included
  uint64_t failures;         ///< arena and pool operations that ended with an error
} langone_rt_statistics;

#define LANGONE_RT_STATISTICS_INIT                                                                 \
  {sizeof(langone_rt_statistics), LANGONE_RT_STRUCT_VERSION, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/// LANGONE_RT_VERSION of the runtime that runs.
LANGONE_RT_API uint32_t langone_rt_version(void);

//===-- For C callers: a status, and in `error` (may be NULL; written on failure only) the typed
// error ------------===//

/// Opens an account with `limit_bytes` under this thread's current account, charges exactly `bytes`
/// to it, and stores a block aligned to `alignment` (a power of two) in `*out`: unique and not
/// null, also for 0 bytes. The account is this thread's current one until the release: pool
/// allocations of this thread then charge it and its ancestors. On failure `*out` is untouched.
/// BUDGET_EXCEEDED, INVALID_OPERATION, ALLOCATION_FAILED.
LANGONE_RT_API langone_rt_status langone_rt_arena_acquire(uint64_t bytes, uint64_t alignment,
                                                          uint64_t limit_bytes, void **out,
                                                          langone_rt_error *error);

/// Frees the arena's block, uncharges it and closes its account. The current account of the
/// acquiring thread becomes its innermost arena still open, in whatever order and by whichever
/// thread arenas are released; an arena inside it that is still open keeps charging (and keeps
/// being limited by) the closed account. Pool blocks charged to it that outlive it stay charged to
/// it and to its ancestors until they are freed. INVALID_OPERATION (not a live arena, null too),
/// CORRUPTION_DETECTED.
LANGONE_RT_API langone_rt_status langone_rt_arena_release(void *arena);

/// Charges exactly `bytes` to this thread's current account and stores a block aligned to
/// `alignment` (a power of two) in `*out`: unique and not null, also for 0 bytes. On failure `*out`
/// is untouched and nothing is charged. BUDGET_EXCEEDED, INVALID_OPERATION, ALLOCATION_FAILED,
/// CORRUPTION_DETECTED (the block to be used again was written after its free: it is set aside, and
/// the next call takes another).
LANGONE_RT_API langone_rt_status langone_rt_pool_allocate(uint64_t bytes, uint64_t alignment,
                                                          void **out, langone_rt_error *error);

/// Frees a block from any thread; null is no block and fine. INVALID_OPERATION (not a live pool
/// block: foreign, freed before, an arena); CORRUPTION_DETECTED (the block stays allocated and
/// charged: its memory is not to be trusted).
LANGONE_RT_API langone_rt_status langone_rt_pool_free(void *ptr);

/// Fills `*out` up to its struct_size. INVALID_OPERATION if `out` is null or without a valid
/// struct_size.
LANGONE_RT_API langone_rt_status langone_rt_get_statistics(langone_rt_statistics *out);

/// The process account's high-water becomes its current bytes.
LANGONE_RT_API langone_rt_status langone_rt_reset_high_water(void);

/// Limit of the process account. May be lower than what is in use: then nothing more is granted
/// until enough is freed.
LANGONE_RT_API langone_rt_status langone_rt_set_process_limit(uint64_t bytes);

//===-- For compiled code: never return on failure, never return null
//---------------------------------------------===//

LANGONE_RT_API void *langone_rt_arena_acquire_or_raise(uint64_t bytes, uint64_t alignment,
                                                       uint64_t limit_bytes);
LANGONE_RT_API void langone_rt_arena_release_or_raise(void *arena);
LANGONE_RT_API void *langone_rt_pool_allocate_or_raise(uint64_t bytes, uint64_t alignment);
LANGONE_RT_API void langone_rt_pool_free_or_raise(void *ptr);

/// Runs `body(context)`. If an *_or_raise function inside raises on this thread, control returns
/// from here with the typed error, after every arena and pool block that this thread acquired since
/// the call began and that is not yet released has been released (newest first). On OK all of them
/// stay, and belong to the enclosing protected call if there is one. Protected calls nest; the
/// innermost one receives the error.
///
/// The jump is a longjmp: between here and the raise there may be no frame with C++ destructors or
/// other cleanups, and the body must not be left by a longjmp of its own. A C++ exception that
/// leaves `body` ends the call like a raise, as INVALID_OPERATION. A body that ends its thread
/// (pthread_exit) is rolled back too.
LANGONE_RT_API langone_rt_status langone_rt_call(void (*body)(void *), void *context,
                                                 langone_rt_error *error);

/// Called with an error raised outside any protected call, on the raising thread.
typedef void (*langone_rt_error_handler)(const langone_rt_error *error, void *context);

/// Sets the process error handler; NULL removes it. After the handler returned, or without one, the
/// error goes to stderr and the process ends by exit(EXIT_FAILURE). The handler ends the process or
/// returns; an error raised inside it does not call it again.
LANGONE_RT_API langone_rt_status langone_rt_set_error_handler(langone_rt_error_handler handler,
                                                              void *context);

#ifdef __cplusplus
}
#endif

#endif // LANGONE_RUNTIME_H
