// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report.h"

namespace langone::report {

using tools::Json;
using tools::Malformed;
using tools::Node;

namespace {

/// A member that has to be there but may be null.
Bytes bytes_or_null(const Node& object, const char* key) {
    const Node node = object.at(key);
    return node.is_null() ? Bytes() : node.bytes();
}

std::optional<std::string> string_or_null(const Node& object, const char* key) {
    const Node node = object.at(key);
    return node.is_null() ? std::optional<std::string>() : node.string();
}

/// A member that may be missing.
std::optional<std::string> optional_string(const Node& object, const char* key) {
    const auto node = object.find(key);
    return node ? std::optional(node->string()) : std::nullopt;
}

template <class T, class Read>
std::vector<T> list(const Node& array, Read&& read) {
    std::vector<T> result;
    array.each([&](const Node& member) { result.push_back(read(member)); });
    return result;
}

template <class T, class Read>
std::vector<T> optional_list(const Node& object, const char* key, Read&& read) {
    const auto node = object.find(key);
    return node ? list<T>(*node, read) : std::vector<T>();
}

/// A string, or an object with a message and what else there is.
Note read_note(const Node& node) {
    if (node.is_string())
        return {node.string(), ""};
    Note note{node.at("message").string(), optional_string(node, "location").value_or("")};
    if (const auto saved = node.find("saved_bytes"))
        note.saved = saved->bytes();
    return note;
}

Note read_reason(const Node& node) {
    return {node.at("message").string(), node.at("location").string()};
}

LiveBuffer read_live(const Node& node) {
    return {node.at("site").string(),
            node.at("bytes").bytes(),
            string_or_null(node, "type"),
            node.at("allocated_at").string(),
            string_or_null(node, "last_used_at"),
            optional_string(node, "bytes_symbolic")};
}

Peak read_peak(const Node& node) {
    return {
        node.at("location").string(),
        list<std::string>(node.at("call_chain"), [](const Node& call) { return call.string(); }),
        list<LiveBuffer>(node.at("live"), read_live)};
}

Point read_point(const Node& node) {
    return {node.at("location").string(), bytes_or_null(node, "bytes_upper"),
            node.at("bytes_lower").bytes()};
}

Allocation read_allocation(const Node& node) {
    return {node.at("site").string(), node.at("type").string(), node.at("allocated_at").string(),
            string_or_null(node, "last_used_at")};
}

PlannedBuffer read_planned(const Node& node, std::uint64_t arena) {
    PlannedBuffer buffer{node.at("site").string(),
                         node.at("location").string(),
                         node.at("offset_bytes").bytes(),
                         node.at("size_bytes").bytes(),
                         node.at("alignment_bytes").bytes(),
                         node.at("lower").time(),
                         node.at("upper").time()};
    if (buffer.lower >= buffer.upper)
        node.reject("upper is not above lower");
    if (buffer.size > arena || buffer.offset > arena - buffer.size)
        node.reject("lies outside the arena");
    return buffer;
}

Plan read_plan(const Node& node) {
    // An arena without a bound has at least so many bytes.
    const auto arena = bytes_or_null(node, "arena_bytes");
    const auto least = node.find("arena_least_bytes");
    Plan plan{arena.value_or(least ? least->bytes() : 0),
              node.at("alignment_bytes").bytes(),
              node.at("lower_bound_bytes").bytes(),
              node.at("placement").string(),
              node.at("status").string(),
              optional_string(node, "arena_symbolic")};
    plan.buffers = optional_list<PlannedBuffer>(node, "buffers", [&](const Node& buffer) {
        return read_planned(buffer, arena.value_or(UINT64_MAX));
    });
    return plan;
}

std::optional<Verdict> read_verdict(const Node& node) {
    if (node.is_null())
        return std::nullopt;
    const std::string text = node.string();
    if (text == "proven")
        return Verdict::proven;
    if (text == "guarded")
        return Verdict::guarded;
    if (text == "refuted")
        return Verdict::refuted;
    node.reject("is neither \"proven\", \"guarded\" nor \"refuted\"");
}

Function read_function(const Node& node) {
    Function function{node.at("name").string(),
                      node.at("location").string(),
                      bytes_or_null(node, "budget_bytes"),
                      read_verdict(node.at("verdict")),
                      bytes_or_null(node, "peak_bytes"),
                      node.at("lower_bound_bytes").bytes(),
                      bytes_or_null(node, "retained_bytes"),
                      bytes_or_null(node, "argument_bytes"),
                      node.at("constant_bytes").bytes(),
                      optional_string(node, "peak_symbolic")};
    if (function.peak && *function.peak < function.lower_bound)
        node.reject("lower_bound_bytes is above peak_bytes");
    if (const Node plan = node.at("plan"); !plan.is_null())
        function.plan = read_plan(plan);
    if (const Node peak = node.at("peak"); !peak.is_null())
        function.at_peak = read_peak(peak);
    function.unbounded = list<Note>(node.at("unbounded"), read_reason);
    function.assumptions = optional_list<Note>(node, "assumptions", read_note);
    function.suggestions = optional_list<Note>(node, "suggestions", read_note);
    function.timeline = optional_list<Point>(node, "timeline", read_point);
    function.allocations = optional_list<Allocation>(node, "buffers", read_allocation);
    return function;
}

Report read_document(const Node& root) {
    if (const Node schema = root.at("schema"); schema.string() != "langone-report/1")
        schema.reject("is \"" + schema.string() + "\"; this program reads \"langone-report/1\"");
    Report report;
    report.functions = list<Function>(root.at("functions"), read_function);
    const Node module = root.at("module");
    report.peak = bytes_or_null(module, "peak_bytes");
    report.lower_bound = module.at("lower_bound_bytes").bytes();
    report.constants = module.at("constant_bytes").bytes();
    return report;
}

} // namespace

const char* to_string(Verdict verdict) {
    switch (verdict) {
    case Verdict::proven:
        return "PROVEN";
    case Verdict::guarded:
        return "GUARDED";
    case Verdict::refuted:
        return "REFUTED";
    }
    return "";
}

std::optional<Verdict> Function::judged() const {
    if (verdict || !budget)
        return verdict;
    if (lower_bound > *budget)
        return Verdict::refuted;
    return peak && *peak <= *budget ? Verdict::proven : Verdict::guarded;
}

std::variant<Report, Malformed> parse_report(const std::string& text) {
    try {
        const Json document = tools::parse_json(text);
        return read_document(Node(document));
    } catch (Malformed& malformed) {
        return std::move(malformed);
    }
}

} // namespace langone::report
