// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "budget_check.h"

#include "budget_certificate.h"
#include "budget_peaks.h"
#include "budget_places.h"
#include "certificate_reader.h"

namespace langone::plan {

namespace {

/// Whether `body` calls, without handing over a place, a function that gets its arena from callers.
bool lends_arena(const Certificate& certificate, const Body& body) {
    for (const Step& step : body) {
        if (step.kind == Step::Kind::call && !step.slice)
            for (const std::size_t callee : step.items) {
                const auto& arena = certificate.functions[callee].arena;
                if (arena && arena->from == Arena::From::caller)
                    return true;
            }
        if (lends_arena(certificate, step.body))
            return true;
        for (const GraphNode& node : step.nodes)
            if (lends_arena(certificate, node.body))
                return true;
    }
    return false;
}

/// What the steps of a function do not show.
void add_assumptions(const Certificate& certificate, const Function& function,
                     std::vector<std::string>& assumptions) {
    const auto assume = [&](const std::string& what) {
        assumptions.push_back('\'' + function.name + "': " + what);
    };
    if (!function.body)
        assume("the peak is " + std::to_string(function.peak) + " bytes");
    if (function.arena && function.body && !function.places)
        assume("the buffers in its arena do not overlap");
    if (function.body && lends_arena(certificate, *function.body))
        assume("what it hands to callees as their arena is memory that it counts, and nothing else "
               "lies there");
    for (const std::string& stated : function.assumptions)
        assume(stated);
}

void add_assumptions(const Certificate& certificate, const Cycle& cycle,
                     std::vector<std::string>& assumptions) {
    if (!cycle.depth)
        return;
    std::string names;
    for (const std::size_t function : cycle.functions)
        names += (names.empty() ? "'" : ", '") + certificate.functions[function].name + '\'';
    assumptions.push_back(names + ": at most " + std::to_string(*cycle.depth) +
                          " activations at once, as " +
                          (cycle.is_declared ? "is declared" : "the compiler has found"));
}

BudgetsCertified check(const Certificate& certificate) {
    check_peaks(certificate);
    BudgetsCertified certified;
    certified.functions = certificate.functions.size();
    for (const Function& function : certificate.functions) {
        certified.budgets += function.budget.has_value();
        if (function.places && function.body) {
            check_places(certificate, function);
            certified.places += function.places->size();
        }
        add_assumptions(certificate, function, certified.assumptions);
    }
    for (const Cycle& cycle : certificate.cycles)
        add_assumptions(certificate, cycle, certified.assumptions);
    return certified;
}

} // namespace

std::variant<BudgetsCertified, Rejected> check_budgets(std::string_view contents) {
    try {
        return check(read_budgets(contents));
    } catch (const Rejected& rejected) {
        return rejected;
    } catch (const tools::Malformed& complaint) {
        return malformed(complaint);
    }
}

} // namespace langone::plan
