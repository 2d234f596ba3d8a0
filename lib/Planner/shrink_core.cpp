// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "shrink_core.h"

#include "exact.h"

#include <algorithm>

namespace langone::planner {

std::vector<Index> shrink_core(const Instance& instance, std::vector<Index> core,
                               std::uint64_t capacity, std::uint64_t work_limit) {
    constexpr std::uint64_t share = 20; // of the work, what one attempt may use up
    std::uint64_t work = 0;
    for (std::size_t group = core.size() / 2; group > 0; group /= 2)
        for (std::size_t begin = 0; begin < core.size() && core.size() > 1;) {
            if (work >= work_limit)
                return core;
            const std::size_t end = std::min(begin + group, core.size());
            std::vector<Index> rest(core.begin(),
                                    core.begin() + static_cast<std::ptrdiff_t>(begin));
            rest.insert(rest.end(), core.begin() + static_cast<std::ptrdiff_t>(end), core.end());
            const Instance part(instance, rest);
            ExactPortfolio search(part);
            const Verdict verdict = search.fit(capacity, work_limit / share);
            work += search.work() + rest.size();
            if (verdict == Verdict::refuted)
                core = std::move(rest);
            else
                begin = end;
        }
    return core;
}

} // namespace langone::planner
