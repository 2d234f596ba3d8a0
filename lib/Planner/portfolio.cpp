// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which algorithm runs on which instance: cheap ones first, each stage only if the one before was
// not good enough.

#include "portfolio.h"

#include "exact.h"

#include <algorithm>

namespace langone::planner {

namespace {

/// What the exact search may allocate.
constexpr std::uint64_t exact_memory = 150'000'000;

class Portfolio {
public:
    Portfolio(const Instance& instance, const Target& target)
        : instance_(instance), target_(target) {
        outcome_.bound = target.bound;
    }

    Outcome run() {
        sweep_heuristics();
        sequence_heuristics();
        if (!target_.heuristics_only && ExactPortfolio::affordable(instance_, exact_memory))
            exact();
        return std::move(outcome_);
    }

private:
    bool done() const {
        return outcome_.refuted || outcome_.best.height <= std::max(target_.enough, outcome_.bound);
    }
    bool exhausted() const { return outcome_.work >= target_.work_limit; }
    std::uint64_t work_left() const { return target_.work_limit - outcome_.work; }

    void offer(Plan plan) {
        if (plan.height < outcome_.best.height)
            outcome_.best = std::move(plan);
    }

    /// Those that are O(n log n), whatever overlaps.
    void sweep_heuristics() {
        if (instance_.has_fixed() || instance_.has_pieces())
            return;
        for (const bool backwards : {false, true}) {
            if (done())
                return;
            offer(place_by_time(instance_, backwards));
            outcome_.work += 200 * std::uint64_t{instance_.size()};
        }
        for (const Order order : {Order::area, Order::long_area, Order::size, Order::load}) {
            if (done() || exhausted())
                return;
            offer(place_lowest(instance_, ordered(instance_, order)));
            outcome_.work += 20'000 * std::uint64_t{instance_.size()};
        }
    }

    /// Those that look at all pairs that overlap in time.
    void sequence_heuristics() {
        const std::uint64_t cost = 40 * (instance_.size() + overlapping_pairs(instance_));
        for (const Order order : all_orders)
            for (const Fit fit : {Fit::best, Fit::first}) {
                const bool have_plan = outcome_.best.height != not_fixed;
                if (done() || (have_plan && outcome_.work + cost > target_.work_limit / 2))
                    return;
                if (auto plan = place_in_sequence(instance_, ordered(instance_, order), fit))
                    offer(std::move(*plan));
                outcome_.work += cost;
            }
    }

    void exact() {
        if (done() || exhausted() || instance_.size() == 0)
            return;
        ExactPortfolio search(instance_);
        if (target_.enough > outcome_.bound) {
            const Verdict verdict = search.fit(target_.enough, work_left());
            outcome_.refuted = verdict == Verdict::refuted && target_.enough >= target_.capacity;
            if (verdict == Verdict::solved)
                offer(search.plan());
        } else {
            // Plans above the capacity are of no interest: look below it from the start.
            const Bytes unit = height_unit(instance_);
            Plan best = outcome_.best;
            const bool useful = best.height <= target_.capacity;
            if (!useful)
                best = {{}, (target_.capacity / unit + 1) * unit};
            search.minimize(best, outcome_.bound, work_left());
            if (!best.offsets.empty())
                offer(std::move(best));
            outcome_.refuted = outcome_.bound > target_.capacity;
        }
        outcome_.work += search.work();
    }

    const Instance& instance_;
    const Target& target_;
    Outcome outcome_;
};

} // namespace

Outcome run_portfolio(const Instance& instance, const Target& target) {
    return Portfolio(instance, target).run();
}

} // namespace langone::planner
