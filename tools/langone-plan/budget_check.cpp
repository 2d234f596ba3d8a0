// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "budget_check.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

namespace langone::plan {

namespace {

using Json = nlohmann::json;
using Bytes = std::uint64_t;

[[noreturn]] void malformed(const std::string& reason) {
    throw Rejected{true, reason};
}
[[noreturn]] void wrong(const std::string& reason) {
    throw Rejected{false, reason};
}

Bytes add(Bytes a, Bytes b) {
    Bytes sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        wrong("the bytes live at one point do not fit into 64 bits");
    return sum;
}

Bytes multiply(Bytes a, Bytes b) {
    Bytes product = 0;
    if (__builtin_mul_overflow(a, b, &product))
        wrong("the bytes live at one point do not fit into 64 bits");
    return product;
}

const Json& member(const Json& object, const char* key) {
    if (!object.is_object())
        malformed(std::string("what should have '") + key + "' is not an object");
    const auto found = object.find(key);
    if (found == object.end())
        malformed(std::string("'") + key + "' is missing");
    return *found;
}

Bytes to_number(const Json& value, const char* what) {
    if (!value.is_number_unsigned())
        malformed(std::string("'") + what + "' is not a number of at most 64 bits");
    return value.get<Bytes>();
}

Bytes number(const Json& object, const char* key) {
    return to_number(member(object, key), key);
}

std::string text(const Json& object, const char* key) {
    const Json& value = member(object, key);
    if (!value.is_string())
        malformed(std::string("'") + key + "' is not a string");
    return value.get<std::string>();
}

const Json& array(const Json& object, const char* key) {
    const Json& value = member(object, key);
    if (!value.is_array())
        malformed(std::string("'") + key + "' is not an array");
    return value;
}

/// Bytes of a function: the arena that is there without being allocated in its body is part of the
/// peak.
struct Cost {
    Bytes peak = 0;
    Bytes retained = 0;
    Bytes callers_arena = 0; ///< of the peak, what its callers count themselves
};

/// What a buffer adds when it is allocated, and surely takes away when it is freed.
struct BufferBytes {
    Bytes allocated = 0;
    Bytes freed = 0;
};

/// One function: follows the bytes through its body.
class Derivation {
public:
    Derivation(const Json& function, const std::map<std::string, Cost>& costs) : costs_(costs) {
        for (const Json& buffer : array(function, "buffers"))
            buffers_.push_back({number(buffer, "bytes"), number(buffer, "freed_bytes")});
        const auto exit = run(array(function, "body"), 0);
        const Bytes arena = function.contains("arena_bytes") ? number(function, "arena_bytes") : 0;
        result_ = {add(peak_, arena), exit.value_or(0)};
    }

    Cost cost() const { return result_; }

private:
    /// Bytes live; absent where control does not get to.
    using State = std::optional<Bytes>;

    void reach(Bytes bytes) { peak_ = std::max(peak_, bytes); }

    const BufferBytes& buffer(const Json& index) const {
        const Bytes at = to_number(index, "buffer");
        if (at >= buffers_.size())
            malformed("there is no buffer " + std::to_string(at));
        return buffers_[at];
    }

    State run(const Json& body, State state) {
        for (const Json& step : body) {
            if (!state)
                return state;
            state = run_step(step, *state);
        }
        return state;
    }

    State run_step(const Json& step, Bytes state) {
        if (!step.is_object() || step.empty())
            malformed("a step is not an object");
        if (step.contains("allocate")) {
            state = add(state, buffer(step["allocate"]).allocated);
            reach(state);
            return state;
        }
        if (step.contains("free"))
            return state - std::min(state, freed_by(array(step, "free")));
        if (step.contains("call"))
            return call(text(step, "call"), state);
        if (step.contains("repeat"))
            return repeat(number(step, "repeat"), number(step, "at_least"), array(step, "body"),
                          state);
        if (step.contains("parallel"))
            return parallel(number(step, "parallel"), number(step, "all"), array(step, "body"),
                            state);
        if (step.contains("graph"))
            return graph(array(step, "graph"), array(step, "entry"), state);
        malformed("an unknown step");
    }

    /// One of several buffers: the smallest. None that is known: nothing.
    Bytes freed_by(const Json& candidates) const {
        Bytes least = candidates.empty() ? 0 : ~Bytes{0};
        for (const Json& index : candidates)
            least = std::min(least, buffer(index).freed);
        return least;
    }

    Bytes call(const std::string& callee, Bytes state) {
        const auto found = costs_.find(callee);
        if (found == costs_.end())
            malformed("there is no function '" + callee + "'");
        reach(add(state, found->second.peak - found->second.callers_arena));
        return add(state, found->second.retained);
    }

    /// Every round may add what the first one added; there may be none.
    State repeat(Bytes times, Bytes at_least, const Json& body, Bytes state) {
        if (times == 0)
            return state;
        const Bytes outer = std::exchange(peak_, 0);
        State end = run(body, state);
        if (end && *end > state) {
            const Bytes growth = multiply(*end - state, times - 1);
            peak_ = add(peak_, growth);
            end = add(*end, growth);
        }
        peak_ = std::max(outer, peak_);
        return at_least == 0 ? std::max(end.value_or(state), state) : end;
    }

