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
  LANGONE_RT_CORRUPTION_DETECTED = 4, ///< the block's header was overwritten
  LANGONE_RT_BUDGET_EXCEEDED = 5,     ///< an account on the way to the root refuses the charge
  LANGONE_RT_MONITORING_FAILED = 6    ///< the monitor cannot be started, a report not be written
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
/// is untouched and nothing is charged. BUDGET_EXCEEDED, INVALID_OPERATION, ALLOCATION_FAILED.
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

/// Limit of the process account: every charge that begins after the return obeys it. May be lower
/// than what is in use: then nothing more is granted until enough is freed. With
/// langone_rt_respect_container, or a monitor, the limit in force is the least of this one, of what
/// the container leaves and of physical memory.
LANGONE_RT_API langone_rt_status langone_rt_set_process_limit(uint64_t bytes);

//===-- Scopes: the extent of a budget -------------------------------------------------------===//

/// What happens where use, or a guarded value, exceeds its bound.
typedef enum langone_rt_on_exceed {
  LANGONE_RT_ON_EXCEED_ERROR = 0,   ///< refused, as BUDGET_EXCEEDED
  LANGONE_RT_ON_EXCEED_WARN = 1,    ///< granted, counted, said on stderr once for each id
  LANGONE_RT_ON_EXCEED_FALLBACK = 2 ///< granted and counted
} langone_rt_on_exceed;

/// An allocation site and what was predicted for it.
typedef struct langone_rt_site {
  uint64_t id;
  uint64_t predicted_bytes;
} langone_rt_site;

/// A scope as the compiler knows it; may be constant data. What it points to has to stay only while
/// the scope is open.
typedef struct langone_rt_scope_info {
  uint32_t struct_size;
  uint32_t version;
  uint64_t id;                   ///< stable key of the scope, for reports and profiles
  const char *name;              ///< for people, up to 63 bytes of it; may be NULL
  uint64_t hard_bytes;           ///< limit; LANGONE_RT_NO_LIMIT
  uint64_t soft_bytes;           ///< crossing it is an event; LANGONE_RT_NO_LIMIT
  uint64_t predicted_peak_bytes; ///< 0: not predicted
  langone_rt_on_exceed on_exceed;
  uint32_t site_count;
  const langone_rt_site *sites; ///< may be NULL if site_count is 0
} langone_rt_scope_info;

#define LANGONE_RT_SCOPE_INFO_INIT                                                                 \
  {sizeof(langone_rt_scope_info),                                                                  \
   LANGONE_RT_STRUCT_VERSION,                                                                      \
   0,                                                                                              \
   0,                                                                                              \
   LANGONE_RT_NO_LIMIT,                                                                            \
   LANGONE_RT_NO_LIMIT,                                                                            \
   0,                                                                                              \
   LANGONE_RT_ON_EXCEED_ERROR,                                                                     \
   0,                                                                                              \
   0}

/// What a scope has measured.
typedef struct langone_rt_scope_outcome {
  uint32_t struct_size;
  uint32_t version;
  uint64_t peak_bytes; ///< largest use inside; exact unless threads charged at the same time
  uint64_t predicted_peak_bytes;
  int32_t exceeded; ///< 1: the peak was above hard_bytes (WARN and FALLBACK only)
} langone_rt_scope_outcome;

#define LANGONE_RT_SCOPE_OUTCOME_INIT                                                              \
  {sizeof(langone_rt_scope_outcome), LANGONE_RT_STRUCT_VERSION, 0, 0, 0}

typedef struct langone_rt_scope langone_rt_scope;

/// Opens a scope: an account under this thread's current account, current from now on. Scopes nest,
/// and belong to the thread that entered them. A raise out of a protected call leaves the scopes
/// that were entered inside it. INVALID_OPERATION (a null or unversioned argument),
/// ALLOCATION_FAILED.
LANGONE_RT_API langone_rt_status langone_rt_scope_enter(const langone_rt_scope_info *info,
                                                        langone_rt_scope **out,
                                                        langone_rt_error *error);

