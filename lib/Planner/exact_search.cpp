// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search tree: placing, excluding, splitting into components, remembering refuted states.

#include "exact_search.h"

#include "mix.h"

#include <algorithm>
#include <cmath>

namespace langone::planner {

namespace {

bool same_item(const Item& a, const Item& b) {
    return a.span.lower == b.span.lower && a.span.upper == b.span.upper && a.size == b.size &&
           a.alignment == b.alignment && a.fixed == not_fixed && b.fixed == not_fixed;
}

/// For each item the last identical one before it, or itself. Only without pieces.
std::vector<Index> find_twins(const Instance& instance) {
    std::vector<Index> order(instance.size()), twin(instance.size());
    for (Index i = 0; i < instance.size(); ++i)
        order[i] = twin[i] = i;
    if (instance.has_pieces())
        return twin;
    std::sort(order.begin(), order.end(), [&](Index a, Index b) {
        const Item &x = instance[a], &y = instance[b];
        if (x.span.lower != y.span.lower)
            return x.span.lower < y.span.lower;
        if (x.span.upper != y.span.upper)
            return x.span.upper < y.span.upper;
        if (x.size != y.size)
            return x.size < y.size;
        return x.alignment != y.alignment ? x.alignment < y.alignment : a < b;
    });
    for (std::size_t i = 1; i < order.size(); ++i)
        if (same_item(instance[order[i - 1]], instance[order[i]]))
            twin[order[i]] = order[i - 1];
    return twin;
}

} // namespace

std::uint64_t ExactSearch::memory_needed(const Instance& instance) {
    const std::uint64_t n = instance.size();
    return n * n / 2 * sizeof(Row) + n * instance.sections() * sizeof(Bytes);
}

ExactSearch::ExactSearch(const Instance& instance, const Stop& stop)
    : instance_(instance), stop_(stop), twin_(find_twins(instance)), value_(instance.size()),
      frames_(2 * instance.size() + 4), sections_(instance.sections()),
      stacked_(instance.sections()), urgency_(instance.sections()),
      compressed_(instance.sections() + 1), row_of_(instance.size()) {
    std::uint64_t cells = 0;
    for (Index i = 0; i < instance.size(); ++i) {
        has_twins_ |= twin_[i] != i;
        cells += 1 + instance[i].span.upper - instance[i].span.lower;
    }
    descent_work_ = instance.size() * cells;
}

Verdict ExactSearch::run(Bytes capacity, const Strategy& strategy, std::uint64_t work_limit) {
    if (capacity > capacity_)
        refuted_.clear();
    capacity_ = capacity;
    strategy_ = strategy;
    work_end_ = work_ + work_limit;
    rank_values(strategy);
    plan_.offsets.assign(instance_.size(), 0);
    make_root(frames_[0]);
    const Verdict verdict = search(0);
    plan_.height = 0;
    for (Index i = 0; i < instance_.size(); ++i)
        plan_.height = std::max(plan_.height, plan_.offsets[i] + instance_[i].size);
    return verdict;
}

void ExactSearch::make_root(Frame& root) const {
    root.first = 0;
    root.last = instance_.sections();
    root.rows.clear();
    root.remaining.assign(instance_.sections(), 0);
    for (Index i = 0; i < instance_.size(); ++i) {
        const Item& item = instance_[i];
        const bool fixed = item.fixed != not_fixed;
        const Bytes floor = fixed ? item.fixed : 0;
        root.rows.push_back(
            {i, item.span.lower, item.span.upper, fixed, false, item.size, floor, floor});
        instance_.for_each_piece(i, [&](Span piece) {
            for (Index s = piece.lower; s < piece.upper; ++s)
                root.remaining[s] += item.size;
        });
    }
}

void ExactSearch::rank_values(const Strategy& strategy) {
    for (Index i = 0; i < instance_.size(); ++i) {
        const double size = static_cast<double>(instance_[i].size);
        const double length = instance_[i].span.upper - instance_[i].span.lower;
        switch (strategy.value) {
        case ValueRule::size:
            value_[i] = size;
            break;
        case ValueRule::lifetime:
            value_[i] = length;
            break;
        case ValueRule::area:
            value_[i] = size * length;
            break;
        case ValueRule::long_area:
            value_[i] = size * length * length;
            break;
        case ValueRule::large_area:
            value_[i] = size * size * length;
            break;
        case ValueRule::guided:
            value_[i] =
                guide_.empty() ? random_value(strategy.seed, i) : guided_value(strategy.seed, i);
            break;
        case ValueRule::random:
            value_[i] = random_value(strategy.seed, i);
            break;
        }
    }
}

double ExactSearch::guided_value(std::uint64_t seed, Index item) const {
    return -static_cast<double>(guide_[item]) * (0.9 + 0.2 * uniform(seed, item));
}

double ExactSearch::random_value(std::uint64_t seed, Index item) const {
    const double size = static_cast<double>(instance_[item].size);
    const double length = instance_[item].span.upper - instance_[item].span.lower;
    const double size_power = 0.3 + 1.4 * uniform(seed, 0);
    const double length_power = 0.3 + 1.4 * uniform(seed, 1);
    const double noise = 0.5 * uniform(seed, 2) * uniform(seed, 3 + std::uint64_t{item});
    return std::pow(size, size_power) * std::pow(length, length_power) * (1 - noise);
}

Verdict ExactSearch::search(std::size_t depth) {
    Frame& here = frames_[depth];
    if (here.rows.empty())
        return Verdict::solved;
    const StateHash state = hash(here);
    if (refuted_.contains(state))
        return Verdict::refuted;
    if (!propagate(here))
        return Verdict::refuted; // as cheap as looking it up
    auto verdict = search_components(depth);
    if (!verdict)
        verdict = branch(depth);
    if (*verdict == Verdict::refuted)
        refuted_.insert(state);
    return *verdict;
}

/// Places the chosen row, or else excludes it from its floor, until a plan is found or none is
/// left.
Verdict ExactSearch::branch(std::size_t depth) {
    Frame& here = frames_[depth];
    for (;;) {
        auto row = choose(here);
        while (!row) { // propagation was cut short: an excluded row is still at its floor
            if (!propagate(here))
                return Verdict::refuted;
            row = choose(here);
        }
        const Index item = here.rows[*row].item;
        const bool fixed = here.rows[*row].fixed;
        Verdict verdict = Verdict::refuted;
        if (place(here, *row, frames_[depth + 1]))
            verdict = search(depth + 1);
        if (verdict != Verdict::refuted)
            return verdict;
        if (work_ >= work_end_ || cancelled())
            return Verdict::exhausted;
        if (fixed)
            return Verdict::refuted;
        for (Row& other : here.rows)
            if (other.item == item)
                other.excluded = true;
        if (!propagate(here))
            return Verdict::refuted;
    }
}

/// If the rows fall apart into components that share no section, solves each on its own: smallest
/// first, as a refutation of one refutes all.
std::optional<Verdict> ExactSearch::search_components(std::size_t depth) {
    const Frame& here = frames_[depth];
    const Index count = here.last - here.first;
    std::vector<std::int32_t> joined(count + 1), covered(count + 1);
    for (const Row& row : here.rows) {
        ++joined[row.lower + 1 - here.first];
        --joined[row.upper - here.first];
        ++covered[row.lower - here.first];
        --covered[row.upper - here.first];
    }
    std::vector<Span> components;
    std::int32_t joins = 0, covers = 0;
    for (Index s = 0; s < count; ++s) {
        joins += joined[s];
        covers += covered[s];
        if (covers == 0)
            continue;
        if (joins == 0)
            components.push_back({here.first + s, here.first + s + 1});
        else
            components.back().upper = here.first + s + 1;
    }
    if (components.size() < 2)
        return std::nullopt;
    std::sort(components.begin(), components.end(), [](Span a, Span b) {
        const Index x = a.upper - a.lower, y = b.upper - b.lower;
        return x != y ? x < y : a.lower < b.lower;
    });
    for (const Span component : components) {
        Frame& part = frames_[depth + 1];
        part.first = component.lower;
        part.last = component.upper;
        part.remaining.assign(here.remaining.begin() + (component.lower - here.first),
                              here.remaining.begin() + (component.upper - here.first));
        part.rows.clear();
        for (const Row& row : here.rows)
            if (component.lower <= row.lower && row.lower < component.upper)
                part.rows.push_back(row);
        const Verdict verdict = search(depth + 1);
        if (verdict != Verdict::solved)
            return verdict;
    }
    return Verdict::solved;
}

/// Fills `child` with the rows left after placing one at its floor; false if that makes a fixed
/// buffer impossible.
bool ExactSearch::place(const Frame& here, Index index, Frame& child) {
    const Row placed = here.rows[index];
    const Bytes top = placed.floor + placed.size;
    plan_.offsets[placed.item] = placed.floor;
    child.first = here.first;
    child.last = here.last;
    child.remaining = here.remaining;
    for_each_section(placed, here.first, [&](Index s) { child.remaining[s] -= placed.size; });
    child.rows.resize(here.rows.size() - 1);
    Index next = 0;
    for (Index i = 0; i < here.rows.size(); ++i) {
        if (i == index)
            continue;
        Row& row = child.rows[next++] = here.rows[i];
        if (row.floor >= top || !overlap(row, placed))
            continue;
        if (row.fixed)
            return false;
        row.floor = align_up(top, instance_[row.item].alignment);
        row.bound = std::max(row.bound, row.floor);
        row.excluded = false;
    }
    if (!instance_.has_pieces())
        compress(child);
    return true;
}

/// Merges sections that have become alike: with fewer rows there are fewer in which one begins
/// after another has ended. O(rows + sections).
void ExactSearch::compress(Frame& here) {
    constexpr Index begins = 1, ends = 2;
    const Index count = here.last - here.first;
    std::fill_n(compressed_.begin(), count + 1, 0);
    for (const Row& row : here.rows) {
        compressed_[row.lower - here.first] |= begins;
        compressed_[row.upper - here.first] |= ends;
    }
    Index merged = 0;
    bool ended = false;
    for (Index s = 0; s <= count; ++s) {
        const Index events = compressed_[s];
        ended |= (events & ends) != 0;
        const Index end = merged + 1; // of rows that end here
        if ((events & begins) != 0 && ended) {
            ++merged;
            ended = false;
        }
        compressed_[s] = merged | (end == merged ? 0x80000000 : 0);
        if (s == count)
            break;
        if (merged == s)
            continue;
        const bool opens = end == merged;
        here.remaining[merged] =
            opens ? here.remaining[s] : std::max(here.remaining[merged], here.remaining[s]);
    }
    for (Row& row : here.rows) {
        row.lower = compressed_[row.lower - here.first] & 0x7fffffff;
        const Index upper = compressed_[row.upper - here.first];
        row.upper = (upper & 0x80000000) != 0 ? (upper & 0x7fffffff) : upper + 1;
    }
    here.first = 0;
    here.last = merged + 1;
    here.remaining.resize(here.last);
}

/// Identifies what is left to do: which buffers, above which floors. Two sums of 64 bits, of words
/// that depend on item and floor in different ways, make a collision less likely than a failure of
/// the machine.
StateHash ExactSearch::hash(const Frame& here) const {
    StateHash result;
    for (const Row& row : here.rows) {
        result.first += mix(mix(row.floor) + row.item);
        result.second += mix(mix(row.item ^ 0x5851f42d4c957f2d) + row.floor);
    }
    return result;
}

} // namespace langone::planner