    /// Some of all bodies may be at their peaks together; the others have left what they leave.
    Bytes parallel(Bytes together, Bytes all, const Json& body, Bytes state) {
        if (together > all)
            malformed("more bodies run together than there are");
        const Bytes outer = std::exchange(peak_, 0);
        const State end = run(body, 0);
        const Bytes inner = std::exchange(peak_, outer);
        const Bytes left = end.value_or(0);
        reach(add(state, add(multiply(inner, together), multiply(left, all - together))));
        return add(state, multiply(left, all));
    }

    /// Nodes with bodies; the number of nodes stands for the way out. Bytes at the entry of a node
    /// are the largest that any edge brings. They settle within as many rounds as there are nodes,
    /// unless a cycle adds to them for ever.
    State graph(const Json& nodes, const Json& entry, Bytes state) {
        std::vector<State> entries(nodes.size() + 1);
        const auto flow = [&](const Json& targets, Bytes bytes) {
            bool changed = false;
            for (const Json& target : targets) {
                const Bytes node = to_number(target, "node");
                if (node >= entries.size())
                    malformed("there is no node " + std::to_string(node));
                changed |= !entries[node] || *entries[node] < bytes;
                entries[node] = std::max(entries[node].value_or(0), bytes);
            }
            return changed;
        };
        bool changed = flow(entry, state);
        for (std::size_t round = 0; changed; ++round) {
            if (round > nodes.size())
                wrong("memory may grow with each round of a loop");
            changed = false;
            for (std::size_t i = 0; i < nodes.size(); ++i)
                if (entries[i])
                    if (const State end = run(array(nodes[i], "body"), *entries[i]))
                        changed |= flow(array(nodes[i], "next"), *end);
        }
        return entries.back();
    }

    const std::map<std::string, Cost>& costs_;
    std::vector<BufferBytes> buffers_;
    Bytes peak_ = 0;
    Cost result_;
};

std::string difference(const std::string& name, const char* what, Bytes derived, Bytes stated) {
    return "'" + name + "': " + what + " is " + std::to_string(derived) + " bytes, not " +
           std::to_string(stated);
}

BudgetsCertified check(const Json& certificate) {
    const Json& functions = array(certificate, "functions");
    std::map<std::string, Cost> costs;
    for (const Json& function : functions) {
        Cost stated{number(function, "peak_bytes"), number(function, "retained_bytes")};
        if (function.contains("arena_is_callers") && function["arena_is_callers"] == true)
            stated.callers_arena = number(function, "arena_bytes");
        if (stated.callers_arena > stated.peak)
            wrong("'" + text(function, "name") + "': its arena is larger than its peak");
        if (!costs.emplace(text(function, "name"), stated).second)
            malformed("two functions are named '" + text(function, "name") + "'");
    }
    BudgetsCertified certified;
    for (const Json& function : functions) {
        const std::string name = text(function, "name");
        const Cost stated = costs.at(name);
        ++certified.functions;
        if (!function.contains("body")) // declared, not derived: an assumption
            continue;
        const Cost derived = Derivation(function, costs).cost();
        if (derived.peak != stated.peak)
            wrong(difference(name, "the peak", derived.peak, stated.peak));
        if (derived.retained != stated.retained)
            wrong(difference(name, "what is live at the end", derived.retained, stated.retained));
        if (!function.contains("budget_bytes"))
            continue;
        ++certified.budgets;
        if (const Bytes budget = number(function, "budget_bytes"); derived.peak > budget)
            wrong("'" + name + "': the peak of " + std::to_string(derived.peak) +
                  " bytes is above the budget of " + std::to_string(budget));
    }
    return certified;
}

/// FNV-1a of all that stands before the digest, which is the last member.
void check_digest(std::string_view text, const std::string& stated) {
    constexpr std::string_view member = "  \"digest\": \"";
    const std::size_t end = text.rfind(member);
    if (end == std::string_view::npos)
        malformed("the digest is not the last member");
    std::uint64_t digest = 0xCBF29CE484222325;
    for (const char byte : text.substr(0, end))
        digest = (digest ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    std::array<char, 20> derived{};
    std::snprintf(derived.data(), derived.size(), "%016" PRIx64, digest);
    if (stated != derived.data())
        wrong("the digest does not fit the text: it has been changed");
}

} // namespace

std::variant<BudgetsCertified, Rejected> check_budgets(std::string_view contents) {
    try {
        const Json certificate = Json::parse(contents, nullptr, /*allow_exceptions=*/false);
        if (text(certificate, "schema") != "langone-budget-certificate/1")
            malformed("schema is not \"langone-budget-certificate/1\"");
        check_digest(contents, text(certificate, "digest"));
        return check(certificate);
    } catch (const Rejected& rejected) {
        return rejected;
    }
}

} // namespace langone::plan
