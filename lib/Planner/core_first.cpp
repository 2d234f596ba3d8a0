// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "core_first.h"

#include "exact.h"

#include <algorithm>
#include <functional>

namespace langone::planner {

namespace {

/// Of the work limit, what one core may use up.
constexpr std::uint64_t core_share = 12;

/// An instance of so few items is no harder than its core: the exact search takes the whole.
constexpr std::size_t small = 400;

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

/// Sets of items that are live where the load is high, each given by a threshold on the load.
class Cores {
public:
    explicit Cores(const Instance& instance)
        : instance_(instance), highest_(highest_loads(instance)) {
        for (Index i = 0; i < instance.size(); ++i) {
            if (instance[i].fixed != not_fixed)
                ++fixed_; // part of every core
            else
                joins_.push_back(highest_[i]);
        }
        std::sort(joins_.begin(), joins_.end(), std::greater<>());
    }

    /// The largest such set of at most `limit` items, ascending; empty if there is none.
    std::vector<Index> largest_within(std::size_t limit) const {
        if (fixed_ > limit)
            return {};
        std::size_t count = std::min(limit - fixed_, joins_.size());
        while (count > 0 && count < joins_.size() && joins_[count - 1] == joins_[count])
            --count; // whoever joins at the same threshold joins together
        std::vector<Index> items;
        for (Index i = 0; count > 0 && i < instance_.size(); ++i)
            if (instance_[i].fixed != not_fixed || highest_[i] >= joins_[count - 1])
                items.push_back(i);
        return items;
    }

private:
    const Instance& instance_;
    std::vector<Bytes> highest_; // per item: the threshold at which it joins
    std::vector<Bytes> joins_;   // the same for items that are not fixed, falling
    std::size_t fixed_ = 0;
};

class CoreFirst {
public:
    CoreFirst(const Instance& instance, const Target& target, Outcome& outcome)
        : instance_(instance), target_(target), outcome_(outcome),
          completion_cost_(sequence_cost(instance)) {}

    void run() {
        if (instance_.size() <= small || completion_cost_ > target_.work_limit / 4)
            return;
        const Cores cores(instance_);
        std::size_t last = 0;
        for (std::size_t limit = 64; last < instance_.size() && !done(); limit += limit / 2) {
            const std::vector<Index> items = cores.largest_within(limit);
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
        return outcome_.decided(target_) || outcome_.work >= target_.work_limit ||
               target_.stop.requested(outcome_.work);
    }

    /// Plans the core within the bound if possible; a refutation raises the bound.
    void plan(const Instance& core, const std::vector<Index>& items) {
        ExactPortfolio search(core, target_.stop.after(outcome_.work), target_.stream);
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

void plan_core_first(const Instance& instance, const Target& target, Outcome& outcome) {
    CoreFirst(instance, target, outcome).run();
}

} // namespace langone::planner
