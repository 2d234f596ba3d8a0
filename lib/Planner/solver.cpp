// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From problem to result: rejects what is malformed, answers what needs no search, splits into
// independent components, and says what the answers of the portfolio prove together.

#include "langone/Planner/solver.h"

#include "certain.h"
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
        for (Index i = 0; i < whole.size(); ++i)
            if (whole[i].fixed != not_fixed && whole[i].fixed + whole[i].size > capacity())
                return infeasible(buffers_of(whole, {i}));
        if (const auto conflict = fixed_conflict(whole); !conflict.empty())
            return infeasible(buffers_of(whole, conflict));
        if (result_.bound > capacity())
            return infeasible(load_core(whole));
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

    Bytes capacity() const { return problem_.capacity.value_or(max_height); }

    /// Of the buffers that make up the load, the largest that already pass the capacity.
    std::vector<std::size_t> load_core(const Instance& whole) const {
        std::vector<std::size_t> buffers = result_.load.buffers;
        std::sort(buffers.begin(), buffers.end(), [&](std::size_t a, std::size_t b) {
            const Bytes x = problem_.buffers[a].size, y = problem_.buffers[b].size;
            return x != y ? x > y : a < b;
        });
        Bytes sum = 0;
        std::size_t count = 0;
        while (count < buffers.size() && sum <= capacity())
            sum += problem_.buffers[buffers[count++]].size;
        buffers.resize(count);
        std::sort(buffers.begin(), buffers.end());
        if (whole.largest_alignment() == 1 && !whole.has_fixed())
            return buffers; // none can be left out: the rest would stack within the capacity
        std::vector<Index> items;
        for (Index i = 0; i < whole.size(); ++i)
            if (std::binary_search(buffers.begin(), buffers.end(), whole.buffer_of(i)))
                items.push_back(i);
        return items.empty() ? buffers : buffers_of(whole, small_core(whole, items));
    }

    /// Plans one component. If it cannot be planned within the capacity: the items that say why.
    std::optional<std::vector<Index>> plan(const Instance& part) {
        if (part.largest_alignment() > 1) {
            PaddedLoad load = padded_load(part);
            result_.bound = std::max(result_.bound, load.bytes);
            if (load.bytes > capacity())
                return std::move(load.items);
        }
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
        return shrink_core(part, core, capacity(), work_limit(options_.effort) / work_share);
    }

    Target target_for(Bytes bound) const {
        Target target;
        target.bound = bound;
        target.capacity = capacity();
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
        if (result_.solution.height > capacity()) {
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
