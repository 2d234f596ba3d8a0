// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From problem to result: rejects what is malformed, answers what needs no search, splits into
// independent components, and says what the answers of the portfolio prove together.

#include "langone/Planner/solver.h"

#include "race.h"
#include "shrink_core.h"

#include <algorithm>

namespace langone::planner {

namespace {

/// Bytes that the exact search may allocate.
constexpr std::uint64_t exact_memory = 160'000'000;

/// Units of about a nanosecond.
std::uint64_t work_limit(Effort effort) {
    switch (effort) {
    case Effort::quick:
        return 100'000'000;
    case Effort::standard:
        return 4'000'000'000;
    case Effort::thorough:
        return 100'000'000'000;
    }
    return 0;
}

/// Two fixed items that overlap, if any.
std::vector<Index> fixed_conflict(const Instance& instance) {
    std::vector<Index> fixed;
    for (Index i = 0; i < instance.size(); ++i)
        if (instance[i].fixed != not_fixed)
            fixed.push_back(i);
    std::sort(fixed.begin(), fixed.end(), [&](Index a, Index b) {
        return instance[a].fixed != instance[b].fixed ? instance[a].fixed < instance[b].fixed
                                                      : a < b;
    });
    for (std::size_t a = 0; a < fixed.size(); ++a) {
        const Bytes end = instance[fixed[a]].fixed + instance[fixed[a]].size;
        for (std::size_t b = a + 1; b < fixed.size() && instance[fixed[b]].fixed < end; ++b)
            if (instance.overlap_in_time(fixed[a], fixed[b]))
                return {fixed[a], fixed[b]};
    }
    return {};
}

std::vector<std::size_t> buffers_of(const Instance& instance, const std::vector<Index>& items) {
    std::vector<std::size_t> buffers;
    for (const Index item : items)
        buffers.push_back(instance.buffer_of(item));
    std::sort(buffers.begin(), buffers.end());
    return buffers;
}

/// The largest load first: it is likely to decide the height of all.
std::vector<Instance> split(const Instance& whole) {
    std::vector<Instance> parts;
    for (const auto& items : whole.components())
        parts.emplace_back(whole, items);
    std::vector<std::pair<Bytes, std::size_t>> order;
    for (std::size_t i = 0; i < parts.size(); ++i)
        order.emplace_back(max_height - largest_load(parts[i]), i);
    std::sort(order.begin(), order.end());
    std::vector<Instance> result;
    for (const auto& [rank, i] : order)
        result.push_back(std::move(parts[i]));
    return result;
}

class Solver {
public:
    Solver(const Problem& problem, const Options& options) : problem_(problem), options_(options) {}

    Result run() {
        result_.error = check(problem_);
        if (result_.error)
            return std::move(result_);
        result_.load = lower_bound(problem_);
        result_.bound = result_.load.bytes;
        const Instance whole(problem_);
        if (problem_.capacity && result_.bound > *problem_.capacity)
            return infeasible(result_.load.buffers);
        if (const auto conflict = fixed_conflict(whole); !conflict.empty())
            return infeasible(buffers_of(whole, conflict));
        result_.solution.offsets.assign(problem_.buffers.size(), 0);
        for (std::size_t i = 0; i < problem_.buffers.size(); ++i)
            result_.solution.offsets[i] = problem_.buffers[i].fixed_offset.value_or(0);
        for (const Instance& part : split(whole))
            if (const auto core = plan(part))
                return infeasible(buffers_of(part, small_core(part, *core)));
        return conclude();
    }

private:
    Result infeasible(std::vector<std::size_t> core) {
        result_.status = Status::infeasible;
        result_.solution = {};
        result_.core = std::move(core);
        return std::move(result_);
    }

    /// Plans one component. If it cannot be planned within the capacity: the items that say why.
    std::optional<std::vector<Index>> plan(const Instance& part) {
        const Target target = target_for(result_.bound);
        Outcome outcome = run_race(part, target, options_.threads);
        result_.work += outcome.work;
        result_.bound = std::max(result_.bound, outcome.bound);
        if (outcome.refuted)
            return outcome.core.empty() ? part.all() : outcome.core;
        height_ = std::max(height_, outcome.best.height);
        for (Index i = 0; i < part.size() && !outcome.best.offsets.empty(); ++i)
            result_.solution.offsets[part.buffer_of(i)] = outcome.best.offsets[i];
        return std::nullopt;
    }

    /// The same answer in fewer words, where that is cheap.
    std::vector<Index> small_core(const Instance& part, const std::vector<Index>& core) const {
        constexpr std::size_t most_items = 1000;
        constexpr std::uint64_t work_share = 10;
        const bool cancelled = options_.cancel && options_.cancel->load();
        if (core.size() > most_items || cancelled)
            return core;
        return shrink_core(part, core, problem_.capacity.value_or(max_height),
                           work_limit(options_.effort) / work_share);
    }

    Target target_for(Bytes bound) const {
        Target target;
        target.bound = bound;
        target.capacity = problem_.capacity.value_or(max_height);
        target.enough =
            options_.objective == Objective::fit && problem_.capacity ? target.capacity : bound;
        const std::uint64_t limit = work_limit(options_.effort);
        target.work_limit = limit - std::min(limit, result_.work);
        target.stop.cancel = options_.cancel;
        target.memory_limit = exact_memory;
        target.heuristics_only = options_.effort == Effort::quick;
        return target;
    }

    Result conclude() {
        // A buffer without size may be fixed above all others, and is then the bound.
        result_.solution.height = std::max(height_, result_.load.bytes);
        if (result_.solution.height > problem_.capacity.value_or(max_height)) {
            result_.solution = {};
            result_.status = Status::undecided;
            return std::move(result_);
        }
        result_.gap = result_.solution.height - std::min(result_.bound, result_.solution.height);
        result_.bound = result_.solution.height - result_.gap;
        result_.status = result_.gap == 0 ? Status::optimal : Status::feasible;
        return std::move(result_);
    }

    const Problem& problem_;
    const Options& options_;
    Result result_;
    Bytes height_ = 0;
};

} // namespace

std::string_view to_string(Status status) {
    switch (status) {
    case Status::optimal:
        return "optimal";
    case Status::feasible:
        return "feasible";
    case Status::infeasible:
        return "infeasible";
    case Status::undecided:
        return "undecided";
    }
    return "undecided";
}

Result solve(const Problem& problem, const Options& options) {
    return Solver(problem, options).run();
}

} // namespace langone::planner
