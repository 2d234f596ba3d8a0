// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Placement of items one after another in a given sequence, and the sequences.

#include "greedy.h"

#include "interval_index.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace langone::planner {

namespace {

/// An address range that is taken during some part of the lifetime of the item being placed.
struct Taken {
    Bytes begin;
    Bytes end;
};

/// Address ranges in ascending order of their begins, sorted as far as they are looked at: most
/// gaps are found among the lowest few. One pass puts them into buckets by address, each of which
/// is sorted when its turn comes. Keeps its memory.
class Ascending {
public:
    /// Calls `visit` with each range until it returns false.
    template <class Visit>
    void visit_while(const std::vector<Taken>& ranges, Visit&& visit) {
        fill_buckets(ranges);
        for (std::size_t bucket = 0; bucket + 1 < first_.size(); ++bucket) {
            const auto begin = sorted_.begin() + first_[bucket];
            const auto end = sorted_.begin() + first_[bucket + 1];
            if (end - begin > 1)
                std::sort(begin, end,
                          [](const Taken& a, const Taken& b) { return a.begin < b.begin; });
            for (auto range = begin; range != end; ++range)
                if (!visit(*range))
                    return;
        }
    }

private:
    void fill_buckets(const std::vector<Taken>& ranges) {
        constexpr std::size_t ranges_per_bucket = 4;
        Bytes highest = 0;
        for (const Taken& range : ranges)
            highest = std::max(highest, range.begin);
        const auto bits = static_cast<int>(std::bit_width(highest));
        const auto used = static_cast<int>(std::bit_width(ranges.size() / ranges_per_bucket));
        const int shift = std::max(0, bits - used); // as many bits of the address as buckets need
        first_.assign((highest >> shift) + 3, 0);
        for (const Taken& range : ranges)
            ++first_[(range.begin >> shift) + 2];
        for (std::size_t i = 2; i < first_.size(); ++i)
            first_[i] += first_[i - 1];
        sorted_.resize(ranges.size());
        for (const Taken& range : ranges)
            sorted_[first_[(range.begin >> shift) + 1]++] = range;
        first_.pop_back();
    }

    std::vector<Index> first_; // of each bucket in `sorted_`, and the end
    std::vector<Taken> sorted_;
};

/// The lowest aligned offset at which `item` touches nothing in `taken`.
Bytes first_gap(const std::vector<Taken>& taken, Ascending& ascending, const Item& item) {
    Bytes floor = 0;
    ascending.visit_while(taken, [&](const Taken& range) {
        if (range.begin >= align_up(floor, item.alignment) + item.size)
            return false;
        floor = std::max(floor, range.end);
        return true;
    });
    return align_up(floor, item.alignment);
}

/// As `first_gap`, but the gap that leaves the least room.
Bytes best_gap(const std::vector<Taken>& taken, Ascending& ascending, const Item& item) {
    Bytes floor = 0, best = not_fixed, least = not_fixed;
    ascending.visit_while(taken, [&](const Taken& range) {
        const Bytes offset = align_up(floor, item.alignment);
        if (range.begin >= offset + item.size && range.begin - floor < least) {
            least = range.begin - floor;
            best = offset;
        }
        floor = std::max(floor, range.end);
        return true;
    });
    return best != not_fixed ? best : align_up(floor, item.alignment);
}

/// The plan under construction with the index of what it holds.
class Placement {
public:
    explicit Placement(const Instance& instance)
        : instance_(instance), index_(instance.sections()) {
        plan_.offsets.resize(instance.size());
    }

    void collect_taken(Index item, std::vector<Taken>& taken) const {
        taken.clear();
        instance_.for_each_piece(item, [&](Span piece) {
            index_.for_each_overlap(piece, [&](const Taken& other) { taken.push_back(other); });
        });
    }

    void place(Index item, Bytes offset) {
        plan_.offsets[item] = offset;
        plan_.height = std::max(plan_.height, offset + instance_[item].size);
        const Taken range{offset, offset + instance_[item].size};
        instance_.for_each_piece(item, [&](Span piece) { index_.insert(piece, range); });
    }

    Plan take() { return std::move(plan_); }

private:
    const Instance& instance_;
    IntervalIndex<Taken> index_;
    Plan plan_;
};

bool place_fixed(const Instance& instance, Placement& placement, std::vector<Taken>& taken) {
    for (Index item = 0; item < instance.size(); ++item) {
        const Bytes begin = instance[item].fixed;
        if (begin == not_fixed)
            continue;
        const Bytes end = begin + instance[item].size;
        placement.collect_taken(item, taken);
        for (const Taken& range : taken)
            if (range.begin < end && begin < range.end)
                return false;
        placement.place(item, begin);
    }
    return true;
}

} // namespace

std::vector<Bytes> loads(const Instance& instance) {
    std::vector<Bytes> result(instance.sections() + 1);
    for (Index item = 0; item < instance.size(); ++item)
        instance.for_each_piece(item, [&](Span piece) {
            result[piece.lower] += instance[item].size;
            result[piece.upper] -= instance[item].size; // wraps, and back in the sum
        });
    std::partial_sum(result.begin(), result.end(), result.begin());
    result.pop_back();
    return result;
}

