// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which algorithm runs on which instance: cheap ones first, each stage only if the one before was
// not good enough.

#include "portfolio.h"

#include "core_first.h"
#include "exact.h"
#include "improve.h"

#include <algorithm>
#include <initializer_list>

namespace langone::planner {

namespace {

class Portfolio {
public:
    Portfolio(const Instance& instance, const Target& target)
        : instance_(instance), target_(target), sequence_cost_(sequence_cost(instance)) {
        outcome_.bound = target.bound;
    }

    Outcome run() {
        by_time();
        skyline({Order::area});
        stack_peak_first(
            {{Order::lifetime, Order::size, Fit::first}, {Order::end, Order::area, Fit::best}});
        if (!target_.heuristics_only && !done())
            plan_core_first(instance_, target_, outcome_);
        skyline({Order::long_area, Order::size, Order::load});
        stack_peak_first({{Order::begin, Order::size, Fit::best},
                          {Order::lifetime, Order::area, Fit::best},
                          {Order::end, Order::size, Fit::first}});
        all_sequences();
        if (!target_.heuristics_only && !done() && !exhausted())
            search();
        return std::move(outcome_);
    }

private:
    bool done() const {
        const bool have_plan = outcome_.best.height != not_fixed;
        return outcome_.decided(target_) || (have_plan && target_.stop.requested(outcome_.work));
    }
    bool exhausted() const { return outcome_.work >= target_.work_limit; }
    std::uint64_t work_left() const { return target_.work_limit - outcome_.work; }

    void offer(Plan plan) {
        if (plan.height < outcome_.best.height)
            outcome_.best = std::move(plan);
    }

    void by_time() {
        for (const bool backwards : {false, true}) {
            if (done())
                return;
            offer(place_by_time(instance_, backwards));
            outcome_.work += 200 * std::uint64_t{instance_.size()};
        }
    }

    void skyline(std::initializer_list<Order> orders) {
        for (const Order order : orders) {
            if (done() || exhausted())
                return;
            // The plan by time may be poor with them, and this one the first good one.
            const bool first = instance_.has_fixed() || instance_.has_pieces();
            const std::uint64_t limit = outcome_.work + work_left() / (first ? 2 : 8);
            if (auto plan =
                    place_lowest(instance_, ordered(instance_, order), limit, outcome_.work))
                offer(std::move(*plan));
        }
    }

    struct Recipe {
        Order peak, rest;
        Fit fit;
    };

    /// The stack at the fullest section decides the height of many instances.
    void stack_peak_first(std::initializer_list<Recipe> recipes) {
        for (const Recipe& recipe : recipes)
            try_sequence([&] { return ordered_peak_first(instance_, recipe.peak, recipe.rest); },
                         recipe.fit);
    }

    void all_sequences() {
        for (const Order order : all_orders)
            for (const Fit fit : {Fit::best, Fit::first})
                try_sequence([&] { return ordered(instance_, order); }, fit);
    }

    /// Looks at all pairs that overlap in time, unless that would take too much of the work.
    template <class Sequence>
    void try_sequence(Sequence&& sequence, Fit fit) {
        if (done() || outcome_.work + sequence_cost_ > target_.work_limit / 2)
            return;
        if (auto plan = place_in_sequence(instance_, sequence(), fit))
            offer(std::move(*plan));
        outcome_.work += sequence_cost_;
    }

    /// What is small is solved or improved by the exact search, what is large by improvement alone.
    void search() {
        constexpr std::size_t small = 400;
        const bool affordable = ExactPortfolio::affordable(instance_, target_.memory_limit);
        if (!affordable || instance_.size() > small)
            improve(instance_, target_, work_left() / (affordable ? 4 : 2), outcome_);
        if (affordable && !done() && !exhausted())
            exact();
    }

    void exact() {
        ExactPortfolio search(instance_, target_.stop.after(outcome_.work), target_.stream);
        if (target_.enough > outcome_.bound) {
            const Verdict verdict = search.fit(target_.enough, work_left());
            outcome_.refuted = verdict == Verdict::refuted;
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
    const std::uint64_t sequence_cost_;
    Outcome outcome_;
};

} // namespace

Outcome run_portfolio(const Instance& instance, const Target& target) {
    return Portfolio(instance, target).run();
}

} // namespace langone::planner