/// Leaves a scope of this thread; `outcome` may be NULL. Blocks charged to it that outlive it stay
/// charged to it and to its ancestors. INVALID_OPERATION: not an open scope of this thread.
LANGONE_RT_API langone_rt_status langone_rt_scope_exit(langone_rt_scope *scope,
                                                       langone_rt_scope_outcome *outcome);

/// An account, to be handed to other threads.
typedef struct langone_rt_account langone_rt_account;

/// This thread's current account. The caller releases it, from any thread, when no thread needs it.
/// INVALID_OPERATION: `out` is null.
LANGONE_RT_API langone_rt_status langone_rt_scope_capture(langone_rt_account **out);
LANGONE_RT_API langone_rt_status langone_rt_scope_release(langone_rt_account *account);

/// For workers: makes the account this thread's current one, until the detach. Detach before the
/// scope is left: what is charged later goes to the thread's next account that is still open.
/// INVALID_OPERATION (null; not attached to this thread), ALLOCATION_FAILED.
LANGONE_RT_API langone_rt_status langone_rt_scope_attach(langone_rt_account *account);
LANGONE_RT_API langone_rt_status langone_rt_scope_detach(langone_rt_account *account);

/// A guard as the compiler knows it; may be constant data.
typedef struct langone_rt_guard {
  uint32_t struct_size;
  uint32_t version;
  uint64_t id;          ///< stable key of the guard
  const char *resource; ///< what is guarded, as in "Resource budget exceeded: memory"; it must stay
                        ///< until the program ends; NULL: "memory"
  langone_rt_on_exceed on_exceed;
} langone_rt_guard;

#define LANGONE_RT_GUARD_INIT                                                                      \
  {sizeof(langone_rt_guard), LANGONE_RT_STRUCT_VERSION, 0, 0, LANGONE_RT_ON_EXCEED_ERROR}

/// Checks that `value` (a size, a footprint) stays within what the proof assumed; `*holds` becomes
/// 1 if value <= bound, else 0. A failure is counted; with ERROR it is BUDGET_EXCEEDED, with
/// requested_bytes = value and limit_bytes = bound. INVALID_OPERATION: null argument.
LANGONE_RT_API langone_rt_status langone_rt_require(uint64_t value, uint64_t bound,
                                                    const langone_rt_guard *guard, int32_t *holds,
                                                    langone_rt_error *error);

//===-- The monitor --------------------------------------------------------------------------===//

/// From now on the process account respects the limits of the container (control groups of version
/// 1 and 2) and physical memory, without a thread. ALLOCATION_FAILED.
LANGONE_RT_API langone_rt_status langone_rt_respect_container(void);

/// Starts the process's monitor: a thread that samples every `interval_ms` (0: 100), keeps a
/// history of 600 samples, sends events, relieves memory pressure; implies
/// langone_rt_respect_container. Starting it again is fine. The environment variable
/// LANGONE_MONITOR (off, on, or an interval in ms) starts it with the program. In the child of a
/// fork it does not run, and may be started. MONITORING_FAILED.
LANGONE_RT_API langone_rt_status langone_rt_monitor_start(uint32_t interval_ms,
                                                          langone_rt_error *error);
LANGONE_RT_API langone_rt_status langone_rt_monitor_stop(void);

/// Bits of langone_rt_usage.available.
#define LANGONE_RT_HAS_GPU_MEMORY 1u
#define LANGONE_RT_HAS_GPU_UTILIZATION 2u
#define LANGONE_RT_HAS_GPU_ALLOCATIONS 4u
#define LANGONE_RT_HAS_POOL_EFFICIENCY 8u
#define LANGONE_RT_HAS_GPU_POOL_EFFICIENCY 16u

/// What the process uses. A field whose bit in `available` is 0 is not known: its 0 means nothing.
typedef struct langone_rt_usage {
  uint32_t struct_size;
  uint32_t version;
  uint64_t timestamp_ns; ///< since the epoch
  uint64_t memory_used_bytes;
  uint64_t resident_memory_bytes;
  uint64_t gpu_memory_used_bytes;
  double cpu_usage_percent; ///< of the processors that the process may use, since the last sample
  double gpu_utilization_percent;
  uint64_t active_allocations;
  uint64_t gpu_allocations;
  double memory_pool_efficiency_percent;
  double gpu_memory_pool_efficiency_percent;
  uint32_t available;
} langone_rt_usage;

