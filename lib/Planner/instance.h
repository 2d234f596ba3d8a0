// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The solver's own view of a problem: times compressed to sections, buffers without size dropped,
// plain arrays. Private to the library. It owns the translation and nothing of the search.

#ifndef LANGONE_LIB_PLANNER_INSTANCE_H
#define LANGONE_LIB_PLANNER_INSTANCE_H

#include "langone/Planner/problem.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace langone::planner {

using Index = std::uint32_t;
using Bytes = std::uint64_t;

inline constexpr Bytes not_fixed = std::numeric_limits<Bytes>::max();

/// The smallest multiple of `alignment`, a power of two, that is at least `offset`.
inline Bytes align_up(Bytes offset, Bytes alignment) {
    return (offset + alignment - 1) & ~(alignment - 1);
}

/// Sections [lower, upper) in which an item is live.
struct Span {
    Index lower;
    Index upper;
};

/// One buffer with a size. `span` is the hull of its pieces.
struct Item {
    Span span;
    Bytes size;
    Bytes alignment;
    Bytes fixed; // or not_fixed
};

/// A section is a maximal stretch of time in which no buffer begins after another has ended: two
/// buffers overlap in time if and only if they share a section, and no section's live set contains
/// a neighbour's. There are at most as many sections as pieces of lifetime.
class Instance {
public:
    explicit Instance(const Problem& problem);
    /// The sub-instance of the given items of `whole`; `buffer_of` still refers to the problem.
    Instance(const Instance& whole, const std::vector<Index>& items);

    /// All items, ascending.
    std::vector<Index> all() const;

    /// From now on `item` has a fixed offset.
    void pin(Index item, Bytes offset) {
        items_[item].fixed = offset;
        has_fixed_ = true;
    }

    /// Items grouped by connected stretches of time: groups share no section, so that each can be
    /// planned on its own. In the order of time.
    std::vector<std::vector<Index>> components() const;

    Index size() const { return static_cast<Index>(items_.size()); }
    Index sections() const { return sections_; }
    const Item& operator[](Index item) const { return items_[item]; }
    const std::vector<Item>& items() const { return items_; }
    /// Index into `Problem::buffers`.
    std::size_t buffer_of(Index item) const { return buffer_of_[item]; }
    bool has_pieces() const { return !piece_begin_.empty(); }
    bool has_fixed() const { return has_fixed_; }
    Bytes largest_alignment() const { return largest_alignment_; }

    /// Calls `visit(Span)` for each piece of lifetime, in order.
    template <class Visit>
    void for_each_piece(Index item, Visit&& visit) const {
        if (piece_begin_.empty()) {
            visit(items_[item].span);
            return;
        }
        for (Index p = piece_begin_[item]; p < piece_begin_[item + 1]; ++p)
            visit(pieces_[p]);
    }

    /// True if `item` is live in `section`.
    bool live_at(Index item, Index section) const {
        bool live = false;
        for_each_piece(item, [&](Span p) { live |= p.lower <= section && section < p.upper; });
        return live;
    }

    /// True if the two items are live at one time.
    bool overlap_in_time(Index a, Index b) const;

private:
    void append(const Item& item, std::size_t buffer);
    void compress_times(const std::vector<Interval>& times);

    std::vector<Item> items_;
    std::vector<std::size_t> buffer_of_;
    std::vector<Index> piece_begin_; // empty unless some buffer has several pieces
    std::vector<Span> pieces_;
    Index sections_ = 0;
    bool has_fixed_ = false;
    Bytes largest_alignment_ = 1;
};

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_INSTANCE_H
