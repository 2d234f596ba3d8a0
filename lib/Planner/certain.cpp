// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "certain.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace langone::planner {

namespace {

struct Change {
    Index section;
    bool begins;
    Index item;
};

/// Begins and ends of fixed items in the order of time, ends first.
std::vector<Change> changes_of_fixed(const Instance& instance) {
    std::vector<Change> changes;
    for (Index i = 0; i < instance.size(); ++i)
        if (instance[i].fixed != not_fixed)
            instance.for_each_piece(i, [&](Span piece) {
                changes.push_back({piece.lower, true, i});
                changes.push_back({piece.upper, false, i});
            });
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
        if (a.section != b.section)
            return a.section < b.section;
        return a.begins != b.begins ? !a.begins : a.item < b.item;
    });
    return changes;
}

/// Items aligned to at least `alignment` at the section where their rounded sizes add up to most.
PaddedLoad padded_load(const Instance& instance, Bytes alignment) {
    std::vector<Bytes> load(instance.sections() + 1);
    const auto rounded = [&](Index i) { return align_up(instance[i].size, alignment); };
    for (Index i = 0; i < instance.size(); ++i)
        if (instance[i].alignment >= alignment)
            instance.for_each_piece(i, [&](Span piece) {
                load[piece.lower] += rounded(i);
                load[piece.upper] -= rounded(i); // wraps, and back in the sum
            });
    std::partial_sum(load.begin(), load.end(), load.begin());
    const auto fullest =
        static_cast<Index>(std::max_element(load.begin(), load.end()) - load.begin());
    PaddedLoad result;
    Bytes padding = 0;
    for (Index i = 0; i < instance.size(); ++i)
        if (instance[i].alignment >= alignment && instance.live_at(i, fullest)) {
            result.items.push_back(i);
            padding = std::max(padding, rounded(i) - instance[i].size);
        }
    result.bytes = load[fullest] - padding;
    return result;
}

} // namespace

// Sweeps time with the address ranges in use: one that begins may touch no neighbour.
std::vector<Index> fixed_conflict(const Instance& instance) {
    std::map<Bytes, Index> in_use; // by begin
    const auto end_of = [&](Index i) { return instance[i].fixed + instance[i].size; };
    for (const Change& change : changes_of_fixed(instance)) {
        const Index item = change.item;
        if (!change.begins) {
            in_use.erase(instance[item].fixed);
            continue;
        }
        const auto above = in_use.lower_bound(instance[item].fixed);
        if (above != in_use.end() && above->first < end_of(item))
            return {above->second, item};
        if (above != in_use.begin() && end_of(std::prev(above)->second) > instance[item].fixed)
            return {std::prev(above)->second, item};
        in_use.emplace_hint(above, instance[item].fixed, item);
    }
    return {};
}

PaddedLoad padded_load(const Instance& instance) {
    std::vector<Bytes> alignments;
    for (const Item& item : instance.items())
        alignments.push_back(item.alignment);
    std::sort(alignments.begin(), alignments.end());
    alignments.erase(std::unique(alignments.begin(), alignments.end()), alignments.end());
    PaddedLoad best;
    for (const Bytes alignment : alignments)
        if (PaddedLoad load = padded_load(instance, alignment); load.bytes > best.bytes)
            best = std::move(load);
    return best;
}

} // namespace langone::planner
