// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "core_first.h"

#include "exact.h"

#include <algorithm>
#include <functional>

namespace langone::planner {

namespace {

/// Of the work limit, what one core may use up.
constexpr std::uint64_t core_share = 12;

/// Orders that complete a core well, best first.
struct Completion {
    Order order;
    Fit fit;
};
constexpr Completion completions[] = {
    {Order::size, Fit::first},     {Order::area, Fit::best},       {Order::lifetime, Fit::first},
    {Order::long_area, Fit::best}, {Order::long_area, Fit::first}, {Order::lifetime, Fit::best},
    {Order::size, Fit::best},      {Order::begin, Fit::first},
};

class CoreFirst {
public:
    CoreFirst(const Instance& instance, const Target& target, Outcome& outcome)
        : instance_(instance), target_(target), outcome_(outcome),
          completion_cost_(40 * (instance.size() + overlapping_pairs(instance))) {}

    void run() {
        std::size_t last = 0;
        for (std::size_t limit = 64; last < instance_.size() && !done(); limit += limit / 2) {
            const std::vector<Index> items = core_items(instance_, limit);
            if (items.size() <= last)
                continue; // the same core, or none as small as this
            last = items.size();
            const Instance core(instance_, items);
            if (!ExactPortfolio::affordable(core, target_.memory_limit))
                return;
            if (last < instance_.size()) // the whole is the exact portfolio's own task
                plan(core, items);
        }
    }

private:
    bool done() const {
        return outcome_.refuted || outcome_.work >= target_.work_limit ||
               outcome_.best.height <= std::max(target_.enough, outcome_.bound);
    }

    /// Plans the core within the bound if possible; a refutation raises the bound.
    void plan(const Instance& core, const std::vector<Index>& items) {
        ExactPortfolio search(core);
        const Bytes unit = height_unit(core);
        const std::uint64_t share = target_.work_limit / core_share;
        Verdict verdict = Verdict::refuted;
        while (verdict == Verdict::refuted && search.work() < share) {
            const Bytes capacity = std::max(outcome_.bound, target_.enough);
            verdict = search.fit(capacity, share - search.work());
            if (verdict != Verdict::refuted)
                break;
            outcome_.bound = std::max(outcome_.bound, capacity / unit * unit + unit);
            if (outcome_.bound > target_.capacity) {
                outcome_.refuted = true;
                outcome_.core = items;
                break;
            }
            if (done())
                break;
        }
        outcome_.work += search.work();
        if (verdict == Verdict::solved)
            complete(items, search.plan());
    }

    void complete(const std::vector<Index>& items, const Plan& plan) {
        Instance pinned = instance_;
        for (std::size_t i = 0; i < items.size(); ++i)
            pinned.pin(items[i], plan.offsets[i]);
        for (const Completion& completion : completions) {
            if (done() || outcome_.work + completion_cost_ > target_.work_limit)
                return;
            auto whole =
                place_in_sequence(pinned, ordered(pinned, completion.order), completion.fit);
            outcome_.work += completion_cost_;
            if (whole && whole->height < outcome_.best.height)
                outcome_.best = std::move(*whole);
        }
    }

    const Instance& instance_;
    const Target& target_;
    Outcome& outcome_;
    const std::uint64_t completion_cost_;
};

} // namespace

std::vector<Index> core_items(const Instance& instance, std::size_t limit) {
    // An item joins the core when the threshold falls to the highest load in its lifetime.
    const std::vector<Bytes> highest = highest_loads(instance);
    std::vector<Bytes> joins;
    std::size_t fixed = 0;
    for (Index i = 0; i < instance.size(); ++i) {
        if (instance[i].fixed != not_fixed)
            ++fixed;
        else
            joins.push_back(highest[i]);
    }
    if (fixed > limit)
        return {};
    std::sort(joins.begin(), joins.end(), std::greater<>());
    std::size_t count = std::min(limit - fixed, joins.size());
    while (count > 0 && count < joins.size() && joins[count - 1] == joins[count])
        --count; // whoever joins at the same threshold joins together
    if (count == 0)
        return {};
    std::vector<Index> items;
    for (Index i = 0; i < instance.size(); ++i)
        if (instance[i].fixed != not_fixed || highest[i] >= joins[count - 1])
            items.push_back(i);
    return items;
}

void plan_core_first(const Instance& instance, const Target& target, Outcome& outcome) {
    CoreFirst(instance, target, outcome).run();
}

} // namespace langone::planner
