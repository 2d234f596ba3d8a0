// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Placement in the order of time with a best-fit list of free blocks (Knuth, TAOCP 1, 2.5), the
// heuristic that stays O(n log n) however many buffers live together: there is always a plan.

#include "greedy.h"

#include <algorithm>
#include <map>
#include <set>

namespace langone::planner {

namespace {

/// Free address ranges below the top, coalesced; the space above the top is free without end.
class FreeBlocks {
public:
    Bytes allocate(Bytes size, Bytes alignment) {
        // The tightest blocks may fail on alignment; one with room for the padding cannot.
        constexpr int tries = 8;
        auto block = by_size_.lower_bound({size, 0});
        for (int i = 0; i < tries && block != by_size_.end(); ++i, ++block)
            if (align_up(block->second, alignment) + size <= block->second + block->first)
                return take(block->second, block->first, size, alignment);
        block = by_size_.lower_bound({size + alignment - 1, 0});
        if (block != by_size_.end())
            return take(block->second, block->first, size, alignment);
        return take_top(size, alignment);
    }

    void release(Bytes offset, Bytes size) {
        auto next = by_offset_.lower_bound(offset);
        if (next != by_offset_.begin()) {
            const auto previous = std::prev(next);
            if (previous->first + previous->second == offset) {
                offset = previous->first;
                size += previous->second;
                erase(previous);
            }
        }
        if (next != by_offset_.end() && offset + size == next->first) {
            size += next->second;
            erase(next);
        }
        if (offset + size == top_)
            top_ = offset;
        else
            insert(offset, size);
    }

private:
    using ByOffset = std::map<Bytes, Bytes>;

    Bytes take(Bytes begin, Bytes length, Bytes size, Bytes alignment) {
        erase(by_offset_.find(begin));
        const Bytes offset = align_up(begin, alignment);
        if (offset > begin)
            insert(begin, offset - begin);
        if (offset + size < begin + length)
            insert(offset + size, begin + length - (offset + size));
        return offset;
    }

    Bytes take_top(Bytes size, Bytes alignment) {
        const Bytes offset = align_up(top_, alignment);
        if (offset > top_)
            insert(top_, offset - top_);
        top_ = offset + size;
        return offset;
    }

    void insert(Bytes offset, Bytes size) {
        by_offset_.emplace(offset, size);
        by_size_.emplace(size, offset);
    }

    void erase(ByOffset::iterator block) {
        by_size_.erase({block->second, block->first});
        by_offset_.erase(block);
    }

    ByOffset by_offset_;                        // offset to length
    std::set<std::pair<Bytes, Bytes>> by_size_; // length, offset
    Bytes top_ = 0;
};

struct Moment {
    Index section;
    Index item;
};

/// Lifts what is not fixed, all of it together, to where no fixed item is in the way.
void clear_fixed(const Instance& instance, Plan& plan) {
    std::vector<std::pair<Bytes, Bytes>> taken;
    Bytes alignment = 1;
    for (const Item& item : instance.items())
        if (item.fixed != not_fixed)
            taken.emplace_back(item.fixed, item.fixed + item.size);
        else
            alignment = std::max(alignment, item.alignment);
    std::sort(taken.begin(), taken.end());
    Bytes base = 0, end = 0;
    for (const auto& range : taken) {
        if (base + plan.height <= range.first)
            break;
        end = std::max(end, range.second);
        base = align_up(end, alignment);
    }
    plan.height += base;
    for (Index i = 0; i < instance.size(); ++i)
        plan.offsets[i] =
            instance[i].fixed != not_fixed ? instance[i].fixed : plan.offsets[i] + base;
    for (const auto& range : taken)
        plan.height = std::max(plan.height, range.second);
}

} // namespace

Plan place_by_time(const Instance& instance, bool backwards) {
    const auto begin = [&](const Item& item) {
        return backwards ? instance.sections() - item.span.upper : item.span.lower;
    };
    const auto end = [&](const Item& item) {
        return backwards ? instance.sections() - item.span.lower : item.span.upper;
    };
    std::vector<Moment> begins, ends;
    for (Index i = 0; i < instance.size(); ++i) {
        if (instance[i].fixed != not_fixed)
            continue;
        begins.push_back({begin(instance[i]), i});
        ends.push_back({end(instance[i]), i});
    }
    std::sort(begins.begin(), begins.end(), [&](const Moment& a, const Moment& b) {
        if (a.section != b.section)
            return a.section < b.section;
        // The longest-lived lowest, so that what ends first is on top.
        if (end(instance[a.item]) != end(instance[b.item]))
            return end(instance[a.item]) > end(instance[b.item]);
        return a.item < b.item;
    });
    std::sort(ends.begin(), ends.end(), [](const Moment& a, const Moment& b) {
        return a.section != b.section ? a.section < b.section : a.item < b.item;
    });
    Plan plan;
    plan.offsets.resize(instance.size());
    FreeBlocks blocks;
    std::size_t ended = 0;
    for (const Moment& moment : begins) {
        for (; ended < ends.size() && ends[ended].section <= moment.section; ++ended)
            blocks.release(plan.offsets[ends[ended].item], instance[ends[ended].item].size);
        const Item& item = instance[moment.item];
        const Bytes offset = blocks.allocate(item.size, item.alignment);
        plan.offsets[moment.item] = offset;
        plan.height = std::max(plan.height, offset + item.size);
    }
    if (instance.has_fixed())
        clear_fixed(instance, plan);
    return plan;
}

} // namespace langone::planner