// By a sparse table of maxima.
std::vector<Bytes> highest_loads(const Instance& instance) {
    std::vector<std::vector<Bytes>> table = {loads(instance)};
    for (std::size_t half = 1; 2 * half <= table[0].size(); half *= 2) {
        const auto& previous = table.back();
        std::vector<Bytes> next(table[0].size() - 2 * half + 1);
        for (std::size_t i = 0; i < next.size(); ++i)
            next[i] = std::max(previous[i], previous[i + half]);
        table.push_back(std::move(next));
    }
    std::vector<Bytes> result;
    result.reserve(instance.size());
    for (const Item& item : instance.items()) {
        const Index length = item.span.upper - item.span.lower;
        const auto level = static_cast<std::size_t>(std::bit_width(length) - 1);
        result.push_back(std::max(table[level][item.span.lower],
                                  table[level][item.span.upper - (Index{1} << level)]));
    }
    return result;
}

Bytes largest_load(const Instance& instance) {
    const std::vector<Bytes> load = loads(instance);
    return load.empty() ? 0 : *std::max_element(load.begin(), load.end());
}

std::vector<Index> ordered(const Instance& instance, Order order) {
    struct Key {
        double major; // largest first
        Bytes minor;  // likewise
        Index item;
    };
    std::vector<Bytes> load;
    if (order == Order::load)
        load = highest_loads(instance);
    std::vector<Key> keys;
    keys.reserve(instance.size());
    for (Index i = 0; i < instance.size(); ++i) {
        const Item& item = instance[i];
        const double length = item.span.upper - item.span.lower;
        const double size = static_cast<double>(item.size);
        switch (order) {
        case Order::size:
            keys.push_back({size, 0, i});
            break;
        case Order::area:
            keys.push_back({size * length, 0, i});
            break;
        case Order::lifetime:
            keys.push_back({length, 0, i});
            break;
        case Order::long_area:
            keys.push_back({size * length * length, 0, i});
            break;
        case Order::alignment_size:
            keys.push_back({static_cast<double>(item.alignment), item.size, i});
            break;
        case Order::begin:
            keys.push_back({-static_cast<double>(item.span.lower), item.size, i});
            break;
        case Order::end:
            keys.push_back({static_cast<double>(item.span.upper), item.size, i});
            break;
        case Order::load:
            keys.push_back({static_cast<double>(load[i]), item.size, i});
            break;
        }
    }
    // Equals in the order of time: for buffers of one size that is optimal, as colouring an
    // interval graph greedily by left ends is.
    std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
        if (a.major != b.major)
            return a.major > b.major;
        if (a.minor != b.minor)
            return a.minor > b.minor;
        const Index x = instance[a.item].span.lower, y = instance[b.item].span.lower;
        return x != y ? x < y : a.item < b.item;
    });
    std::vector<Index> result;
    result.reserve(keys.size());
    for (const Key& key : keys)
        result.push_back(key.item);
    return result;
}

std::vector<Index> ordered_peak_first(const Instance& instance, Order peak, Order rest) {
    const std::vector<Bytes> load = loads(instance);
    const auto fullest =
        static_cast<Index>(std::max_element(load.begin(), load.end()) - load.begin());
    std::vector<Index> result;
    for (const Index item : ordered(instance, peak))
        if (instance.live_at(item, fullest))
            result.push_back(item);
    for (const Index item : ordered(instance, rest))
        if (!instance.live_at(item, fullest))
            result.push_back(item);
    return result;
}

std::optional<Plan> place_in_sequence(const Instance& instance, const std::vector<Index>& sequence,
                                      Fit fit) {
    Placement placement(instance);
    std::vector<Taken> taken;
    Ascending ascending;
    if (instance.has_fixed() && !place_fixed(instance, placement, taken))
        return std::nullopt;
    for (const Index item : sequence) {
        if (instance[item].fixed != not_fixed)
            continue;
        placement.collect_taken(item, taken);
        placement.place(item, fit == Fit::first ? first_gap(taken, ascending, instance[item])
                                                : best_gap(taken, ascending, instance[item]));
    }
    return placement.take();
}

std::uint64_t sequence_cost(const Instance& instance) {
    constexpr std::uint64_t per_item = 100, per_pair = 8;
    std::vector<std::uint64_t> begun(instance.sections() + 1);
    for (const Item& item : instance.items())
        ++begun[item.span.lower + 1];
    std::partial_sum(begun.begin(), begun.end(), begun.begin());
    std::uint64_t later = 0, together = 0;
    std::vector<Index> same(instance.sections());
    for (const Item& item : instance.items()) {
        later += begun[item.span.upper] - begun[item.span.lower + 1];
        together += same[item.span.lower]++;
    }
    return per_item * instance.size() + per_pair * (later + together);
}

} // namespace langone::planner
