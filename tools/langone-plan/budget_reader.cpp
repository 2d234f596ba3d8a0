// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "budget_certificate.h"

#include "certificate_reader.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <map>

namespace langone::plan {

namespace {

using tools::Node;
using Kind = Step::Kind;

std::size_t index(const Node& node, std::size_t size, const char* what) {
    const std::uint64_t number = node.count();
    if (number >= size)
        node.reject("there is no " + std::string(what) + ' ' + std::to_string(number));
    return number;
}

std::vector<std::size_t> indices(const Node& array, std::size_t size, const char* what) {
    std::vector<std::size_t> result;
    array.each([&](const Node& node) { result.push_back(index(node, size, what)); });
    return result;
}

std::vector<std::string> strings(const Node& array) {
    std::vector<std::string> result;
    array.each([&](const Node& node) { result.push_back(node.string()); });
    return result;
}

class Reader {
public:
    Certificate read(const Node& root) {
        root.allow({"schema", "functions", "cycles", "digest"});
        const Node functions = root.at("functions");
        functions.each([&](const Node& node) {
            const std::string name = node.at("name").string();
            if (!numbers_.emplace(name, numbers_.size()).second)
                node.reject("two functions are named '" + name + '\'');
        });
        functions.each(
            [&](const Node& node) { certificate_.functions.push_back(read_function(node)); });
        if (const auto cycles = root.find("cycles"))
            cycles->each([&](const Node& node) { read_cycle(node); });
        return std::move(certificate_);
    }

private:
    Function read_function(const Node& node) {
        node.allow({"name", "location", "peak_bytes", "retained_bytes", "budget_bytes", "arena",
                    "buffers", "places", "body", "assumptions"});
        Function function{node.at("name").string(), node.at("location").string(),
                          node.at("peak_bytes").bytes(), node.at("retained_bytes").bytes()};
        if (const auto budget = node.find("budget_bytes"))
            function.budget = budget->bytes();
        if (const auto buffers = node.find("buffers"))
            buffers->each(
                [&](const Node& buffer) { function.buffers.push_back(read_buffer(buffer)); });
        if (const auto arena = node.find("arena"))
            function.arena = read_arena(*arena, function);
        if (const auto places = node.find("places"))
            read_places(*places, function);
        if (const auto assumptions = node.find("assumptions"))
            function.assumptions = strings(*assumptions);
        function_ = &function;
        if (const auto body = node.find("body"))
            function.body = read_body(*body);
        else if (function.budget)
            node.reject("has a budget, but no body that it could be derived from");
        return function;
    }

    static Buffer read_buffer(const Node& node) {
        node.allow({"location", "bytes", "freed_bytes", "family_bytes"});
        Buffer buffer{node.at("location").string(), node.at("bytes").bytes(),
                      node.at("freed_bytes").bytes(), std::nullopt};
        if (const auto family = node.find("family_bytes")) {
            buffer.family = family->bytes();
            if (*buffer.family < buffer.allocated)
                family->reject("is less than what the buffer allocates");
        }
        return buffer;
    }

    static Arena read_arena(const Node& node, const Function& function) {
        node.allow({"from", "bytes", "alignment_bytes", "buffer"});
        static const std::map<std::string, Arena::From> origins = {
            {"body", Arena::From::body},
            {"caller", Arena::From::caller},
            {"program", Arena::From::program}};
        const auto from = origins.find(node.at("from").string());
        if (from == origins.end())
            node.at("from").reject("is not body, caller or program");
        Arena arena{from->second, node.at("bytes").bytes(), node.at("alignment_bytes").bytes()};
        if (arena.alignment == 0 || (arena.alignment & (arena.alignment - 1)) != 0)
            node.at("alignment_bytes").reject("is not a power of two");
        if (arena.from == Arena::From::body)
            arena.buffer = index(node.at("buffer"), function.buffers.size(), "buffer");
        return arena;
    }

    static void read_places(const Node& array, Function& function) {
        if (!function.arena)
            array.reject("are there without an arena");
        function.places.emplace();
        array.each([&](const Node& node) {
            node.allow({"location", "offset_bytes", "bytes"});
            function.places->push_back({node.at("location").string(),
                                        node.at("offset_bytes").bytes(), node.at("bytes").bytes()});
        });
    }

    void read_cycle(const Node& node) {
        node.allow({"functions", "depth", "depth_is"});
        Cycle cycle;
        node.at("functions").each([&](const Node& name) {
            const std::size_t number = find_function(name);
            Function& function = certificate_.functions[number];
            if (function.cycle || !function.body)
                name.reject("is in another cycle, or has no body");
            function.cycle = certificate_.cycles.size();
            cycle.functions.push_back(number);
        });
        if (const auto depth = node.find("depth")) {
            cycle.depth = depth->count();
            const std::string why = node.at("depth_is").string();
            if (why != "declared" && why != "proven")
                node.at("depth_is").reject("is not declared or proven");
            cycle.is_declared = why == "declared";
            if (*cycle.depth == 0)
                depth->reject("is not positive");
        }
        certificate_.cycles.push_back(std::move(cycle));
    }

