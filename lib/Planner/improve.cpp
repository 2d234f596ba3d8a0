// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "improve.h"

#include "mix.h"

#include <algorithm>
#include <cmath>

namespace langone::planner {

namespace {

class Improvement {
public:
    Improvement(const Instance& instance, const Target& target, Outcome& outcome)
        : instance_(instance), target_(target), outcome_(outcome), cost_(sequence_cost(instance)),
          key_(instance.size()) {}

    void run(std::uint64_t work_share) {
        constexpr std::uint64_t most_rejected = 30;
        const std::uint64_t work_end = std::min(target_.work_limit, outcome_.work + work_share);
        const std::uint64_t first_seed = std::uint64_t{target_.stream} << 32;
        Plan current = outcome_.best;
        std::uint64_t rejected = 0;
        for (std::uint64_t step = 0; outcome_.work + cost_ <= work_end && !done(); ++step) {
            const std::uint64_t seed = first_seed + step;
            if (step % 2 == 0)
                rank_by_offset(current, seed);
            else
                rank_by_powers(seed);
            auto next =
                place_in_sequence(instance_, sequence(), step % 6 < 4 ? Fit::first : Fit::best);
            outcome_.work += cost_;
            if (next && next->height <= current.height) { // equals, too: they lead elsewhere
                current = std::move(*next);
                rejected = 0;
            } else if (++rejected == most_rejected) {
                current = outcome_.best;
                rejected = 0;
            }
            if (current.height < outcome_.best.height)
                outcome_.best = current;
        }
    }

private:
    bool done() const { return outcome_.decided(target_) || target_.stop.requested(outcome_.work); }

    /// What ends above a goal between the best plan and the bound goes anywhere before its place.
    void rank_by_offset(const Plan& plan, std::uint64_t seed) {
        constexpr std::uint64_t of_goal = ~std::uint64_t{0}, of_noise = of_goal - 1;
        constexpr std::uint64_t of_place = std::uint64_t{1} << 32;
        const Bytes lowest = std::min(plan.height, std::max(outcome_.bound, target_.enough));
        const auto height = static_cast<double>(plan.height);
        const double goal = height - static_cast<double>(plan.height - lowest) *
                                         (0.05 + 0.5 * uniform(seed, of_goal));
        const double noise = 0.02 * uniform(seed, of_noise);
        for (Index i = 0; i < instance_.size(); ++i) {
            const auto offset = static_cast<double>(plan.offsets[i]);
            key_[i] = offset * (1 + noise * uniform(seed, i));
            if (offset + static_cast<double>(instance_[i].size) > goal)
                key_[i] *= uniform(seed, of_place + i);
        }
    }

    void rank_by_powers(std::uint64_t seed) {
        const double size_power = 2 * uniform(seed, 0), length_power = 3 * uniform(seed, 1);
        for (Index i = 0; i < instance_.size(); ++i) {
            const Item& item = instance_[i];
            key_[i] = -std::pow(static_cast<double>(item.size), size_power) *
                      std::pow(item.span.upper - item.span.lower, length_power);
        }
    }

    /// Smallest key first, equals in the order of time.
    std::vector<Index> sequence() const {
        std::vector<Index> order = instance_.all();
        std::sort(order.begin(), order.end(), [&](Index a, Index b) {
            if (key_[a] != key_[b])
                return key_[a] < key_[b];
            const Index x = instance_[a].span.lower, y = instance_[b].span.lower;
            return x != y ? x < y : a < b;
        });
        return order;
    }

    const Instance& instance_;
    const Target& target_;
    Outcome& outcome_;
    const std::uint64_t cost_;
    std::vector<double> key_;
};

} // namespace

void improve(const Instance& instance, const Target& target, std::uint64_t work_share,
             Outcome& outcome) {
    Improvement(instance, target, outcome).run(work_share);
}

} // namespace langone::planner
