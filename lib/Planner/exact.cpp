// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Restarts over strategies (Gomes, Selman and Kautz 1998: such searches have heavy tails, so many
// short runs beat one long one), and the hunt for the smallest capacity.

#include "exact.h"

#include <algorithm>
#include <numeric>

namespace langone::planner {

namespace {

using S = SectionRule;
using V = ValueRule;

/// In the order in which they are worth trying; chosen to differ, so that one of them is quick.
constexpr Strategy strategies[] = {
    {S::fewest_then_tightest, V::area},      {S::lowest, V::area},
    {S::fewest_then_tightest, V::lifetime},  {S::fewest_then_lowest, V::area},
    {S::fewest_then_tightest, V::long_area}, {S::lowest, V::large_area},
    {S::fewest_then_lowest, V::large_area},  {S::fewest_then_tightest, V::size},
    {S::fewest_then_lowest, V::lifetime},    {S::least_slack, V::area},
    {S::fewest_then_lowest, V::long_area},   {S::lowest, V::lifetime},
};
constexpr std::uint64_t strategy_count = std::size(strategies);

/// The listed strategies, then random ones.
Strategy strategy_at(std::uint64_t number) {
    if (number < strategy_count)
        return strategies[number];
    constexpr SectionRule rules[] = {S::fewest_then_tightest, S::fewest_then_lowest};
    return {rules[number % 2], number % 4 < 2 ? V::random : V::guided, number};
}

/// Work of one run in the given round, in descents: few for lucky ones, then enough to repair some
/// early mistakes, then slowly more, so that the search stays complete.
std::uint64_t descents(unsigned round) {
    constexpr std::uint64_t first[] = {3, 8, 24, 24, 24};
    if (round < std::size(first))
        return first[round];
    const unsigned doublings = std::min((round - static_cast<unsigned>(std::size(first))) / 2, 40u);
    return std::uint64_t{32} << doublings;
}

} // namespace

Bytes height_unit(const Instance& instance) {
    Bytes unit = 0;
    for (const Item& item : instance.items()) {
        unit = std::gcd(unit, item.size);
        if (item.fixed != not_fixed)
            unit = std::gcd(unit, item.fixed);
    }
    unit = std::max<Bytes>(unit, 1);
    for (const Item& item : instance.items())
        if (unit % item.alignment != 0)
            unit = std::gcd(unit, item.alignment);
    return unit;
}

ExactPortfolio::ExactPortfolio(const Instance& instance, const Stop& stop, unsigned stream)
    : search_(instance, stop), unit_(height_unit(instance)),
      first_strategy_(std::uint64_t{stream} << 32), next_strategy_(first_strategy_) {}

bool ExactPortfolio::affordable(const Instance& instance, std::uint64_t memory) {
    return ExactSearch::memory_needed(instance) <= memory;
}

Verdict ExactPortfolio::attempt(Bytes capacity, unsigned runs, std::uint64_t slice,
                                std::uint64_t work_end) {
    for (unsigned run = 0; run < runs && !spent(work_end); ++run) {
        const std::uint64_t limit = std::min(slice, work_end - search_.work());
        const Verdict verdict = search_.run(capacity, strategy_at(next_strategy_++), limit);
        if (verdict != Verdict::exhausted)
            return verdict;
    }
    return Verdict::exhausted;
}

Verdict ExactPortfolio::fit(Bytes capacity, std::uint64_t work_limit) {
    const std::uint64_t work_end = search_.work() + work_limit;
    for (unsigned round = 0; !spent(work_end); ++round) {
        if (round <= 1)
            next_strategy_ = first_strategy_; // the listed ones twice
        const std::uint64_t slice = descents(round) * search_.descent_work();
        const Verdict verdict = attempt(capacity, strategy_count, slice, work_end);
        if (verdict != Verdict::exhausted)
            return verdict;
    }
    return Verdict::exhausted;
}

void ExactPortfolio::minimize(Plan& best, Bytes& bound, std::uint64_t work_limit) {
    // The bound itself first: where it can be reached, it is mostly reached at once. Then ever
    // closer to the best plan.
    constexpr unsigned last_step = 4, runs = 8;
    const std::uint64_t work_end = search_.work() + work_limit;
    if (!best.offsets.empty())
        search_.guide_by(best);
    for (unsigned round = 0; !spent(work_end); ++round) {
        const std::uint64_t slice = descents(round) * search_.descent_work();
        for (unsigned step = 0; step <= last_step; ++step) {
            // What early rounds did not reach at the far end is tried again ever more rarely.
            if (round >= 2 && step < 2 && round % (step == 0 ? 4 : 2) != 0)
                continue;
            Verdict verdict = Verdict::solved;
            while (verdict != Verdict::exhausted) {
                if (bound >= best.height)
                    return;
                const Bytes lowest = bound / unit_ * unit_;
                const Bytes range = best.height - unit_ - lowest;
                const Bytes above = step == 0 ? 0 : range - (range >> step);
                const Bytes capacity = lowest + above / unit_ * unit_;
                verdict = attempt(capacity, step == 0 ? strategy_count : runs, slice, work_end);
                if (verdict == Verdict::solved) {
                    best = search_.plan();
                    search_.guide_by(best);
                }
                if (verdict == Verdict::refuted)
                    bound = capacity + unit_;
            }
        }
    }
}

} // namespace langone::planner
