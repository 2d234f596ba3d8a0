// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "random_problems.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace langone::planner::test {

std::uint64_t seed(std::uint64_t fallback) {
    const char* text = std::getenv("LANGONE_SEED");
    const std::uint64_t value = text ? std::strtoull(text, nullptr, 10) : fallback;
    std::cout << "replay with LANGONE_SEED=" << value << "\n";
    return value;
}

std::uint64_t below(Random& random, std::uint64_t limit) {
    return random() % limit;
}

namespace {

void split_lifetime(Random& random, Buffer& buffer) {
    const auto length = static_cast<std::uint64_t>(buffer.upper - buffer.lower);
    if (length < 3)
        return;
    const Time end = buffer.lower + 1 + static_cast<Time>(below(random, length - 2));
    const Time begin =
        end + 1 +
        static_cast<Time>(below(random, static_cast<std::uint64_t>(buffer.upper - end - 1)));
    buffer.pieces = {{buffer.lower, end}, {begin, buffer.upper}};
}

std::vector<Interval> pieces_of(const Buffer& buffer) {
    return buffer.pieces.empty() ? std::vector<Interval>{{buffer.lower, buffer.upper}}
                                 : buffer.pieces;
}

bool conflict(const Buffer& a, const Buffer& b) {
    if (a.size == 0 || b.size == 0)
        return false;
    for (const Interval& x : pieces_of(a))
        for (const Interval& y : pieces_of(b))
            if (x.lower < y.upper && y.lower < x.upper)
                return true;
    return false;
}

/// Depth-first over all sequences of first-fit placement, until the load is reached. Of sequences
/// that differ in neighbours that never meet, one is tried.
class Exhaustive {
public:
    explicit Exhaustive(const Problem& problem)
        : problem_(problem), offset_(problem.buffers.size()), placed_(problem.buffers.size()) {}

    std::optional<std::uint64_t> run() {
        std::uint64_t height = 0;
        for (std::size_t i = 0; i < offset_.size(); ++i) {
            const auto& fixed = problem_.buffers[i].fixed_offset;
            if (!fixed)
                continue;
            if (hit(i, *fixed))
                return std::nullopt;
            offset_[i] = *fixed;
            placed_[i] = true;
            height = std::max(height, *fixed + problem_.buffers[i].size);
        }
        for (const Buffer& at : problem_.buffers)
            for (const Interval& piece : pieces_of(at))
                least_ = std::max(least_, load(piece.lower));
        descend(height, offset_.size());
        return best_;
    }

private:
    std::optional<std::uint64_t> hit(std::size_t i, std::uint64_t offset) const {
        for (std::size_t j = 0; j < offset_.size(); ++j)
            if (placed_[j] && conflict(problem_.buffers[i], problem_.buffers[j]) &&
                offset < offset_[j] + problem_.buffers[j].size &&
                offset_[j] < offset + problem_.buffers[i].size)
                return offset_[j] + problem_.buffers[j].size;
        return std::nullopt;
    }

    std::uint64_t load(Time time) const {
        std::uint64_t sum = 0;
        for (const Buffer& buffer : problem_.buffers)
            for (const Interval& piece : pieces_of(buffer))
                sum += piece.lower <= time && time < piece.upper ? buffer.size : 0;
        return sum;
    }

    void descend(std::uint64_t height, std::size_t last) {
        if (best_ && (height >= *best_ || *best_ == least_))
            return;
        bool all = true;
        for (std::size_t i = 0; i < offset_.size(); ++i) {
            if (placed_[i])
                continue;
            all = false;
            if (last > i && last < offset_.size() &&
                !conflict(problem_.buffers[i], problem_.buffers[last]))
                continue;
            const std::uint64_t alignment = problem_.buffers[i].alignment;
            std::uint64_t offset = 0;
            while (const auto next = hit(i, offset))
                offset = (*next + alignment - 1) / alignment * alignment;
            offset_[i] = offset;
            placed_[i] = true;
            descend(std::max(height, offset + problem_.buffers[i].size), i);
            placed_[i] = false;
        }
        if (all)
            best_ = height;
    }

    const Problem& problem_;
    std::vector<std::uint64_t> offset_;
    std::vector<bool> placed_;
    std::uint64_t least_ = 0;
    std::optional<std::uint64_t> best_;
};

} // namespace

Problem random_problem(Random& random, const Shape& shape) {
    Problem problem;
    const auto percent = [&](unsigned limit) { return below(random, 100) < limit; };
    for (std::size_t i = 0; i < shape.buffers; ++i) {
        Buffer buffer;
        const auto longest = static_cast<std::uint64_t>(std::min(shape.longest, shape.horizon));
        const Time length = 1 + static_cast<Time>(below(random, longest));
        buffer.lower = static_cast<Time>(
            below(random, static_cast<std::uint64_t>(shape.horizon - length + 1)));
        buffer.upper = buffer.lower + length;
        buffer.size = percent(shape.empty_percent) ? 0 : 1 + below(random, shape.largest);
        if (percent(shape.aligned_percent))
            buffer.alignment = std::uint64_t{2} << below(random, 3);
        if (percent(shape.fixed_percent))
            buffer.fixed_offset = below(random, 2 * shape.largest) * buffer.alignment;
        if (percent(shape.pieces_percent))
            split_lifetime(random, buffer);
        buffer.id = "b" + std::to_string(i);
        problem.buffers.push_back(std::move(buffer));
    }
    return problem;
}

std::optional<std::uint64_t> brute_force_height(const Problem& problem) {
    return Exhaustive(problem).run();
}

bool brute_force_valid(const Problem& problem, const Solution& solution) {
    const auto& buffers = problem.buffers;
    if (solution.offsets.size() != buffers.size())
        return false;
    if (problem.capacity && solution.height > *problem.capacity)
        return false;
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        const std::uint64_t offset = solution.offsets[i];
        if (offset % buffers[i].alignment != 0 || offset + buffers[i].size > solution.height)
            return false;
        if (buffers[i].fixed_offset && *buffers[i].fixed_offset != offset)
            return false;
        for (std::size_t j = 0; j < i; ++j)
            if (conflict(buffers[i], buffers[j]) &&
                offset < solution.offsets[j] + buffers[j].size &&
                solution.offsets[j] < offset + buffers[i].size)
                return false;
    }
    return true;
}

} // namespace langone::planner::test
