// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "compare.h"

#include "format.h"
#include "matching.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace langone::report {

const char* to_string(BufferChangeKind kind) {
    static constexpr const char* names[] = {"appeared", "disappeared",  "grew",
                                            "shrank",   "lives longer", "lives shorter"};
    return names[static_cast<int>(kind)];
}

const char* to_string(RegressionKind kind) {
    static constexpr const char* names[] = {"verdict", "peak", "arena"};
    return names[static_cast<int>(kind)];
}

std::uint64_t FunctionChange::growth() const {
    const std::uint64_t old_peak = before ? before->peak.value_or(0) : 0;
    const std::uint64_t new_peak = now ? now->peak.value_or(0) : 0;
    return new_peak - std::min(old_peak, new_peak);
}

bool Comparison::exceeds() const {
    const auto is_beyond = [](const Regression& regression) { return regression.exceeds; };
    return std::any_of(regressions.begin(), regressions.end(), is_beyond) ||
           std::any_of(functions.begin(), functions.end(), [&](const FunctionChange& function) {
               return std::any_of(function.regressions.begin(), function.regressions.end(),
                                  is_beyond);
           });
}

namespace {

//===----------------------------------------------------------------------===//
// What got worse
//===----------------------------------------------------------------------===//

bool is_beyond(std::uint64_t from, std::uint64_t to, double percent) {
    return static_cast<long double>(to - from) * 100 >
           static_cast<long double>(percent) * static_cast<long double>(from);
}

void check_bytes(std::vector<Regression>& regressions, RegressionKind kind, const Bytes& from,
                 const Bytes& to, double percent) {
    const std::string name = to_string(kind);
    if (from && !to)
        regressions.push_back(
            {kind, name + " has no finite bound any more, was " + short_bytes(*from), true});
    if (from && to && *to > *from)
        regressions.push_back({kind,
                               name + " grew from " + short_bytes(*from) + " to " +
                                   short_bytes(*to) + " (" + difference(*from, *to) + ')',
                               is_beyond(*from, *to, percent)});
}

/// A promise that is weaker than before, or a budget that does not hold from the start.
void check_verdict(std::vector<Regression>& regressions, const Function* before,
                   const Function& now) {
    const auto from = before ? before->judged() : std::nullopt;
    const auto to = now.judged();
    if (from && !to)
        regressions.push_back({RegressionKind::verdict,
                               std::string("was ") + to_string(*from) + ", and has no budget now",
                               true});
    else if (from && *to > *from)
        regressions.push_back({RegressionKind::verdict,
                               std::string("was ") + to_string(*from) + ", is " + to_string(*to),
                               true});
    else if (!from && to == Verdict::refuted)
        regressions.push_back(
            {RegressionKind::verdict,
             before ? "has a budget now, which is REFUTED" : "is new, and its budget is REFUTED",
             true});
}

//===----------------------------------------------------------------------===//
// What made the difference
//===----------------------------------------------------------------------===//

/// All allocations that a report tells of; of an old report, those at the peak.
std::vector<Allocation> allocations_of(const Function& function) {
    if (!function.allocations.empty() || !function.at_peak)
        return function.allocations;
    std::vector<std::pair<std::uint64_t, Allocation>> numbered;
    for (const LiveBuffer& live : function.at_peak->live) {
        const std::string prefix = function.name + '#';
        if (!live.type || !live.site.starts_with(prefix))
            continue;
        const std::string number = live.site.substr(prefix.size());
        if (number.empty() || number.size() > 18 ||
            number.find_first_not_of("0123456789") != std::string::npos)
            continue;
        numbered.push_back(
            {std::stoull(number), {live.site, *live.type, live.allocated_at, live.last_used_at}});
    }
    std::sort(numbered.begin(), numbered.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Allocation> result;
    for (auto& [number, allocation] : numbered)
        if (result.empty() || result.back().site != allocation.site)
            result.push_back(std::move(allocation));
    return result;
}

/// Which site of the old report is which of the new one, over all functions.
class SiteMap {
public:
    void add(const Function* before, const Function* now) {
        const auto old_ones = before ? allocations_of(*before) : std::vector<Allocation>();
        const auto new_ones = now ? allocations_of(*now) : std::vector<Allocation>();
        for (auto& [from, to] : match_allocations(old_ones, new_ones)) {
            to_old_.emplace(to, from);
            to_new_.emplace(from, to);
        }
        for (const Allocation& allocation : old_ones)
            old_.insert(allocation.site);
        for (const Allocation& allocation : new_ones)
            new_.insert(allocation.site);
    }

    /// The other report's name; empty if it has none. What is no allocation, such as what a callee
    /// leaves behind, has the same name in both.
    std::string to_new(const std::string& site) const { return look_up(to_new_, old_, site); }
    std::string to_old(const std::string& site) const { return look_up(to_old_, new_, site); }

    bool is_old_allocation(const std::string& site) const { return old_.contains(site); }
    bool is_new_allocation(const std::string& site) const { return new_.contains(site); }

private:
    using Names = std::unordered_map<std::string, std::string>;
    static std::string look_up(const Names& names, const std::unordered_set<std::string>& known,
                               const std::string& site) {
        if (const auto found = names.find(site); found != names.end())
            return found->second;
        return known.contains(site) ? "" : site;
    }

    Names to_new_, to_old_;
    std::unordered_set<std::string> old_, new_;
};

/// What is live at a peak, by site: a site may be there several times.
struct Live {
    std::uint64_t bytes = 0;
    const LiveBuffer* buffer = nullptr;
};

std::map<std::string, Live> live_at_peak(const Function* function) {
    std::map<std::string, Live> result;
    if (function && function->at_peak)
        for (const LiveBuffer& buffer : function->at_peak->live) {
            Live& live = result[buffer.site];
            live.bytes += std::min(buffer.bytes, UINT64_MAX - live.bytes);
            live.buffer = &buffer;
        }
    return result;
}

BufferChange change_of(BufferChangeKind kind, const std::string& site, const Live& live) {
    BufferChange change{kind, site, "", "", "", live.buffer->allocated_at};
    return change;
}

std::vector<BufferChange> compare_peaks(const Function* before, const Function* now,
                                        const SiteMap& sites) {
    using Kind = BufferChangeKind;
    const auto old_live = live_at_peak(before), new_live = live_at_peak(now);
    std::vector<BufferChange> changes;
    for (const auto& [site, live] : new_live) {
        const std::string old_site = sites.to_old(site);
        const auto found = old_live.find(old_site);
        const bool was_live = found != old_live.end();
        if (was_live && found->second.bytes == live.bytes)
            continue;
        const bool was_there = !old_site.empty() && sites.is_old_allocation(old_site);
        BufferChange change =
            change_of(!was_live ? (was_there ? Kind::lives_longer : Kind::appeared)
                      : live.bytes > found->second.bytes ? Kind::grew
                                                         : Kind::shrank,
                      site, live);
        change.new_type = live.buffer->type.value_or("");
        change.now = live.bytes;
        if (was_live || was_there)
            change.old_site = old_site;
        if (was_live) {
            change.old_type = found->second.buffer->type.value_or("");
            change.before = found->second.bytes;
        }
        changes.push_back(std::move(change));
    }
    for (const auto& [site, live] : old_live) {
        const std::string new_site = sites.to_new(site);
        if (new_live.contains(new_site))
            continue;
        const bool is_there = !new_site.empty() && sites.is_new_allocation(new_site);
        BufferChange change = change_of(is_there ? Kind::lives_shorter : Kind::disappeared,
                                        is_there ? new_site : site, live);
        change.old_site = site;
        change.old_type = live.buffer->type.value_or("");
        change.before = live.bytes;
        changes.push_back(std::move(change));
    }
    const auto effect = [](const BufferChange& change) {
        return change.now > change.before ? change.now - change.before : change.before - change.now;
    };
    std::sort(changes.begin(), changes.end(), [&](const BufferChange& a, const BufferChange& b) {
        return std::make_tuple(effect(b), a.kind, a.site) <
               std::make_tuple(effect(a), b.kind, b.site);
    });
    return changes;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

Bytes arena_of(const Function& function) {
    return function.plan ? Bytes(function.plan->arena) : Bytes();
}

bool is_same(const Function& before, const Function& now) {
    const auto key = [](const Function& function) {
        return std::make_tuple(function.judged(), function.budget, function.peak,
                               function.lower_bound, function.retained, function.constants,
                               arena_of(function));
    };
    return key(before) == key(now);
}

/// Functions of one name, of which nested modules may have several, are paired in their order.
using Key = std::pair<std::string, std::size_t>;

std::map<Key, const Function*> by_name(const Report& report) {
    std::map<Key, const Function*> result;
    std::unordered_map<std::string, std::size_t> seen;
    for (const Function& function : report.functions)
        result.emplace(Key(function.name, seen[function.name]++), &function);
    return result;
}

std::vector<FunctionChange> pair_functions(const Report& before, const Report& now) {
    const auto old_ones = by_name(before), new_ones = by_name(now);
    std::vector<FunctionChange> pairs;
    for (const auto& [key, function] : new_ones) {
        const auto found = old_ones.find(key);
        pairs.push_back({found == old_ones.end() ? nullptr : found->second, function});
    }
    for (const auto& [key, function] : old_ones)
        if (!new_ones.contains(key))
            pairs.push_back({function, nullptr});
    return pairs;
}

} // namespace

Comparison compare(const Report& before, const Report& now, double percent) {
    Comparison result{&before, &now};
    check_bytes(result.regressions, RegressionKind::peak, before.peak, now.peak, percent);
    std::vector<FunctionChange> pairs = pair_functions(before, now);
    SiteMap sites;
    for (const FunctionChange& pair : pairs)
        sites.add(pair.before, pair.now);
    for (FunctionChange& pair : pairs) {
        if (pair.now)
            check_verdict(pair.regressions, pair.before, *pair.now);
        if (pair.before && pair.now) {
            check_bytes(pair.regressions, RegressionKind::peak, pair.before->peak, pair.now->peak,
                        percent);
            if (pair.before->plan && pair.now->plan)
                check_bytes(pair.regressions, RegressionKind::arena, arena_of(*pair.before),
                            arena_of(*pair.now), percent);
            pair.buffers = compare_peaks(pair.before, pair.now, sites);
        }
        if (pair.before && pair.now && pair.buffers.empty() && is_same(*pair.before, *pair.now))
            ++result.unchanged;
        else
            result.functions.push_back(std::move(pair));
    }
    const auto rank = [](const FunctionChange& change) {
        return std::make_tuple(!change.regressions.empty(), change.growth());
    };
    std::sort(result.functions.begin(), result.functions.end(),
              [&](const FunctionChange& a, const FunctionChange& b) {
                  return std::make_tuple(rank(b), a.any().name) <
                         std::make_tuple(rank(a), b.any().name);
              });
    return result;
}

} // namespace langone::report
