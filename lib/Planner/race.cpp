// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "race.h"

#include <limits>
#include <system_error>
#include <thread>

namespace langone::planner {

namespace {

/// Lowers `least` to `value`.
void lower_to(std::atomic<std::uint64_t>& least, std::uint64_t value) {
    std::uint64_t seen = least.load();
    while (value < seen && !least.compare_exchange_weak(seen, value)) {
    }
}

/// Whoever decided with the least work, the first among equals; or what all found together.
Outcome combine(std::vector<Outcome> outcomes, const Target& target) {
    Outcome* winner = nullptr;
    for (Outcome& outcome : outcomes)
        if (outcome.decided(target) && (!winner || outcome.work < winner->work))
            winner = &outcome;
    if (winner)
        return std::move(*winner);
    Outcome& result = outcomes[0];
    for (Outcome& other : outcomes) {
        result.bound = std::max(result.bound, other.bound);
        if (other.best.height < result.best.height)
            result.best = std::move(other.best);
    }
    return std::move(result);
}

} // namespace

Outcome run_race(const Instance& instance, const Target& target, unsigned threads) {
    if (threads <= 1 || target.heuristics_only)
        return run_portfolio(instance, target);
    std::atomic<std::uint64_t> decided = std::numeric_limits<std::uint64_t>::max();
    std::vector<Outcome> outcomes(threads);
    const auto work = [&](unsigned worker) {
        Target own = target;
        own.stream = worker;
        own.stop.decided = &decided;
        outcomes[worker] = run_portfolio(instance, own);
        if (outcomes[worker].decided(target))
            lower_to(decided, outcomes[worker].work);
    };
    std::vector<std::thread> started;
    std::vector<unsigned> left = {0}; // for this thread
    for (unsigned worker = 1; worker < threads; ++worker) {
        try {
            started.emplace_back(work, worker);
        } catch (const std::system_error&) { // no more threads: slower, with the same outcome
            left.push_back(worker);
        }
    }
    for (const unsigned worker : left)
        work(worker);
    for (std::thread& thread : started)
        thread.join();
    return combine(std::move(outcomes), target);
}

} // namespace langone::planner
