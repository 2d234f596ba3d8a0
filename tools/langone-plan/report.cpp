// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unordered_map>

namespace langone::plan {

namespace {

double percent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

bool has_plan(const planner::Result& result) {
    return result.status == planner::Status::optimal || result.status == planner::Status::feasible;
}

} // namespace

std::string text_report(const std::string& file, const planner::Problem& problem,
                        const planner::Result& result) {
    constexpr std::size_t most_named = 20;
    std::ostringstream out;
    out << file << ": " << problem.buffers.size() << " buffers, " << to_string(result.status)
        << '\n';
    if (has_plan(result))
        out << "  height " << result.solution.height << " bytes, gap " << result.gap << " bytes ("
            << std::fixed << std::setprecision(3) << percent(result.gap, result.bound) << " %)\n";
    out << "  lower bound " << result.bound << " bytes; load " << result.load.bytes
        << " bytes at time " << result.load.at << ", " << result.load.buffers.size()
        << " buffers live\n";
    if (result.status != planner::Status::infeasible)
        return out.str();
    out << "  " << result.core.size() << " buffers already cannot fit:";
    for (std::size_t i = 0; i < result.core.size() && i < most_named; ++i)
        out << ' ' << planner::display_name(problem, result.core[i]);
    out << (result.core.size() > most_named ? " ...\n" : "\n");
    return out.str();
}

std::string json_report(const std::string& file, const planner::Problem& problem,
                        const planner::Result& result) {
    nlohmann::ordered_json report;
    report["schema"] = "langone-plan/1";
    report["file"] = file;
    report["buffers"] = problem.buffers.size();
    report["status"] = to_string(result.status);
    report["capacity_bytes"] = nullptr;
    if (problem.capacity)
        report["capacity_bytes"] = *problem.capacity;
    report["height_bytes"] = nullptr;
    report["gap_bytes"] = nullptr;
    if (has_plan(result)) {
        report["height_bytes"] = result.solution.height;
        report["gap_bytes"] = result.gap;
    }
    report["lower_bound_bytes"] = result.bound;
    report["load"] = {{"bytes", result.load.bytes},
                      {"time", result.load.at},
                      {"buffers", result.load.buffers.size()}};
    auto& core = report["core"] = nlohmann::ordered_json::array();
    for (const std::size_t i : result.core)
        core.push_back(planner::display_name(problem, i));
    report["work"] = result.work;
    using Handler = nlohmann::ordered_json::error_handler_t;
    return report.dump(2, ' ', false, Handler::replace) + '\n'; // ids may be any bytes
}

std::optional<std::string> first_difference(const std::vector<planner::Buffer>& asked,
                                            const std::vector<planner::Buffer>& given) {
    std::unordered_map<std::string, const planner::Buffer*> by_id;
    for (const planner::Buffer& buffer : given)
        by_id.emplace(buffer.id, &buffer);
    for (const planner::Buffer& buffer : asked) {
        const auto found = by_id.find(buffer.id);
        if (found == by_id.end())
            return "buffer " + buffer.id + " is missing";
        const planner::Buffer& other = *found->second;
        if (other.lower != buffer.lower || other.upper != buffer.upper || other.size != buffer.size)
            return "buffer " + buffer.id + " has another lifetime or size";
        if (buffer.fixed_offset && buffer.fixed_offset != other.fixed_offset)
            return "buffer " + buffer.id + " is not at its fixed offset";
        if (other.alignment % buffer.alignment != 0)
            return "buffer " + buffer.id + " has a weaker alignment";
    }
    if (given.size() != asked.size())
        return "there are buffers that the problem does not have";
    return std::nullopt;
}

} // namespace langone::plan
