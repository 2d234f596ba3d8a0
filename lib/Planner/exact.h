// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The exact portfolio: runs the exact search under several strategies with restarts, for one
// capacity or for the smallest one. Private to the library.

#ifndef LANGONE_LIB_PLANNER_EXACT_H
#define LANGONE_LIB_PLANNER_EXACT_H

#include "exact_search.h"

namespace langone::planner {

/// All heights of bottom-justified plans are multiples of this many bytes.
Bytes height_unit(const Instance& instance);

class ExactPortfolio {
public:
    /// Once `stop` is requested, no verdict but `exhausted` is waited for. Different streams use
    /// different strategies; stream 0 begins with the listed ones.
    explicit ExactPortfolio(const Instance& instance, const Stop& stop = {}, unsigned stream = 0);

    /// True if the search fits into `memory` bytes for `instance`.
    static bool affordable(const Instance& instance, std::uint64_t memory);

    /// A plan within `capacity`, or its refutation, with at most about `work_limit` units of work:
    /// many short runs of different strategies first, then longer ones.
    Verdict fit(Bytes capacity, std::uint64_t work_limit);

    /// Lowers `best` (which may hold no plan yet, its height then bounds the heights of interest
    /// from above) and raises `bound`, until they meet or the work is spent.
    void minimize(Plan& best, Bytes& bound, std::uint64_t work_limit);

    const Plan& plan() const { return search_.plan(); }
    std::uint64_t work() const { return search_.work(); }

private:
    /// The next `runs` strategies, each with `slice` units of work.
    Verdict attempt(Bytes capacity, unsigned runs, std::uint64_t slice, std::uint64_t work_end);

    bool spent(std::uint64_t work_end) const {
        return search_.work() >= work_end || search_.cancelled();
    }

    ExactSearch search_;
    Bytes unit_;
    const std::uint64_t first_strategy_;
    std::uint64_t next_strategy_;
};

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_EXACT_H
