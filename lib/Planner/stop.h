// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// When work should end before its limit: because the caller wants no more, or because another
// worker of a race had the answer earlier. Private to the library.

#ifndef LANGONE_LIB_PLANNER_STOP_H
#define LANGONE_LIB_PLANNER_STOP_H

#include <atomic>
#include <cstdint>

namespace langone::planner {

struct Stop {
    /// True once the caller wants no more.
    const std::atomic<bool>* cancel = nullptr;
    /// The least work at which a worker of the race had the answer: whoever has spent more has
    /// lost. Compares work, not time, so that the winner is the same on every machine.
    const std::atomic<std::uint64_t>* decided = nullptr;
    /// Work of this worker that its present counter does not include.
    std::uint64_t before = 0;

    bool requested(std::uint64_t work) const {
        return (cancel && cancel->load(std::memory_order_relaxed)) ||
               (decided && decided->load(std::memory_order_relaxed) < before + work);
    }

    /// For a part that counts its own work, begun after `work`.
    Stop after(std::uint64_t work) const { return {cancel, decided, before + work}; }
};

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_STOP_H
