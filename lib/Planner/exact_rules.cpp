// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the exact search infers at one node, and how it chooses where to branch. A section is seen
// as a machine and a buffer as a task that needs several machines at once, as in disjunctive
// scheduling (Carlier and Pinson 1989): offsets are start times, the capacity is the deadline.

#include "exact_search.h"

#include <algorithm>
#include <limits>

namespace langone::planner {

namespace {

constexpr Bytes infinite = std::numeric_limits<Bytes>::max() / 2;

/// Rounds of inference at one node; later ones rarely find anything, and stopping early is sound.
constexpr int most_rounds = 6;

} // namespace

bool ExactSearch::overlap(const Row& a, const Row& b) const {
    return a.lower < b.upper && b.lower < a.upper &&
           (!instance_.has_pieces() || instance_.overlap_in_time(a.item, b.item));
}

/// Raises a row's bound to an aligned offset of at least `bound`; true if that changed it.
bool ExactSearch::raise(Row& row, Bytes bound) const {
    if (bound <= row.bound)
        return false;
    row.bound = align_up(bound, instance_[row.item].alignment);
    return true;
}

/// Tightens all bounds; false if some buffer cannot be placed any more.
bool ExactSearch::propagate(Frame& here) {
    bool changed = true;
    for (int round = 0; changed && round < most_rounds; ++round) {
        changed = false;
        if (!sweep(here) || !raise_excluded(here, changed))
            return false;
        if (has_twins_)
            raise_twins(here, changed);
        if (instance_.has_fixed())
            raise_above_fixed(here, changed);
        raise_above_single_options(here, changed);
    }
    return true;
}

/// Fills `sections_` in one pass over the rows from the highest bound down. In each section, rows
/// with at least some bound have to be stacked above it (Jackson's preemptive bound without tails):
/// false if such a stack passes the capacity.
bool ExactSearch::sweep(Frame& here) {
    auto& rows = here.rows;
    for (std::size_t i = 1; i < rows.size(); ++i) { // nearly sorted already
        if (rows[i].bound <= rows[i - 1].bound)
            continue;
        const Row row = rows[i];
        std::size_t j = i;
        for (; j > 0 && rows[j - 1].bound < row.bound; --j)
            rows[j] = rows[j - 1];
        rows[j] = row;
    }
    const Index count = here.last - here.first;
    for (Index s = 0; s < count; ++s)
        sections_[s] = {0, infinite, infinite, capacity_ - here.remaining[s], 0, 0};
    work_ += count;
    for (Index i = 0; i < rows.size(); ++i) {
        const Bytes size = rows[i].size, bound = rows[i].bound;
        Bytes highest = 0;
        for_each_section(rows[i], here.first, [&](Index s) {
            Section& section = sections_[s];
            section.stacked += size;
            highest = std::max(highest, section.stacked);
            section.second = section.lowest;
            section.lowest = bound;
            section.next = i;
            section.options += bound <= section.latest;
        });
        work_ += rows[i].upper - rows[i].lower + 1;
        if (bound + highest <= capacity_)
            continue;
        for_each_section(rows[i], here.first, [&](Index s) {
            failures_[s + here.first] += sections_[s].stacked == highest;
        });
        return false;
    }
    return true;
}

/// An excluded row lies upon a buffer that is not placed yet, as any other plan can be lowered.
/// False if nothing can support it, or if it could be lowered to its floor, which is refuted.
bool ExactSearch::raise_excluded(Frame& here, bool& changed) {
    for (Index i = 0; i < here.rows.size(); ++i) {
        Row& row = here.rows[i];
        if (!row.excluded)
            continue;
        Bytes others = infinite;
        for_each_section(row, here.first, [&](Index s) {
            others = std::min(others,
                              sections_[s].next == i ? sections_[s].second : sections_[s].lowest);
        });
        if (others >= row.floor + row.size)
            return false;
        Bytes support = infinite;
        for (Index j = static_cast<Index>(here.rows.size()); j-- > 0 && support > row.bound;)
            if (j != i && overlap(here.rows[j], row))
                support = std::min(support, here.rows[j].bound + here.rows[j].size);
        work_ += here.rows.size() / 4;
        changed |= raise(row, support);
    }
    return true;
}

/// Identical buffers lie in the order of their indices.
void ExactSearch::raise_twins(Frame& here, bool& changed) {
    for (Index i = 0; i < here.rows.size(); ++i)
        row_of_[here.rows[i].item] = i;
    for (Row& row : here.rows) {
        const Index twin = twin_[row.item];
        const Index index = row_of_[twin];
        if (twin == row.item || index >= here.rows.size() || here.rows[index].item != twin)
            continue; // placed already: row_of_ is stale
        changed |= raise(row, here.rows[index].bound + row.size);
    }
}

/// What can lie neither below a fixed buffer nor beside it lies above.
void ExactSearch::raise_above_fixed(Frame& here, bool& changed) {
    for (const Row& fixed : here.rows) {
        if (!fixed.fixed)
            continue;
        const Bytes end = fixed.floor + fixed.size;
        for (Row& row : here.rows)
            if (!row.fixed && row.bound < end && row.bound + row.size > fixed.floor &&
                overlap(row, fixed))
                changed |= raise(row, end);
        work_ += here.rows.size();
    }
}

/// Where one row alone can be a section's next, all others there lie above it.
void ExactSearch::raise_above_single_options(Frame& here, bool& changed) {
    const Index count = here.last - here.first;
    for (Index s = 0; s < count; ++s) {
        const Section& section = sections_[s];
        if (section.options != 1)
            continue;
        const Row next = here.rows[section.next];
        const Bytes end = next.bound + next.size;
        if (section.second >= end)
            continue;
        const Index at = s + here.first;
        work_ += here.rows.size();
        for (Row& row : here.rows) {
            if (row.bound >= end || row.fixed || row.item == next.item || at < row.lower ||
                at >= row.upper)
                continue;
            if (!instance_.has_pieces() || instance_.live_at(row.item, at))
                changed |= raise(row, end);
        }
    }
}

/// Lower is more urgent.
double ExactSearch::urgency(const Section& section, Index index) const {
    const double slack = static_cast<double>(section.latest - section.lowest);
    switch (strategy_.section) {
    case SectionRule::fewest_then_tightest:
        return section.options * 0x1p62 + slack;
    case SectionRule::fewest_then_lowest:
        return section.options * 0x1p62 + static_cast<double>(section.lowest);
    case SectionRule::lowest:
        return static_cast<double>(section.lowest);
    case SectionRule::least_slack:
        return section.options == 1 ? -1 : slack / failures_[index];
    }
    return 0;
}

/// The row to place or exclude next: one that can be next in the most urgent section, of which it
/// is certain that nothing not yet placed fits below. Nothing only if propagation was cut short.
std::optional<Index> ExactSearch::choose(const Frame& here) {
    const Index count = here.last - here.first;
    for (Index s = 0; s < count; ++s)
        urgency_[s] = here.remaining[s] > 0 ? urgency(sections_[s], s + here.first) : 0;
    std::optional<Index> best;
    double best_urgency = 0, best_value = 0;
    for (Index i = 0; i < here.rows.size(); ++i) {
        const Row& row = here.rows[i];
        if (row.excluded || row.bound != row.floor)
            continue;
        double urgency = std::numeric_limits<double>::max();
        for_each_section(row, here.first, [&](Index s) {
            if (row.bound <= sections_[s].latest)
                urgency = std::min(urgency, urgency_[s]);
        });
        const double value = value_[row.item];
        if (best) {
            if (urgency > best_urgency)
                continue;
            if (urgency == best_urgency && value < best_value)
                continue;
            if (urgency == best_urgency && value == best_value && row.item > here.rows[*best].item)
                continue;
        }
        if (!nothing_fits_below(here, i))
            continue;
        best = i;
        best_urgency = urgency;
        best_value = value;
    }
    return best;
}

bool ExactSearch::nothing_fits_below(const Frame& here, Index index) const {
    const Row& row = here.rows[index];
    for (Index i = 0; i < here.rows.size(); ++i)
        if (i != index && here.rows[i].bound + here.rows[i].size <= row.bound &&
            overlap(here.rows[i], row))
            return false;
    return true;
}

} // namespace langone::planner
