// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "diff.h"

#include <nlohmann/json.hpp>

namespace langone::report {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Bytes& bytes) {
    return bytes ? Json(*bytes) : Json(nullptr);
}

Json to_json(const std::optional<Verdict>& verdict) {
    static constexpr const char* names[] = {"proven", "guarded", "refuted"};
    return verdict ? Json(names[static_cast<int>(*verdict)]) : Json(nullptr);
}

/// The value in each report; null where there is no such function.
template <class Get>
Json both(const FunctionChange& change, Get&& get) {
    return {{"old", change.before ? get(*change.before) : Json(nullptr)},
            {"new", change.now ? get(*change.now) : Json(nullptr)}};
}

Json to_json(const std::vector<Regression>& regressions) {
    Json result = Json::array();
    for (const Regression& regression : regressions)
        result.push_back({{"kind", to_string(regression.kind)},
                          {"message", regression.message},
                          {"exceeds", regression.exceeds}});
    return result;
}

Json to_json(const BufferChange& change) {
    static constexpr const char* names[] = {"appeared", "disappeared",  "grew",
                                            "shrank",   "lives_longer", "lives_shorter"};
    const auto text = [](const std::string& value) {
        return value.empty() ? Json(nullptr) : Json(value);
    };
    const bool is_gone = change.kind == BufferChangeKind::disappeared;
    return {{"change", names[static_cast<int>(change.kind)]},
            {"old_site", text(change.old_site)},
            {"new_site", is_gone ? Json(nullptr) : Json(change.site)},
            {"old_type", text(change.old_type)},
            {"new_type", text(change.new_type)},
            {"location", change.location},
            {"old_bytes", change.before},
            {"new_bytes", change.now}};
}

Json to_json(const FunctionChange& change) {
    Json object = {{"name", change.any().name},
                   {"location", change.any().location},
                   {"status", !change.before ? "new"
                              : !change.now  ? "removed"
                                             : "changed"}};
    object["verdict"] = both(change, [](const Function& f) { return to_json(f.judged()); });
    object["budget_bytes"] = both(change, [](const Function& f) { return to_json(f.budget); });
    object["peak_bytes"] = both(change, [](const Function& f) { return to_json(f.peak); });
    object["lower_bound_bytes"] =
        both(change, [](const Function& f) { return Json(f.lower_bound); });
    object["arena_bytes"] = both(
        change, [](const Function& f) { return f.plan ? Json(f.plan->arena) : Json(nullptr); });
    object["regressions"] = to_json(change.regressions);
    object["buffers"] = Json::array();
    for (const BufferChange& buffer : change.buffers)
        object["buffers"].push_back(to_json(buffer));
    return object;
}

} // namespace

std::string diff_json(const Comparison& comparison, const DiffOptions& options) {
    const Report& before = *comparison.before;
    const Report& now = *comparison.now;
    Json root = {{"schema", "langone-report-diff/1"},
                 {"old", options.old_file},
                 {"new", options.new_file},
                 {"exceeds", comparison.exceeds()},
                 {"unchanged", comparison.unchanged}};
    root["module"] = {
        {"peak_bytes", {{"old", to_json(before.peak)}, {"new", to_json(now.peak)}}},
        {"lower_bound_bytes", {{"old", before.lower_bound}, {"new", now.lower_bound}}},
        {"constant_bytes", {{"old", before.constants}, {"new", now.constants}}},
        {"regressions", to_json(comparison.regressions)}};
    root["functions"] = Json::array();
    for (const FunctionChange& change : comparison.functions)
        root["functions"].push_back(to_json(change));
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace langone::report