    std::size_t find_function(const Node& name) const {
        const auto found = numbers_.find(name.string());
        if (found == numbers_.end())
            name.reject("there is no function '" + name.string() + '\'');
        return found->second;
    }

    Body read_body(const Node& array) {
        Body body;
        array.each([&](const Node& node) { body.push_back(read_step(node)); });
        return body;
    }

    Step read_step(const Node& node) {
        const std::size_t buffers = function_->buffers.size();
        const std::size_t places = function_->places ? function_->places->size() : 0;
        if (const auto what = only(node, "allocate"))
            return {Kind::allocate, {index(*what, buffers, "buffer")}};
        if (const auto what = only(node, "free"))
            return {Kind::free, indices(*what, buffers, "buffer")};
        if (const auto what = only(node, "place"))
            return {Kind::place, {index(*what, places, "place")}};
        if (const auto what = only(node, "use"))
            return {Kind::use, indices(*what, places, "place")};
        if (const auto what = only(node, "drop"))
            return {Kind::drop, indices(*what, places, "place")};
        if (const auto what = only(node, "await"))
            return {Kind::await, indices(*what, max_tasks, "task")};
        if (node.has("start"))
            return read_task(node);
        if (node.has("call"))
            return read_call(node, places);
        if (node.has("repeat"))
            return read_counted(node, Kind::repeat, "repeat", "at_least");
        if (node.has("parallel"))
            return read_counted(node, Kind::parallel, "all", "parallel");
        if (node.has("graph"))
            return read_graph(node);
        node.reject("is not a known step");
    }

    /// The member `key` of a step that has no other one.
    static std::optional<Node> only(const Node& node, const char* key) {
        if (!node.has(key))
            return std::nullopt;
        node.allow({key});
        return node.at(key);
    }

    Step read_call(const Node& node, std::size_t places) const {
        node.allow({"call", "slice"});
        Step step{Kind::call};
        node.at("call").each([&](const Node& name) { step.items.push_back(find_function(name)); });
        if (step.items.empty())
            node.at("call").reject("names no function");
        if (const auto slice = node.find("slice")) {
            step.slice = index(*slice, places, "place");
            if (step.items.size() != 1)
                slice->reject("is handed to one of several functions");
        }
        return step;
    }

    Step read_task(const Node& node) {
        node.allow({"start", "after", "takes", "body"});
        Step step{.kind = Kind::start,
                  .items = {index(node.at("start"), max_tasks, "task")},
                  .body = read_body(node.at("body"))};
        if (const auto after = node.find("after"))
            step.after = indices(*after, max_tasks, "task");
        if (const auto takes = node.find("takes"))
            step.takes = indices(*takes, function_->buffers.size(), "buffer");
        return step;
    }

    Step read_counted(const Node& node, Kind kind, const char* most, const char* least) {
        node.allow({most, least, "body"});
        Step step{.kind = kind,
                  .most = node.at(most).count(),
                  .least = node.at(least).count(),
                  .body = read_body(node.at("body"))};
        if (step.least > step.most)
            node.at(least).reject("is more than \"" + std::string(most) + '"');
        return step;
    }

    Step read_graph(const Node& node) {
        node.allow({"graph", "entry"});
        Step step{Kind::graph};
        std::size_t size = 0;
        node.at("graph").each([&](const Node&) { ++size; });
        step.items = indices(node.at("entry"), size + 1, "node");
        node.at("graph").each([&](const Node& part) {
            part.allow({"body", "next"});
            step.nodes.push_back(
                {read_body(part.at("body")), indices(part.at("next"), size + 1, "node")});
        });
        return step;
    }

    static constexpr std::size_t max_tasks = std::size_t{1} << 32;

    std::map<std::string, std::size_t> numbers_;
    Certificate certificate_;
    const Function* function_ = nullptr;
};

/// FNV-1a of all that stands before the digest, which is the last member.
void check_digest(std::string_view text, const Node& digest) {
    constexpr std::string_view member = "  \"digest\": \"";
    const std::size_t end = text.rfind(member);
    if (end == std::string_view::npos)
        digest.reject("is not the last member");
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char byte : text.substr(0, end))
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    std::array<char, 20> derived{};
    std::snprintf(derived.data(), derived.size(), "%016" PRIx64, hash);
    if (digest.string() != derived.data())
        throw Rejected{false, "the digest does not fit the text: it has been changed"};
}

} // namespace

Certificate read_budgets(std::string_view text) {
    const tools::Json document =
        tools::parse_json(text, {.max_depth = max_certificate_depth, .unique_keys = true});
    const Node root(document);
    check_schema(root, "langone-budget-certificate/1");
    check_digest(text, root.at("digest"));
    return Reader().read(root);
}

} // namespace langone::plan
