// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constructive heuristics: each makes one plan in one pass. Private to the library. Which of them
// run on an instance, and what happens to their plans, is the solver's decision.

#ifndef LANGONE_LIB_PLANNER_GREEDY_H
#define LANGONE_LIB_PLANNER_GREEDY_H

#include "instance.h"

#include <optional>
#include <vector>

namespace langone::planner {

/// Offsets per item and the height they need.
struct Plan {
    std::vector<Bytes> offsets;
    Bytes height = 0;
};

/// The order in which buffers are placed. Equals are placed in the order of time.
enum class Order {
    size,           ///< largest first (greedy by size: Pisarchyk and Lee 2020)
    area,           ///< size times lifetime
    lifetime,       ///< longest first, as in the boxing literature
    alignment_size, ///< strictest alignment first, then largest
    begin,          ///< earliest begin first
    end,            ///< latest end first
    long_area,      ///< size times lifetime squared
    load,           ///< buffers live at the fullest section first (greedy by breadth), then largest
};

/// Which free range below the top a buffer takes.
enum class Fit {
    first, ///< the lowest
    best,  ///< the tightest, the lowest among equals
};

/// All orders, in the order in which they are worth trying.
inline constexpr Order all_orders[] = {Order::size, Order::area,           Order::lifetime,
                                       Order::load, Order::alignment_size, Order::long_area,
                                       Order::end,  Order::begin};

/// Item indices sorted by `order`.
std::vector<Index> ordered(const Instance& instance, Order order);

/// Items that are live in the fullest section first, sorted by `peak`: they form one stack without
/// gaps. Then the others, by `rest`.
std::vector<Index> ordered_peak_first(const Instance& instance, Order peak, Order rest);

/// Fixed items first, then each item of `sequence` that is not fixed, at the first or best fit
/// among those before it. Nothing if two fixed items overlap. O(overlaps * log) time in the number
/// of pairs that overlap in time.
std::optional<Plan> place_in_sequence(const Instance& instance, const std::vector<Index>& sequence,
                                      Fit fit);

/// Places items by time as an allocator would, best fit in a list of free blocks; backwards in time
/// on request. What is not fixed lies together where no fixed item is in the way, and pieces are
/// taken for their hull: good without them, and a first plan with them. O(n log n).
Plan place_by_time(const Instance& instance, bool backwards);

/// Fills the skyline from below: always places an item with the lowest possible offset, the first
/// of them in `sequence`. Leaves holes only where nothing fits. No two fixed items may overlap.
/// O(k log n), where an item enters into k once, and again whenever it turned out to lie higher
/// than it seemed: 50 to 200 times, the more live together; each time all fixed items that are
/// live with it are looked at. Adds to `work`, in units of about a nanosecond, and gives up at
/// `work_limit`.
std::optional<Plan> place_lowest(const Instance& instance, const std::vector<Index>& sequence,
                                 std::uint64_t work_limit, std::uint64_t& work);

/// The load of each section. O(n + sections).
std::vector<Bytes> loads(const Instance& instance);

/// For each item the load of the fullest section in its lifetime. O((n + sections) log sections).
std::vector<Bytes> highest_loads(const Instance& instance);

/// The largest load of a section. O(n + sections).
Bytes largest_load(const Instance& instance);

/// About what `place_in_sequence` costs, in units of a nanosecond: it looks at all pairs of items
/// that overlap in time (pieces count as their hull). O(n + sections).
std::uint64_t sequence_cost(const Instance& instance);

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_GREEDY_H
