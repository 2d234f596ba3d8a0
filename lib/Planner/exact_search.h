// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Depth-first search for a plan within a capacity, complete if given enough work. Private to the
// library. It owns one instance's search; which capacities and strategies are tried, and for how
// long, is the portfolio's decision (exact.h). docs/Planner.md explains the rules and why they are
// sound.

#ifndef LANGONE_LIB_PLANNER_EXACT_SEARCH_H
#define LANGONE_LIB_PLANNER_EXACT_SEARCH_H

#include "greedy.h"
#include "state_set.h"
#include "stop.h"

#include <optional>
#include <vector>

namespace langone::planner {

/// Which section the search works on next.
enum class SectionRule {
    fewest_then_tightest, ///< fewest buffers can be its next, then least slack
    fewest_then_lowest,   ///< fewest buffers can be its next, then lowest floor
    lowest,               ///< lowest floor: fills the skyline from below
    least_slack,          ///< least slack
};

/// Which of the buffers that can be next goes first.
enum class ValueRule {
    size,
    lifetime,
    area,       ///< size times lifetime
    long_area,  ///< size times lifetime squared
    large_area, ///< size squared times lifetime
    random,     ///< random powers of size and lifetime, with noise
    guided,     ///< the order of offsets in the guide, with noise
};

struct Strategy {
    SectionRule section = SectionRule::fewest_then_tightest;
    ValueRule value = ValueRule::area;
    std::uint64_t seed = 0; ///< for the random rule
};

enum class Verdict {
    solved,
    refuted,   ///< no plan within the capacity exists: proven
    exhausted, ///< the work ran out
};

class ExactSearch {
public:
    /// Bytes that the search may allocate for `instance`, in the order of magnitude.
    static std::uint64_t memory_needed(const Instance& instance);

    explicit ExactSearch(const Instance& instance, const Stop& stop = {});

    /// Searches for a plan of at most `capacity` with at most `work_limit` units of work (a unit
    /// takes about a nanosecond). What earlier runs refuted is remembered as long as the capacity
    /// does not grow.
    Verdict run(Bytes capacity, const Strategy& strategy, std::uint64_t work_limit);

    /// A plan that is too high but good: the guided rule stays near it (solution-guided search,
    /// Beck 2007). Without one the rule is `random`.
    void guide_by(const Plan& plan) { guide_ = plan.offsets; }

    /// The plan, after `solved`.
    const Plan& plan() const { return plan_; }
    /// True if the caller wants no more work.
    bool cancelled() const { return stop_.requested(work_); }
    /// Units of work spent in all runs.
    std::uint64_t work() const { return work_; }
    /// Work for one descent without backtracking, roughly: the natural unit for work limits.
    std::uint64_t descent_work() const { return descent_work_; }

private:
    /// A buffer that is not placed yet.
    struct Row {
        Index item;
        Index lower, upper; // sections, hull
        bool fixed;
        bool excluded; // `floor` was refuted: it lies higher, upon a buffer not placed yet
        Bytes size;
        Bytes floor; // lowest offset above what is placed
        Bytes bound; // no plan from here has it lower; at least `floor`
    };

    /// One level of the recursion: the rows of one component of time.
    struct Frame {
        Index first = 0, last = 0; // sections
        std::vector<Row> rows;
        std::vector<Bytes> remaining; // per section: bytes not placed yet
    };

    /// What the sweep over the rows knows about a section.
    struct Section {
        Bytes lowest, second; // the two lowest bounds of rows
        Bytes latest;         // its next buffer lies no higher
        Index next;           // row with the lowest bound
        Index options;        // rows that can be next
    };

    void make_root(Frame& root) const;
    void rank_values(const Strategy& strategy);

    Verdict search(std::size_t depth);
    Verdict branch(std::size_t depth);
    std::optional<Verdict> search_components(std::size_t depth);
    bool propagate(Frame& frame);
    bool sweep(Frame& frame);
    void sort_rows(Frame& frame);
    void find_next(const Frame& frame);
    void compress(Frame& frame);
    bool raise_excluded(Frame& frame, bool& changed);
    void raise_twins(Frame& frame, bool& changed);
    void raise_above_single_options(Frame& frame, bool& changed);
    void raise_above_fixed(Frame& frame, bool& changed);
    bool raise(Row& row, Bytes bound) const;
    std::optional<Index> choose(const Frame& frame);
    void count_options(const Frame& frame);
    std::optional<Index> best_row(const Frame& frame, bool any_section) const;
    bool nothing_fits_below(const Frame& frame, Index row) const;
    bool place(const Frame& frame, Index row, Frame& child);
    StateHash hash(const Frame& frame) const;
    bool overlap(const Row& a, const Row& b) const;
    double guided_value(std::uint64_t seed, Index item) const;
    double random_value(std::uint64_t seed, Index item) const;
    double urgency(const Section& section) const;

    /// Calls `visit` with each section of the row, relative to `first`.
    template <class Visit>
    void for_each_section(const Row& row, Index first, Visit&& visit) const {
        if (!instance_.has_pieces()) {
            for (Index s = row.lower - first; s < row.upper - first; ++s)
                visit(s);
            return;
        }
        instance_.for_each_piece(row.item, [&](Span piece) {
            for (Index s = piece.lower - first; s < piece.upper - first; ++s)
                visit(s);
        });
    }

    const Instance& instance_;
    const Stop stop_;
    std::vector<Index> twin_; // an identical item before this one, or the item itself
    bool has_twins_ = false;
    std::uint64_t descent_work_ = 0;

    Bytes capacity_ = 0;
    Strategy strategy_;
    std::uint64_t work_ = 0;
    std::uint64_t work_end_ = 0;
    std::vector<double> value_; // per item, larger goes first
    StateSet refuted_;
    Plan plan_;
    std::vector<Bytes> guide_; // offsets, or empty

    std::vector<Frame> frames_;
    // Scratch, relative to the frame's first section:
    std::vector<Section> sections_;
    std::vector<Bytes> stacked_; // sum of the rows seen so far, from the highest bound down
    std::vector<double> urgency_;
    std::vector<Index> most_urgent_;
    std::vector<Index> compressed_;
    std::vector<Index> row_of_; // scratch, per item
};

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_EXACT_SEARCH_H
