// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "matching.h"

#include "format.h"

#include <algorithm>
#include <tuple>

namespace langone::report {

namespace {

/// What is compared of an allocation; texts as numbers.
struct Traits {
    std::size_t site = 0, type = 0, location = 0;
    std::int64_t column = -1;
    /// Lines until the last use; -1 if there is none.
    std::int64_t reach = -1;

    friend bool operator==(const Traits&, const Traits&) = default;
};

class Interner {
public:
    std::size_t operator()(const std::string& text) {
        return numbers_.try_emplace(text, numbers_.size()).first->second;
    }

private:
    std::unordered_map<std::string, std::size_t> numbers_;
};

std::vector<Traits> traits_of(const std::vector<Allocation>& allocations, Interner& number) {
    std::vector<Traits> result;
    for (const Allocation& allocation : allocations) {
        Traits traits{number(allocation.site), number(allocation.type),
                      number(allocation.allocated_at)};
        const auto begin = parse_place(allocation.allocated_at);
        const auto end =
            allocation.last_used_at ? parse_place(*allocation.last_used_at) : std::nullopt;
        if (begin)
            traits.column = begin->column;
        if (begin && end && begin->file == end->file)
            traits.reach = std::int64_t{end->line} - begin->line;
        result.push_back(traits);
    }
    return result;
}

/// How alike two allocations are; 0: not the same one. A pair of one type weighs more than two
/// pairs of different types.
unsigned likeness(const Traits& a, const Traits& b) {
    const unsigned same_text = a.location == b.location ? 3 : a.column == b.column ? 1 : 0;
    const unsigned same_reach = a.reach == b.reach ? 2 : 0;
    const unsigned same_site = a.site == b.site ? 1 : 0;
    if (a.type == b.type)
        return 16 + 2 * same_text + same_reach + same_site;
    // Another size in the same statement.
    return same_text + same_reach + same_site >= 3 && same_text != 0 ? 1 + same_text + same_reach
                                                                     : 0;
}

enum class Step : std::uint8_t { skip_before, skip_now, pair };

/// The best way through the table of all pairs, near its diagonal.
class Alignment {
public:
    Alignment(const std::vector<Traits>& before, const std::vector<Traits>& now)
        : before_(before), now_(now) {
        constexpr std::size_t most_cells = std::size_t{1} << 25;
        const std::size_t n = before.size(), m = now.size();
        const std::size_t wanted = 128 + (n > m ? n - m : m - n);
        band_ = std::min(wanted, std::max<std::size_t>(128, most_cells / (2 * (n + 1))));
        fill();
    }

    /// Calls `visit(i, j)` for each pair, last first. A way that leaves the band has no pairs left.
    template <class Visit>
    void each_pair(Visit&& visit) const {
        std::size_t i = before_.size(), j = now_.size();
        while (i > 0 && j > 0 && j >= low(i) && j <= high(i)) {
            const Step step = steps_[i * width() + (j - low(i))];
            if (step == Step::pair)
                visit(i - 1, j - 1);
            i -= step != Step::skip_now;
            j -= step != Step::skip_before;
        }
    }

private:
    std::size_t width() const { return 2 * band_ + 1; }
    /// The diagonal runs from corner to corner.
    std::size_t middle(std::size_t i) const {
        return before_.empty() ? 0 : i * now_.size() / before_.size();
    }
    std::size_t low(std::size_t i) const { return middle(i) - std::min(middle(i), band_); }
    std::size_t high(std::size_t i) const { return std::min(now_.size(), middle(i) + band_); }

    void fill() {
        steps_.assign((before_.size() + 1) * width(), Step::skip_now);
        std::vector<std::uint64_t> above(width(), 0), row(width(), 0);
        for (std::size_t i = 1; i <= before_.size(); ++i) {
            for (std::size_t j = low(i); j <= high(i); ++j)
                row[j - low(i)] = best(i, j, above, row);
            std::swap(above, row);
        }
    }

