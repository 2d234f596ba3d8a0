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
    {S::fewest_then_tightest, V::area},
    {S::lowest, V::area},
    {S::fewest_then_tightest, V::lifetime},
    {S::fewest_then_lowest, V::large_area},
    {S::fewest_then_tightest, V::long_area},
    {S::lowest, V::large_area},
    {S::least_slack, V::area},
    {S::fewest_then_tightest, V::size},
    {S::fewest_then_lowest, V::random_area},
    {S::fewest_then_lowest, V::lifetime},
    {S::fewest_then_tightest, V::random_area},
    {S::lowest, V::random_area},
};

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

ExactPortfolio::ExactPortfolio(const Instance& instance)
    : search_(instance), unit_(height_unit(instance)), first_slice_(4 * search_.descent_work()) {}

bool ExactPortfolio::affordable(const Instance& instance, std::uint64_t memory) {
    return ExactSearch::memory_needed(instance) <= memory;
}

Verdict ExactPortfolio::try_all(Bytes capacity, std::uint64_t slice, std::uint64_t work_end) {
    for (Strategy strategy : strategies) {
        if (search_.work() >= work_end)
            break;
        strategy.seed = seed_++;
        const std::uint64_t limit = std::min(slice, work_end - search_.work());
        const Verdict verdict = search_.run(capacity, strategy, limit);
        if (verdict != Verdict::exhausted)
            return verdict;
    }
    return Verdict::exhausted;
}

Verdict ExactPortfolio::fit(Bytes capacity, std::uint64_t work_limit) {
    const std::uint64_t work_end = search_.work() + work_limit;
    for (std::uint64_t slice = first_slice_; search_.work() < work_end; slice *= 2) {
        const Verdict verdict = try_all(capacity, slice, work_end);
        if (verdict != Verdict::exhausted)
            return verdict;
    }
    return Verdict::exhausted;
}

void ExactPortfolio::minimize(Plan& best, Bytes& bound, std::uint64_t work_limit) {
    const std::uint64_t work_end = search_.work() + work_limit;
    for (std::uint64_t slice = first_slice_; search_.work() < work_end; slice *= 2) {
        // The bound itself first: where it can be reached, it is mostly reached at once. Then ever
        // closer to the best plan.
        for (unsigned step = 0; step < 6 && bound < best.height; ++step) {
            const Bytes lowest = bound / unit_ * unit_;
            const Bytes range = best.height - unit_ - lowest;
            const Bytes above = step == 0 ? 0 : range - (range >> step);
            const Bytes capacity = lowest + above / unit_ * unit_;
            const Verdict verdict = try_all(capacity, slice, work_end);
            if (verdict == Verdict::solved) {
                best = search_.plan();
                step = 0;
            } else if (verdict == Verdict::refuted) {
                bound = capacity + unit_;
                step = step == 0 ? ~0u : step - 1; // the same fraction of what is left
            }
        }
        if (bound >= best.height)
            return;
    }
}

} // namespace langone::planner
