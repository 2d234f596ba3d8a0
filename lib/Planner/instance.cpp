// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compression of time to sections, after the observation (MiniMalloc, ASPLOS 2023) that a buffer's
// conflicts change only where a beginning follows an end.

#include "instance.h"

#include <algorithm>
#include <numeric>

namespace langone::planner {

namespace {

struct Endpoint {
    Time at;
    bool begins;
    Index piece;
};

/// Rewrites times as sections; returns their number.
Index compress(const std::vector<Interval>& times, std::vector<Span>& sections) {
    std::vector<Endpoint> endpoints;
    endpoints.reserve(2 * times.size());
    for (Index i = 0; i < times.size(); ++i) {
        endpoints.push_back({times[i].lower, true, i});
        endpoints.push_back({times[i].upper, false, i});
    }
    std::sort(endpoints.begin(), endpoints.end(), [](const Endpoint& a, const Endpoint& b) {
        if (a.at != b.at)
            return a.at < b.at;
        if (a.begins != b.begins)
            return !a.begins;
        return a.piece < b.piece;
    });
    Index section = 0;
    bool ended = false;
    for (const Endpoint& endpoint : endpoints) {
        if (!endpoint.begins) {
            sections[endpoint.piece].upper = section + 1;
            ended = true;
            continue;
        }
        if (ended)
            ++section;
        ended = false;
        sections[endpoint.piece].lower = section;
    }
    return endpoints.empty() ? 0 : section + 1;
}

} // namespace

/// Adds an item whose times follow in the caller's list.
void Instance::append(const Item& item, std::size_t buffer) {
    items_.push_back(item);
    buffer_of_.push_back(buffer);
    has_fixed_ |= item.fixed != not_fixed;
    largest_alignment_ = std::max(largest_alignment_, item.alignment);
}

/// Turns times into sections; `piece_begin_` says which times belong to which item.
void Instance::compress_times(const std::vector<Interval>& times) {
    piece_begin_.push_back(static_cast<Index>(times.size()));
    pieces_.resize(times.size());
    sections_ = compress(times, pieces_);
    for (Index i = 0; i < size(); ++i)
        items_[i].span = {pieces_[piece_begin_[i]].lower, pieces_[piece_begin_[i + 1] - 1].upper};
    if (times.size() == items_.size()) { // one piece each
        piece_begin_ = {};
        pieces_ = {};
    }
}

Instance::Instance(const Problem& problem) {
    std::vector<Interval> times;
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        const Buffer& buffer = problem.buffers[i];
        if (buffer.size == 0)
            continue;
        piece_begin_.push_back(static_cast<Index>(times.size()));
        append({{}, buffer.size, buffer.alignment, buffer.fixed_offset.value_or(not_fixed)}, i);
        if (buffer.pieces.empty())
            times.push_back({buffer.lower, buffer.upper});
        for (const Interval& piece : buffer.pieces)
            times.push_back(piece);
    }
    compress_times(times);
}

Instance::Instance(const Instance& whole, const std::vector<Index>& items) {
    std::vector<Interval> times;
    for (const Index item : items) {
        piece_begin_.push_back(static_cast<Index>(times.size()));
        append(whole[item], whole.buffer_of(item));
        whole.for_each_piece(item,
                             [&](Span piece) { times.push_back({piece.lower, piece.upper}); });
    }
    compress_times(times);
}

std::vector<Index> Instance::all() const {
    std::vector<Index> items(size());
    std::iota(items.begin(), items.end(), 0);
    return items;
}

std::vector<std::vector<Index>> Instance::components() const {
    std::vector<Index> order = all();
    std::sort(order.begin(), order.end(), [&](Index a, Index b) {
        const Index x = items_[a].span.lower, y = items_[b].span.lower;
        return x != y ? x < y : a < b;
    });
    std::vector<std::vector<Index>> groups;
    Index end = 0;
    for (const Index item : order) {
        if (groups.empty() || items_[item].span.lower >= end)
            groups.emplace_back();
        groups.back().push_back(item);
        end = std::max(end, items_[item].span.upper);
    }
    return groups;
}

bool Instance::overlap_in_time(Index a, Index b) const {
    const auto overlap = [](Span x, Span y) { return x.lower < y.upper && y.lower < x.upper; };
    if (!overlap(items_[a].span, items_[b].span))
        return false;
    if (!has_pieces())
        return true;
    bool found = false;
    for_each_piece(a, [&](Span x) { for_each_piece(b, [&](Span y) { found |= overlap(x, y); }); });
    return found;
}

} // namespace langone::planner