    /// Outside the band a cell is worth nothing, which no way into the band is less than.
    std::uint64_t best(std::size_t i, std::size_t j, const std::vector<std::uint64_t>& above,
                       const std::vector<std::uint64_t>& row) {
        const auto from_above = [&](std::size_t column) -> std::uint64_t {
            return column >= low(i - 1) && column <= high(i - 1) ? above[column - low(i - 1)] : 0;
        };
        Step step = Step::skip_before;
        std::uint64_t value = from_above(j);
        if (j > low(i) && row[j - 1 - low(i)] > value) {
            step = Step::skip_now;
            value = row[j - 1 - low(i)];
        }
        if (j > 0)
            if (const unsigned alike = likeness(before_[i - 1], now_[j - 1]);
                alike != 0 && from_above(j - 1) + alike >= value) {
                step = Step::pair;
                value = from_above(j - 1) + alike;
            }
        steps_[i * width() + (j - low(i))] = step;
        return value;
    }

    const std::vector<Traits>& before_;
    const std::vector<Traits>& now_;
    std::size_t band_ = 0;
    std::vector<Step> steps_;
};

/// Pairs what the order left over: an allocation that was moved past others. The most alike first,
/// of one type only. Calls `visit(i, j)`.
template <class Visit>
void pair_moved(const std::vector<Traits>& before, const std::vector<Traits>& now,
                std::vector<bool> before_is_paired, std::vector<bool> now_is_paired,
                Visit&& visit) {
    std::unordered_map<std::size_t, std::vector<std::size_t>> now_by_type;
    for (std::size_t j = 0; j < now.size(); ++j)
        if (!now_is_paired[j])
            now_by_type[now[j].type].push_back(j);
    constexpr std::size_t most_candidates = 64; // of very many alike, any will do
    std::vector<std::tuple<unsigned, std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto found =
            before_is_paired[i] ? now_by_type.end() : now_by_type.find(before[i].type);
        if (found == now_by_type.end())
            continue;
        const std::size_t tried = std::min(found->second.size(), most_candidates);
        for (std::size_t k = 0; k < tried; ++k)
            pairs.emplace_back(likeness(before[i], now[found->second[k]]), i, found->second[k]);
    }
    std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
        return std::tuple(std::get<0>(b), std::get<1>(a), std::get<2>(a)) <
               std::tuple(std::get<0>(a), std::get<1>(b), std::get<2>(b));
    });
    for (const auto& [alike, i, j] : pairs) {
        if (before_is_paired[i] || now_is_paired[j])
            continue;
        before_is_paired[i] = now_is_paired[j] = true;
        visit(i, j);
    }
}

} // namespace

std::unordered_map<std::string, std::string>
match_allocations(const std::vector<Allocation>& before, const std::vector<Allocation>& now) {
    Interner number;
    std::vector<Traits> old_traits = traits_of(before, number);
    std::vector<Traits> new_traits = traits_of(now, number);
    std::unordered_map<std::string, std::string> matched;
    // Most of two versions is the same: an identical beginning needs no table.
    std::size_t first = 0;
    while (first < before.size() && first < now.size() && old_traits[first] == new_traits[first]) {
        matched.emplace(before[first].site, now[first].site);
        ++first;
    }
    const auto begin = static_cast<std::ptrdiff_t>(first);
    old_traits.erase(old_traits.begin(), old_traits.begin() + begin);
    new_traits.erase(new_traits.begin(), new_traits.begin() + begin);
    std::vector<bool> old_is_paired(old_traits.size()), new_is_paired(new_traits.size());
    const auto pair = [&](std::size_t i, std::size_t j) {
        matched.emplace(before[first + i].site, now[first + j].site);
    };
    Alignment(old_traits, new_traits).each_pair([&](std::size_t i, std::size_t j) {
        old_is_paired[i] = new_is_paired[j] = true;
        pair(i, j);
    });
    pair_moved(old_traits, new_traits, std::move(old_is_paired), std::move(new_is_paired), pair);
    return matched;
}

} // namespace langone::report