#define LANGONE_RT_USAGE_INIT                                                                      \
  {sizeof(langone_rt_usage), LANGONE_RT_STRUCT_VERSION, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/// Measures, whether a monitor runs or not. INVALID_OPERATION: null, or without a valid
/// struct_size.
LANGONE_RT_API langone_rt_status langone_rt_get_usage(langone_rt_usage *out);

typedef enum langone_rt_event_kind {
  LANGONE_RT_EVENT_WARNING = 0,  ///< use has risen above 70 percent of its maximum
  LANGONE_RT_EVENT_SOFT = 1,     ///< use has risen above a soft limit
  LANGONE_RT_EVENT_CRITICAL = 2, ///< above 90 percent; of a WARN or FALLBACK scope: its hard limit
  LANGONE_RT_EVENT_PRESSURE = 3  ///< the system or the container is short of memory
} langone_rt_event_kind;

typedef struct langone_rt_event {
  uint32_t struct_size;
  uint32_t version;
  langone_rt_event_kind kind;
  const char *resource; ///< "memory" or "cpu"
  uint64_t account;     ///< memory: number of the account, 0 for the process
  double level;         ///< that was crossed: bytes, or percent
  double value;         ///< that crossed it
} langone_rt_event;

/// Called on a thread of the monitor, one event at a time, without locks held, while the monitor
/// runs. It may take its time: the monitor goes on, events beyond 256 that wait are dropped.
typedef void (*langone_rt_event_handler)(const langone_rt_event *event, void *context);

/// Adds a handler; it stays. INVALID_OPERATION (null), ALLOCATION_FAILED.
LANGONE_RT_API langone_rt_status langone_rt_add_event_handler(langone_rt_event_handler handler,
                                                              void *context);

/// Called when memory gets short, on a thread of the monitor: gives back to the system what is held
/// idle. Must not add or remove callbacks.
typedef void (*langone_rt_compact_callback)(void *context);

/// INVALID_OPERATION (null), ALLOCATION_FAILED (64 are there already).
LANGONE_RT_API langone_rt_status
langone_rt_add_compact_callback(langone_rt_compact_callback callback, void *context);
/// After the return the callback does not run.
LANGONE_RT_API langone_rt_status
langone_rt_remove_compact_callback(langone_rt_compact_callback callback, void *context);

typedef enum langone_rt_report_format {
  LANGONE_RT_REPORT_TEXT = 0,
  LANGONE_RT_REPORT_JSON = 1 ///< schema langone-runtime-report/1, docs/Runtime.md
} langone_rt_report_format;

/// Writes a report of the process to a file, replacing it whole or not at all. MONITORING_FAILED,
/// INVALID_OPERATION (null path, unknown format).
LANGONE_RT_API langone_rt_status langone_rt_write_report(const char *path,
                                                         langone_rt_report_format format,
                                                         langone_rt_error *error);

//===-- For compiled code: never return on failure, never return null
//---------------------------------------------===//

LANGONE_RT_API void *langone_rt_arena_acquire_or_raise(uint64_t bytes, uint64_t alignment,
                                                       uint64_t limit_bytes);
LANGONE_RT_API void langone_rt_arena_release_or_raise(void *arena);
LANGONE_RT_API void *langone_rt_pool_allocate_or_raise(uint64_t bytes, uint64_t alignment);
LANGONE_RT_API void langone_rt_pool_free_or_raise(void *ptr);
LANGONE_RT_API langone_rt_scope *langone_rt_scope_enter_or_raise(const langone_rt_scope_info *info);
LANGONE_RT_API void langone_rt_scope_exit_or_raise(langone_rt_scope *scope);
/// 1 if value <= bound. Else raises BUDGET_EXCEEDED with ERROR, or returns 0 with WARN and
/// FALLBACK: the code then takes its other way (the heap beyond the arena).
LANGONE_RT_API int32_t langone_rt_require_or_raise(uint64_t value, uint64_t bound,
                                                   const langone_rt_guard *guard);

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
