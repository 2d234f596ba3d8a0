// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thresholds, checkpoints, and who hears of them. A threshold that is armed is part of the cap on
// an account's credit, so the hot path needs no code for it.

#include "base/account_keeper.h"

#include <algorithm>

namespace langone::rt {

namespace {

constinit std::atomic<Account::EventSink> event_sink{nullptr};
constinit std::atomic<Account::Checkpoint> process_checkpoint{nullptr};
constinit Account *first_watched = nullptr; // under the ledger's lock

constexpr std::uint8_t bit(std::size_t threshold) noexcept {
  return static_cast<std::uint8_t>(1U << threshold);
}

} // namespace

void PendingEvents::add(const ThresholdEvent &event) noexcept {
  if (count_ < events_.size())
    events_[count_++] = event;
}

void PendingEvents::send() const noexcept {
  const Account::EventSink sink = count_ ? event_sink.load(std::memory_order_acquire) : nullptr;
  for (std::size_t i = 0; sink && i < count_; ++i)
    sink(events_[i]);
}

std::int64_t AccountKeeper::cap(const Account &account) noexcept {
  std::uint64_t least = std::min({account.limit(), Account::most_bytes, account.checkpoint_});
  for (std::size_t i = 0; i < threshold_count; ++i)
    if (!(account.crossed_ & bit(i)))
      least = std::min(least, account.levels_[i]);
  return static_cast<std::int64_t>(least);
}

void AccountKeeper::cross_thresholds(Account &account, std::int64_t used,
                                     PendingEvents &events) noexcept {
  for (std::size_t i = 0; i < threshold_count; ++i) {
    const std::uint64_t level = account.levels_[i];
    if ((account.crossed_ & bit(i)) || used <= 0 || static_cast<std::uint64_t>(used) <= level)
      continue;
    account.crossed_ |= bit(i);
    ++account.crossings_[i];
    events.add({account.id_, static_cast<Threshold>(i), level, static_cast<std::uint64_t>(used)});
  }
}

void AccountKeeper::rearm(Account &account) noexcept {
  const auto used = static_cast<std::uint64_t>(std::max<std::int64_t>(total(account), 0));
  std::uint8_t armed = 0;
  for (std::size_t i = 0; i < threshold_count; ++i)
    if ((account.crossed_ & bit(i)) && used + account.levels_[i] / 16 < account.levels_[i])
      armed |= bit(i);
  if (!armed)
    return;
  account.crossed_ &= static_cast<std::uint8_t>(~armed);
  tighten(account);
}

void AccountKeeper::rearm_all() noexcept {
  for (Account *account = first_watched; account; account = account->next_watched_)
    rearm(*account);
}

void AccountKeeper::watch(Account &account) noexcept {
  if (account.watched_)
    return;
  account.watched_ = true;
  account.next_watched_ = first_watched;
  if (first_watched)
    first_watched->previous_watched_ = &account;
  first_watched = &account;
}

void AccountKeeper::unwatch(Account &account) noexcept {
  if (!account.watched_)
    return;
  account.watched_ = false;
  (account.previous_watched_ ? account.previous_watched_->next_watched_ : first_watched) =
      account.next_watched_;
  if (account.next_watched_)
    account.next_watched_->previous_watched_ = account.previous_watched_;
  account.next_watched_ = account.previous_watched_ = nullptr;
}

void AccountKeeper::set_thresholds(
    const std::array<std::uint64_t, threshold_count> &levels) noexcept {
  account_.levels_ = levels;
  account_.crossed_ = 0;
  watch(account_);
  tighten(account_);
}

std::uint64_t AccountKeeper::crossings(Threshold threshold) const noexcept {
  return account_.crossings_[static_cast<std::size_t>(threshold)];
}

void AccountKeeper::set_checkpoint(std::uint64_t bytes, Account::Checkpoint checkpoint) noexcept {
  process_checkpoint.store(checkpoint, std::memory_order_release);
  account_.checkpoint_ = checkpoint ? bytes : Account::no_limit;
  tighten(account_);
}

void AccountKeeper::call_checkpoint() noexcept {
  if (const Account::Checkpoint checkpoint = process_checkpoint.load(std::memory_order_acquire))
    checkpoint();
}

void Account::set_thresholds(const std::array<std::uint64_t, threshold_count> &levels) noexcept {
  AccountKeeper(*this).set_thresholds(levels);
}

std::uint64_t Account::crossings(Threshold threshold) const noexcept {
  return AccountKeeper(*this).crossings(threshold);
}

void Account::rearm() noexcept { AccountKeeper(process()).rearm_all(); }

void Account::set_event_sink(EventSink sink) noexcept {
  event_sink.store(sink, std::memory_order_release);
}

void Account::set_checkpoint(std::uint64_t bytes, Checkpoint checkpoint) noexcept {
  AccountKeeper(process()).set_checkpoint(bytes, checkpoint);
}

} // namespace langone::rt
