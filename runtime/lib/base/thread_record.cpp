// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thread records in a static table; a record that its thread has left is given to a later thread,
// cells and all.

#include "base/thread_record.h"

#include "langone/rt/account.h"

#include <algorithm>
#include <mutex>
#include <pthread.h>
#include <sched.h>

namespace langone::rt {

constinit thread_local ThreadRecord *current_record = nullptr;

namespace {

/// Threads beyond these charge under the lock.
constexpr std::uint64_t record_count = 1024;

constinit ThreadRecord records[record_count];
constinit std::mutex ledger_mutex;
constinit std::atomic<int> waiting_threads{0};
/// Under the lock: records below were in use at some time; how many are now.
constinit std::uint64_t bound = 0;
constinit std::uint64_t living = 0;
constinit std::atomic<bool> initialised{false};
constinit std::atomic<bool> has_key{false};
pthread_key_t end_key;
constinit thread_local bool ended = false;
/// Whether end_thread is still to be asked for.
constinit thread_local bool announced = false;

void end_thread(void * /*record*/) {
  const std::lock_guard lock(ledger_mutex);
  ended = true;
  ThreadRecord *record = current_record;
  if (!record)
    return;
  current_record = nullptr;
  record->slot.store(no_slot, std::memory_order_relaxed);
  record->in_use = false;
  --living;
}

void hide_others() noexcept {
  for (std::uint64_t i = 0; i < bound; ++i)
    records[i].slot.store(no_slot, std::memory_order_relaxed);
}

/// A section is a dozen instructions; one that lasts longer has lost its processor.
void wait_for_end(const std::atomic<const Account *> &busy) noexcept {
  for (int spins = 0; busy.load(std::memory_order_acquire); ++spins)
    if (spins > 100)
      ::sched_yield();
}

void stop_world() noexcept {
  if (!Ledger::has_others())
    return;
  hide_others();
  fences::heavy();
  for (std::uint64_t i = 0; i < bound; ++i)
    wait_for_end(records[i].busy);
}

void start_world() noexcept {
  for (std::uint64_t i = 0; i < bound; ++i)
    if (records[i].in_use)
      records[i].slot.store(i * slot_size, std::memory_order_release);
}

void before_fork() {
  ledger_mutex.lock();
  stop_world();
}

void after_fork_in_parent() {
  start_world();
  ledger_mutex.unlock();
}

// Only the forking thread lives on. What the others charged stays charged: their blocks exist here
// too.
void after_fork_in_child() {
  waiting_threads.store(0, std::memory_order_relaxed);
  fences::register_again();
  for (std::uint64_t i = 0; i < bound; ++i) {
    ThreadRecord &record = records[i];
    record.busy.store(nullptr, std::memory_order_relaxed);
    record.waiting.store(nullptr, std::memory_order_relaxed);
    record.slot.store(no_slot, std::memory_order_relaxed);
    record.in_use = &record == current_record;
  }
  living = current_record ? 1 : 0;
  start_world();
  ledger_mutex.unlock();
}

/// When the library is loaded, or at the first charge if some constructor comes earlier. Without a
/// key, or without fork handlers, threads keep their records for ever, and a child may inherit half
/// a charge.
[[gnu::constructor]] void initialise() {
  if (initialised.load(std::memory_order_relaxed) || initialised.exchange(true))
    return;
  fences::are_asymmetric();
  has_key.store(::pthread_key_create(&end_key, end_thread) == 0);
  [[maybe_unused]] const int registered =
      ::pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

/// Without the lock: the C library may allocate for it, and the allocator charge.
void announce_end() noexcept {
  announced = true;
  if (has_key.load(std::memory_order_relaxed))
    ::pthread_setspecific(end_key, current_record);
}

/// The mutex is not fair: without this, threads that are refused again and again would take it from
/// each other and keep out the one that gives back.
void stand_back() noexcept {
  constexpr int most_yields = 64;
  for (int i = 0; i < most_yields && waiting_threads.load(std::memory_order_relaxed) > 0; ++i)
    ::sched_yield();
}

ThreadRecord *free_record() noexcept {
  for (std::uint64_t i = 0; i < bound; ++i)
    if (!records[i].in_use)
      return &records[i];
  return bound < record_count ? &records[bound++] : nullptr;
}

void register_thread() noexcept {
  ThreadRecord *record = free_record();
  if (!record)
    return;
  record->in_use = true;
  record->refused = false;
  record->asymmetric = fences::are_asymmetric();
  ++living;
  current_record = record;
  record->slot.store(slot_of_this_thread(), std::memory_order_release);
}

} // namespace

std::uint64_t slot_of_this_thread() noexcept {
  return current_record ? static_cast<std::uint64_t>(current_record - records) * slot_size
                        : no_slot;
}

Ledger::Ledger(const Account &account) noexcept {
  initialise();
  if (current_record && current_record->refused)
    stand_back();
  if (current_record)
    current_record->waiting.store(&account, std::memory_order_release);
  if (ledger_mutex.try_lock())
    return;
  waiting_threads.fetch_add(1, std::memory_order_relaxed);
  ledger_mutex.lock();
  waiting_threads.fetch_sub(1, std::memory_order_relaxed);
}

Ledger::~Ledger() {
  if (current_record)
    current_record->waiting.store(nullptr, std::memory_order_relaxed);
  ledger_mutex.unlock();
  if (current_record && !announced)
    announce_end();
}

void Ledger::note_outcome(bool refused) noexcept {
  if (current_record)
    current_record->refused = refused;
}

std::uint64_t Ledger::slot() noexcept {
  if (!current_record && !ended)
    register_thread();
  return slot_of_this_thread();
}

bool Ledger::is_live(std::uint64_t slot) noexcept {
  return slot < slot_bound() && records[slot / slot_size].in_use;
}

bool Ledger::has_others() noexcept { return living > (current_record ? 1U : 0U); }

bool Ledger::has_rivals(const Account &account) noexcept {
  const auto is_rival = [&account](const ThreadRecord &record) {
    if (&record == current_record)
      return false;
    const Account *waiting = record.waiting.load(std::memory_order_acquire);
    if (waiting && waiting->is_within(account))
      return true;
    // May be gone in the next moment: to be compared, not to be followed.
    const Account *busy = record.busy.load(std::memory_order_relaxed);
    return busy == &account || (busy && account.is_root());
  };
  return std::any_of(records, records + bound, is_rival);
}

std::uint64_t Ledger::slot_bound() noexcept { return bound * slot_size; }

StoppedWorld::StoppedWorld() noexcept { stop_world(); }
StoppedWorld::~StoppedWorld() { start_world(); }

} // namespace langone::rt
