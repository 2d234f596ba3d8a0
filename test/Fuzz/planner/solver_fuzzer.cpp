// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes as a small problem: whatever the solver answers, the validator agrees.

#include "langone/Planner/solver.h"
#include "langone/Planner/validator.h"

#include <algorithm>
#include <cstdlib>

using namespace langone::planner;

namespace {

Problem problem_from(const unsigned char* data, std::size_t size) {
    constexpr std::size_t bytes_per_buffer = 5, most_buffers = 24;
    Problem problem;
    if (size > 0 && data[0] % 2 == 1)
        problem.capacity = data[0];
    for (std::size_t at = 1; at + bytes_per_buffer <= size; at += bytes_per_buffer) {
        if (problem.buffers.size() == most_buffers)
            break;
        Buffer buffer;
        buffer.lower = data[at] % 32;
        buffer.upper = buffer.lower + data[at + 1] % 16; // may be malformed
        buffer.size = data[at + 2];
        buffer.alignment = std::uint64_t{1} << (data[at + 3] % 5);
        if (data[at + 4] % 8 == 0)
            buffer.fixed_offset = data[at + 4] * buffer.alignment;
        if (data[at + 4] % 8 == 1 && buffer.upper - buffer.lower > 2)
            buffer.pieces = {{buffer.lower, buffer.lower + 1}, {buffer.upper - 1, buffer.upper}};
        problem.buffers.push_back(buffer);
    }
    return problem;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const Problem problem = problem_from(data, size);
    const Result result = solve(problem, {.effort = Effort::quick});
    if (result.error.has_value() != check(problem).has_value())
        std::abort();
    if (result.error)
        return 0;
    const bool has_plan = result.status == Status::optimal || result.status == Status::feasible;
    if (has_plan && validate(problem, result.solution))
        std::abort();
    if (has_plan && result.bound > result.solution.height)
        std::abort();
    if (result.status == Status::infeasible && result.core.empty())
        std::abort();
    return 0;
}
