// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SARIF 2.1.0 (OASIS standard, https://docs.oasis-open.org/sarif/sarif/v2.1.0/), the part that code
// hosts read.

#include "diff.h"
#include "format.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace langone::report {

namespace {

using Json = nlohmann::ordered_json;

struct Rule {
    const char* id;
    const char* name;
    const char* summary;
    const char* help;
};

/// Indexed by RegressionKind.
constexpr std::array<Rule, 3> rules = {{
    {"langone/verdict", "WeakerVerdict", "The verdict on a memory budget got weaker.",
     "What was PROVEN at compile time is checked at run time only, or does not hold any more. "
     "Raise the budget deliberately, or shorten the lifetimes named beside the finding."},
    {"langone/peak", "LargerPeak", "The peak of memory grew.",
     "The buffers named beside the finding made the difference: they are new, larger, or live "
     "longer."},
    {"langone/arena", "LargerArena", "The planned arena grew.",
     "The memory that the function reserves at run time is larger than before."},
}};

/// A path as a URI reference: absolute ones as file URIs.
std::string to_uri(const std::string& path) {
    static constexpr const char* digits = "0123456789ABCDEF";
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              std::string_view("-._~/").find(c) != std::string_view::npos;
        if (is_plain) {
            uri += c;
        } else {
            uri += '%';
            uri += digits[byte >> 4];
            uri += digits[byte & 15];
        }
    }
    return uri;
}

/// Nothing for a place that is in no file.
std::optional<Json> physical(const std::string& location) {
    const auto place = parse_place(location);
    if (!place)
        return std::nullopt;
    Json result = {{"artifactLocation", {{"uri", to_uri(place->file)}}}};
    if (place->line != 0) {
        result["region"] = {{"startLine", place->line}};
        if (place->column != 0)
            result["region"]["startColumn"] = place->column;
    }
    return result;
}

Json function_location(const Function& function) {
    Json location = Json::object();
    if (auto place = physical(function.location))
        location["physicalLocation"] = std::move(*place);
    location["logicalLocations"] = {{{"name", function.name}, {"kind", "function"}}};
    return location;
}

Json related_locations(const FunctionChange& change) {
    constexpr std::size_t most = 20;
    Json result = Json::array();
    for (const BufferChange& buffer : change.buffers) {
        auto place = physical(buffer.location);
        if (!place || result.size() == most)
            continue;
        result.push_back(
            {{"id", result.size() + 1},
             {"physicalLocation", std::move(*place)},
             {"message",
              {{"text", buffer.site + ' ' + to_string(buffer.kind) + ": " +
                            short_bytes(buffer.before) + " -> " + short_bytes(buffer.now)}}}});
    }
    return result;
}

Json result_of(const Regression& regression, const std::string& subject) {
    const auto rule = static_cast<std::size_t>(regression.kind);
    return {{"ruleId", rules[rule].id},
            {"ruleIndex", rule},
            {"level", regression.exceeds ? "error" : "warning"},
            {"message", {{"text", subject + ": " + regression.message}}},
            {"partialFingerprints", {{"subjectAndRule/v1", subject + '/' + rules[rule].id}}}};
}

Json results_of(const Comparison& comparison) {
    Json results = Json::array();
    for (const FunctionChange& change : comparison.functions)
        for (const Regression& regression : change.regressions) {
            Json result = result_of(regression, '@' + change.any().name);
            result["locations"] = Json::array({function_location(change.any())});
            if (Json related = related_locations(change); !related.empty())
                result["relatedLocations"] = std::move(related);
            results.push_back(std::move(result));
        }
    for (const Regression& regression : comparison.regressions) {
        Json result = result_of(regression, "the module");
        // A finding needs a place: that of the function with the largest peak.
        const auto& functions = comparison.now->functions;
        const auto largest = std::max_element(
            functions.begin(), functions.end(), [](const Function& a, const Function& b) {
                return a.peak.value_or(UINT64_MAX) < b.peak.value_or(UINT64_MAX);
            });
        if (largest != functions.end())
            result["locations"] = Json::array({function_location(*largest)});
        results.push_back(std::move(result));
    }
    return results;
}

Json driver() {
    Json listed = Json::array();
    for (const Rule& rule : rules)
        listed.push_back({{"id", rule.id},
                          {"name", rule.name},
                          {"shortDescription", {{"text", rule.summary}}},
                          {"help", {{"text", rule.help}}},
                          {"defaultConfiguration", {{"level", "warning"}}}});
    return {{"name", "langone-report"}, {"version", LANGONE_VERSION}, {"rules", listed}};
}

} // namespace

std::string diff_sarif(const Comparison& comparison, const DiffOptions&) {
    const Json run = {{"tool", {{"driver", driver()}}},
                      {"columnKind", "utf16CodeUnits"},
                      {"results", results_of(comparison)}};
    const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", Json::array({run})}};
    return log.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace langone::report
