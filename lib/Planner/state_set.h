// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Remembers states of the search by hashes of 128 bits, in bounded memory. Private to the library.

#ifndef LANGONE_LIB_PLANNER_STATE_SET_H
#define LANGONE_LIB_PLANNER_STATE_SET_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace langone::planner {

/// Two independent hashes, sums over the parts of a state. Both 0: no state.
struct StateHash {
    std::uint64_t first = 0;
    std::uint64_t second = 0;

    friend bool operator==(const StateHash&, const StateHash&) = default;
};

/// Open addressing within one cache line. Grows up to `most_slots`; then new states replace old
/// ones: what was refuted last is most likely to be met again.
class StateSet {
public:
    bool contains(const StateHash& state) const {
        if (slots_.empty())
            return false;
        const std::size_t line = line_of(state);
        for (std::size_t i = 0; i < ways; ++i)
            if (slots_[line + i] == state)
                return true;
        return false;
    }

    /// `state` is not contained.
    void insert(const StateHash& state) {
        if (2 * count_ >= slots_.size() && slots_.size() < most_slots)
            grow();
        put(state);
    }

    void clear() {
        slots_.assign(slots_.size(), {});
        count_ = 0;
    }

private:
    static constexpr std::size_t ways = 4;
    static constexpr std::size_t least_slots = 1 << 10, most_slots = 1 << 21; // 32 MB

    std::size_t line_of(const StateHash& state) const {
        return (state.first & (slots_.size() - 1)) & ~(ways - 1);
    }

    void put(const StateHash& state) {
        const std::size_t line = line_of(state);
        for (std::size_t i = 0; i < ways; ++i)
            if (slots_[line + i] == StateHash{}) {
                slots_[line + i] = state;
                ++count_;
                return;
            }
        slots_[line + (state.second & (ways - 1))] = state;
    }

    void grow() {
        const std::vector<StateHash> old = std::move(slots_);
        slots_.assign(old.empty() ? least_slots : 2 * old.size(), {});
        count_ = 0;
        for (const StateHash& state : old)
            if (state != StateHash{})
                put(state);
    }

    std::vector<StateHash> slots_; // a power of two of them, in lines of `ways`
    std::size_t count_ = 0;
};

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_STATE_SET_H
