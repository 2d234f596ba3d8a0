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

/// Stacks the rows from the highest bound down: in each section, those with at least some bound lie
/// above it, one on top of the other (Jackson's preemptive bound without tails). False if such a
/// stack passes the capacity.
bool ExactSearch::sweep(Frame& here) {
    sort_rows(here);
    std::fill_n(stacked_.begin(), here.last - here.first, 0);
    work_ += here.last - here.first;
    Bytes* const stacked = stacked_.data();
    for (const Row& row : here.rows) {
        if (row.bound > capacity_)
            return false;
        // Heights are below 2^63: the highest bit of a difference says whether it is negative. That
        // vectorises everywhere, a maximum of 64 bits does not. Locals, as stores may alias
        // members.
        const Bytes size = row.size, limit = capacity_ - row.bound;
        Bytes differences = 0;
        for_each_section(row, here.first, [&](Index s) {
            const Bytes top = stacked[s] + size;
            stacked[s] = top;
            differences |= limit - top;
        });
        work_ += row.upper - row.lower + 1;
        if (differences >> 63 != 0)
            return false;
    }
    find_next(here);
    return true;
}

/// Highest bound first. They are nearly sorted already.
void ExactSearch::sort_rows(Frame& here) {
    auto& rows = here.rows;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i].bound <= rows[i - 1].bound)
            continue;
        const Row row = rows[i];
        std::size_t j = i;
        for (; j > 0 && rows[j - 1].bound < row.bound; --j)
            rows[j] = rows[j - 1];
        rows[j] = row;
    }
}

/// Fills `sections_` but for the options: the two lowest rows in each section, from the lowest row
/// up until all sections have two.
void ExactSearch::find_next(const Frame& here) {
    const Index count = here.last - here.first;
    for (Index s = 0; s < count; ++s)
        sections_[s] = {infinite, infinite, capacity_ - here.remaining[s], 0, 0};
    Index missing = 2 * count;
    for (Index i = static_cast<Index>(here.rows.size()); i-- > 0 && missing > 0;) {
        const Bytes bound = here.rows[i].bound;
        for_each_section(here.rows[i], here.first, [&](Index s) {
            Section& section = sections_[s];
            if (section.lowest == infinite) {
                section.lowest = bound;
                section.next = i;
                --missing;
            } else if (section.second == infinite) {
                section.second = bound;
                --missing;
            }
        });
        work_ += here.rows[i].upper - here.rows[i].lower;
    }
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
        if (section.lowest == infinite || section.second <= section.latest)
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
double ExactSearch::urgency(const Section& section) const {
    if (section.lowest == infinite)
        return std::numeric_limits<double>::infinity(); // all placed here
    const double slack = static_cast<double>(section.latest) - static_cast<double>(section.lowest);
    const double step = 2.0 * static_cast<double>(capacity_); // more than any slack or bound
    switch (strategy_.section) {
    case SectionRule::fewest_then_tightest:
        return section.options * step + slack;
    case SectionRule::fewest_then_lowest:
        return section.options * step + static_cast<double>(section.lowest);
    case SectionRule::lowest:
        return static_cast<double>(section.lowest);
    case SectionRule::least_slack:
        return slack;
    }
    return 0;
}

/// How many rows can be the next in each section.
void ExactSearch::count_options(const Frame& here) {
    Bytes latest = 0;
    for (Index s = 0; s < here.last - here.first; ++s)
        latest = std::max(latest, sections_[s].latest);
    for (Index i = static_cast<Index>(here.rows.size()); i-- > 0;) {
        const Bytes bound = here.rows[i].bound;
        if (bound > latest)
            return;
        for_each_section(here.rows[i], here.first,
                         [&](Index s) { sections_[s].options += bound <= sections_[s].latest; });
        work_ += here.rows[i].upper - here.rows[i].lower;
    }
}

/// The row to place or exclude next: one that can be next in the most urgent section, of which it
/// is certain that nothing not yet placed fits below. Nothing only if propagation was cut short.
std::optional<Index> ExactSearch::choose(const Frame& here) {
    const Index count = here.last - here.first;
    work_ += 4 * here.rows.size();
    for (Index s = 0; s < count; ++s)
        sections_[s].options = 0;
    if (strategy_.section == SectionRule::fewest_then_tightest ||
        strategy_.section == SectionRule::fewest_then_lowest)
        count_options(here);
    double least = std::numeric_limits<double>::infinity();
    for (Index s = 0; s < count; ++s) {
        urgency_[s] = urgency(sections_[s]);
        if (urgency_[s] < least)
            most_urgent_.clear();
        least = std::min(least, urgency_[s]);
        if (urgency_[s] == least)
            most_urgent_.push_back(s);
    }
    if (auto row = best_row(here, false))
        return row;
    return best_row(here, true);
}

/// The best row that can be next in one of the most urgent sections, or else the one whose most
/// urgent section is most urgent.
std::optional<Index> ExactSearch::best_row(const Frame& here, bool any_section) const {
    std::optional<Index> best;
    double best_urgency = 0, best_value = 0;
    for (Index i = 0; i < here.rows.size(); ++i) {
        const Row& row = here.rows[i];
        if (row.excluded || row.bound != row.floor)
            continue;
        double urgency = std::numeric_limits<double>::infinity();
        const auto see = [&](Index s) {
            if (row.bound <= sections_[s].latest)
                urgency = std::min(urgency, urgency_[s]);
        };
        if (any_section)
            for_each_section(row, here.first, see);
        else
            for (const Index s : most_urgent_)
                if (row.lower <= s + here.first && s + here.first < row.upper &&
                    (!instance_.has_pieces() || instance_.live_at(row.item, s + here.first)))
                    see(s);
        if (!any_section && urgency == std::numeric_limits<double>::infinity())
            continue;
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

/// The row's bound must be its floor, which was so when the rows were sorted by falling bounds.
/// Those before it had no lower bounds then, and bounds only grow: only those after it can fit
/// below.
bool ExactSearch::nothing_fits_below(const Frame& here, Index index) const {
    const Row& row = here.rows[index];
    for (Index i = index + 1; i < here.rows.size(); ++i)
        if (here.rows[i].bound + here.rows[i].size <= row.bound && overlap(here.rows[i], row))
            return false;
    return true;
}

} // namespace langone::planner
