// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A set of spans, each with a value, that answers: which of you share a section with this one?
// Private to the library.
// A centred interval tree (Edelsbrunner 1980) over sections, laid out implicitly: the node of a
// span is the first section on the path of a binary search that lies within it, so nodes within a
// query form one contiguous range and only the search paths to its two ends need comparisons.

#ifndef LANGONE_LIB_PLANNER_INTERVAL_INDEX_H
#define LANGONE_LIB_PLANNER_INTERVAL_INDEX_H

#include "instance.h"

#include <bit>
#include <vector>

namespace langone::planner {

template <class Value>
class IntervalIndex {
public:
    explicit IntervalIndex(Index sections)
        : sections_(sections), nodes_(sections), occupied_((sections + 63) / 64) {}

    /// O(log sections), amortised.
    void insert(Span span, const Value& value) {
        Index low = 0, high = sections_;
        Index centre = low + (high - low) / 2;
        while (span.upper <= centre || span.lower > centre) {
            if (span.upper <= centre)
                high = centre;
            else
                low = centre + 1;
            centre = low + (high - low) / 2;
        }
        nodes_[centre].push_back({span, value});
        occupied_[centre / 64] |= std::uint64_t{1} << (centre % 64);
    }

    /// Calls `visit(value)` for each span that overlaps `query`, in an order that depends on the
    /// contents alone. O(log sections + spans visited + spans in the nodes next to the query's
    /// ends).
    template <class Visit>
    void for_each_overlap(Span query, Visit&& visit) const {
        visit_path(query.lower, query, visit);
        visit_path(query.upper, query, visit);
        visit_within(query, visit);
    }

private:
    struct Entry {
        Span span;
        Value value;
    };

    /// Nodes outside the query on the search path to `target`, which is one of the query's ends:
    /// left of it for its lower end, right of it for its upper end, so that none is visited twice.
    template <class Visit>
    void visit_path(Index target, Span query, Visit&& visit) const {
        const bool left = target == query.lower;
        Index low = 0, high = sections_;
        while (low < high) {
            const Index centre = low + (high - low) / 2;
            if (left ? centre < query.lower : centre >= query.upper)
                for (const Entry& entry : nodes_[centre])
                    if (entry.span.lower < query.upper && query.lower < entry.span.upper)
                        visit(entry.value);
            if (left ? centre >= query.lower : centre >= query.upper)
                high = centre;
            else
                low = centre + 1;
        }
    }

    template <class Visit>
    void visit_within(Span query, Visit&& visit) const {
        for (Index word = query.lower / 64; word * 64 < query.upper; ++word) {
            std::uint64_t bits = occupied_[word];
            if (word == query.lower / 64)
                bits &= ~std::uint64_t{0} << (query.lower % 64);
            for (; bits != 0; bits &= bits - 1) {
                const Index centre = word * 64 + static_cast<Index>(std::countr_zero(bits));
                if (centre >= query.upper)
                    return;
                for (const Entry& entry : nodes_[centre])
                    visit(entry.value);
            }
        }
    }

    Index sections_;
    std::vector<std::vector<Entry>> nodes_;
    std::vector<std::uint64_t> occupied_;
};

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_INTERVAL_INDEX_H
