// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "budget_peaks.h"

#include "certificate_check.h"

#include <algorithm>
#include <map>
#include <utility>

namespace langone::plan {

namespace {

[[noreturn]] void wrong(const std::string& reason) {
    throw Rejected{false, reason};
}

/// Why a walk gives no bound; another way of charging may.
struct NoBound {
    const char* reason;
};

Bytes add(Bytes a, Bytes b) {
    Bytes sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        throw NoBound{"the bytes live at one point do not fit into 64 bits"};
    return sum;
}

Bytes multiply(Bytes a, Bytes b) {
    Bytes product = 0;
    if (__builtin_mul_overflow(a, b, &product))
        throw NoBound{"the bytes live at one point do not fit into 64 bits"};
    return product;
}

/// What a call costs; nothing but what is left behind if it is another activation of the cycle.
struct Cost {
    Bytes peak = 0, retained = 0;
    bool is_activation = false;
};

struct Peaks {
    Bytes peak = 0;
    Bytes retained = 0;
    /// The most that is live at calls within the cycle, by callee; one of several is `any`.
    std::map<std::size_t, Bytes> at_calls = {};
};

constexpr std::size_t any = ~std::size_t{0};

enum class Charging { own, family };

/// Follows the bytes through one function.
class Walk {
public:
    Walk(const Function& function, const std::vector<Cost>& costs, Charging charging)
        : function_(function), costs_(costs), charging_(charging) {}

    Peaks run() {
        peaks_.retained = run(*function_.body, 0).value_or(0);
        return peaks_;
    }

private:
    /// Bytes live; absent where control does not get to.
    using State = std::optional<Bytes>;
    /// What a task has at most, and leaves. Until tasks that it comes after are over it has not
    /// started: what it takes and they have is in `waits`; each of them counts there alone.
    struct Task {
        Bytes peak = 0, left = 0, waits = 0;
        std::optional<std::size_t> waiter = {};
        bool is_over = false;

        Bytes bytes() const { return std::max(waits, peak); }
    };
    /// Those that the body has started.
    using Tasks = std::map<std::size_t, Task>;

    void reach(Bytes bytes) { peaks_.peak = std::max(peaks_.peak, bytes); }

    Bytes allocated(const Buffer& buffer) const {
        return charging_ == Charging::family ? buffer.family.value_or(buffer.allocated)
                                             : buffer.allocated;
    }
    Bytes freed(const Buffer& buffer) const {
        return charging_ == Charging::family ? buffer.family.value_or(buffer.freed) : buffer.freed;
    }

    State run(const Body& body, State state) {
        Tasks tasks;
        for (const Step& step : body) {
            if (!state)
                return state;
            state = run(step, *state, tasks);
        }
        return state;
    }

    State run(const Step& step, Bytes state, Tasks& tasks) {
        switch (step.kind) {
        case Step::Kind::allocate:
            state = add(state, allocated(function_.buffers[step.items.front()]));
            reach(state);
            return state;
        case Step::Kind::free:
            return state - std::min(state, freed_by(step));
        case Step::Kind::call:
            return call(step, state);
        case Step::Kind::repeat:
            return repeat(step, state);
        case Step::Kind::parallel:
            return parallel(step, state);
        case Step::Kind::graph:
            return graph(step, state);
        case Step::Kind::start:
            return start(step, state, tasks);
        case Step::Kind::await:
            return await(step, state, tasks);
        case Step::Kind::place:
        case Step::Kind::use:
        case Step::Kind::drop:
            break;
        }
        return state;
    }

    /// One of several buffers: the smallest. None that is known: nothing.
    Bytes freed_by(const Step& step) const {
        Bytes least = step.items.empty() ? 0 : ~Bytes{0};
        for (const std::size_t buffer : step.items)
            least = std::min(least, freed(function_.buffers[buffer]));
        return least;
    }

    /// Of one of several functions: the worst of each number.
    Bytes call(const Step& step, Bytes state) {
        Cost worst;
        for (const std::size_t callee : step.items) {
            const Cost& cost = costs_[callee];
            worst.peak = std::max(worst.peak, cost.peak);
            worst.retained = std::max(worst.retained, cost.retained);
            worst.is_activation |= cost.is_activation;
        }
        if (worst.is_activation) {
            if (overlapping_ != 0)
                wrong('\'' + function_.name + "': a recursive call may run several times at once");
            const std::size_t callee = step.items.size() == 1 ? step.items.front() : any;
            Bytes& most = peaks_.at_calls[callee];
            most = std::max(most, state);
        }
        reach(add(state, worst.peak));
        return add(state, worst.retained);
    }

    /// Every round may add what the first one added; there may be none.
    State repeat(const Step& step, Bytes state) {
        if (step.most == 0)
            return state;
        const Peaks outer = std::exchange(peaks_, {});
        State end = run(step.body, state);
        if (end && *end > state) {
            const Bytes growth = multiply(*end - state, step.most - 1);
            peaks_.peak = add(peaks_.peak, growth);
            for (auto& [callee, bytes] : peaks_.at_calls)
                bytes = add(bytes, growth);
            end = add(*end, growth);
        }
        join(outer);
        return step.least == 0 ? std::max(end.value_or(state), state) : end;
    }

    void join(const Peaks& other) {
        reach(other.peak);
        for (const auto& [callee, bytes] : other.at_calls) {
            Bytes& most = peaks_.at_calls[callee];
            most = std::max(most, bytes);
        }
    }

    /// A body by itself that goes on beside others: its peak and what it leaves behind.
    Peaks beside(const Body& body, Bytes at_start = 0) {
        ++overlapping_;
        const Peaks outer = std::exchange(peaks_, {});
        reach(at_start);
        peaks_.retained = run(body, at_start).value_or(0);
        --overlapping_;
        return std::exchange(peaks_, outer);
    }

    /// Some of all bodies may be at their peaks together; the others have left what they leave.
    State parallel(const Step& step, Bytes state) {
        const Peaks inner = beside(step.body);
        reach(add(state, add(multiply(inner.peak, step.least),
                             multiply(inner.retained, step.most - step.least))));
        return add(state, multiply(inner.retained, step.most));
    }

    /// From here on the task may be at its peak, or those that it comes after, until it is awaited.
    State start(const Step& step, Bytes state, Tasks& tasks) {
        Bytes taken = 0;
        for (const std::size_t buffer : step.takes)
            taken = add(taken, freed(function_.buffers[buffer]));
        state -= std::min(state, taken);
        const Peaks inner = beside(step.body, taken);
        Task task{.peak = inner.peak, .left = inner.retained, .waits = taken};
        const std::size_t number = step.items.front();
        for (const std::size_t earlier : step.after) {
            Task& other = started(earlier, tasks);
            if (inner.peak == 0 || other.waiter || other.is_over)
                continue;
            const Bytes bytes = other.bytes() - other.left;
            state = shrink(earlier, bytes, state, tasks);
            other.waiter = number;
            task.waits = add(task.waits, bytes);
        }
        state = add(state, task.bytes());
        reach(state);
        if (!tasks.emplace(number, task).second)
            wrong('\'' + function_.name + "': a task is started twice in one body");
        return state;
    }

    Task& started(std::size_t number, Tasks& tasks) const {
        const auto found = tasks.find(number);
        if (found == tasks.end())
            wrong('\'' + function_.name + "': a task is awaited that was not started before");
        return found->second;
    }

    /// Takes bytes of a task away, where they count.
    static Bytes shrink(std::size_t number, Bytes bytes, Bytes state, Tasks& tasks) {
        while (const auto waiter = tasks.at(number).waiter) {
            Task& other = tasks.at(*waiter);
            if (other.is_over)
                return state;
            const Bytes before = other.bytes();
            other.waits -= bytes;
            bytes = before - other.bytes();
            number = *waiter;
        }
        return state - std::min(state, bytes);
    }

    State await(const Step& step, Bytes state, Tasks& tasks) {
        for (const std::size_t number : step.items) {
            Task& task = started(number, tasks);
            if (!task.is_over)
                state = shrink(number, task.bytes() - task.left, state, tasks);
            task.is_over = true;
        }
        return state;
    }

    /// Bytes at the entry of a node are the most that any edge brings. They settle within as many
    /// rounds as there are nodes, unless a cycle adds to them for ever.
    State graph(const Step& step, Bytes state) {
        std::vector<State> entries(step.nodes.size() + 1);
        const auto flow = [&](const std::vector<std::size_t>& targets, Bytes bytes) {
            bool changed = false;
            for (const std::size_t node : targets) {
                changed |= !entries[node] || *entries[node] < bytes;
                entries[node] = std::max(entries[node].value_or(0), bytes);
            }
            return changed;
        };
        bool changed = flow(step.items, state);
        for (std::size_t round = 0; changed; ++round) {
            if (round > step.nodes.size())
                throw NoBound{"memory may grow with each round of a loop"};
            changed = false;
            for (std::size_t i = 0; i < step.nodes.size(); ++i)
                if (entries[i])
                    if (const State end = run(step.nodes[i].body, *entries[i]))
                        changed |= flow(step.nodes[i].next, *end);
        }
        return entries.back();
    }

    const Function& function_;
    const std::vector<Cost>& costs_;
    Charging charging_;
    Peaks peaks_;
    unsigned overlapping_ = 0; ///< bodies around that go on beside others
};

std::string difference(const Function& function, const char* what, Bytes derived, Bytes stated) {
    return '\'' + function.name + "': " + what + " is " + std::to_string(derived) + " bytes, not " +
           std::to_string(stated);
}

class Derivation {
public:
    explicit Derivation(const Certificate& certificate) : certificate_(certificate) {
        for (const Function& function : certificate.functions)
            costs_.push_back(cost_of(function));
    }

    void run() {
        for (const Function& function : certificate_.functions)
            if (function.body && !function.cycle)
                check_alone(function);
        for (const Cycle& cycle : certificate_.cycles)
            check_cycle(cycle);
        for (const Function& function : certificate_.functions)
            if (function.budget && function.peak > *function.budget)
                wrong('\'' + function.name + "': the peak of " + std::to_string(function.peak) +
                      " bytes is above the budget of " + std::to_string(*function.budget));
    }

private:
    /// An arena from the caller is in the peak, but the caller counts it itself.
    static Cost cost_of(const Function& function) {
        Cost cost{function.peak, function.retained, false};
        if (function.arena && function.arena->from == Arena::From::caller) {
            if (function.arena->bytes > function.peak)
                wrong('\'' + function.name + "': its arena is larger than its peak");
            cost.peak -= function.arena->bytes;
        }
        return cost;
    }

    Peaks walk(const Function& function, Charging charging) const {
        Peaks peaks = Walk(function, costs_, charging).run();
        if (function.arena && function.arena->from != Arena::From::body)
            peaks.peak = add(peaks.peak, function.arena->bytes);
        return peaks;
    }

    static bool has_families(const Function& function) {
        return std::any_of(function.buffers.begin(), function.buffers.end(),
                           [](const Buffer& buffer) { return buffer.family.has_value(); });
    }

    /// Each way of charging gives a bound; stated is the least of either number.
    void check_alone(const Function& function) const {
        std::vector<Peaks> bounds;
        const char* why_not = nullptr;
        const auto derive = [&](Charging charging) {
            try {
                bounds.push_back(walk(function, charging));
            } catch (const NoBound& none) {
                why_not = none.reason;
            }
        };
        derive(Charging::own);
        if (has_families(function))
            derive(Charging::family);
        if (bounds.empty())
            wrong('\'' + function.name + "': " + why_not);
        const auto least = [&](Bytes Peaks::* number) {
            return (*std::min_element(bounds.begin(), bounds.end(),
                                      [&](const Peaks& left, const Peaks& right) {
                                          return left.*number < right.*number;
                                      })).*
                   number;
        };
        agree(function, least(&Peaks::peak), least(&Peaks::retained));
    }

    static void agree(const Function& function, Bytes peak, Bytes retained) {
        if (peak != function.peak)
            wrong(difference(function, "the peak", peak, function.peak));
        if (retained != function.retained)
            wrong(difference(function, "what is live at the end", retained, function.retained));
    }

    /// What the activation of depth k + 1 leaves behind follows from what that of depth k does.
    void check_cycle(const Cycle& cycle) {
        constexpr Bytes max_rounds = 64;
        std::vector<Peaks> found(cycle.functions.size());
        const std::vector<Cost> stated = costs_;
        for (const std::size_t number : cycle.functions)
            costs_[number] = {0, 0, true};
        try {
            bool is_settled = false;
            for (Bytes round = 1; !is_settled; ++round) {
                if (round > max_rounds)
                    throw NoBound{"recursion may leave more behind the deeper it is"};
                is_settled = walk_cycle(cycle, found) || round == cycle.depth;
            }
            check_cycle(cycle, found);
        } catch (const NoBound& none) {
            wrong('\'' + certificate_.functions[cycle.functions.front()].name +
                  "': " + none.reason);
        }
        costs_ = stated;
    }

    /// Whether another round would find the same.
    bool walk_cycle(const Cycle& cycle, std::vector<Peaks>& found) {
        bool is_same = true;
        for (std::size_t i = 0; i < cycle.functions.size(); ++i)
            found[i] = walk(certificate_.functions[cycle.functions[i]], Charging::own);
        for (std::size_t i = 0; i < cycle.functions.size(); ++i) {
            Bytes& retained = costs_[cycle.functions[i]].retained;
            is_same &= std::exchange(retained, found[i].retained) == found[i].retained;
        }
        return is_same;
    }

    void check_cycle(const Cycle& cycle, const std::vector<Peaks>& found) const {
        const std::vector<Bytes> simple = bound_simply(cycle, found);
        const std::vector<Bytes> along = bound_along_paths(cycle, found);
        for (std::size_t i = 0; i < found.size(); ++i) {
            const Function& function = certificate_.functions[cycle.functions[i]];
            agree(function, std::min(simple[i], along[i]), found[i].retained);
        }
    }

    /// (N - 1) * L + P, where the first activation has its own L.
    static std::vector<Bytes> bound_simply(const Cycle& cycle, const std::vector<Peaks>& found) {
        std::vector<Bytes> at_call(found.size());
        Bytes within = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
            within = std::max(within, found[i].peak);
            for (const auto& [callee, bytes] : found[i].at_calls)
                at_call[i] = std::max(at_call[i], bytes);
        }
        const Bytes most = *std::max_element(at_call.begin(), at_call.end());
        if (most != 0 && !cycle.depth)
            throw NoBound{"memory is live across a recursive call of unknown depth"};
        std::vector<Bytes> bounds;
        for (std::size_t i = 0; i < found.size(); ++i) {
            Bytes bound = most == 0 ? within : found[i].peak;
            if (most != 0 && *cycle.depth > 1)
                bound =
                    std::max(bound, add(add(at_call[i], multiply(*cycle.depth - 2, most)), within));
            bounds.push_back(bound);
        }
        return bounds;
    }

    /// The worst of L(f1, f2) + L(f2, f3) + ... + P(fn) over all paths that are no longer than the
    /// depth; without one, nothing is live at calls and no function comes twice.
    static std::vector<Bytes> bound_along_paths(const Cycle& cycle,
                                                const std::vector<Peaks>& found) {
        constexpr Bytes max_levels = 1 << 16;
        std::map<std::size_t, std::size_t> position;
        std::vector<Bytes> bounds;
        for (std::size_t i = 0; i < found.size(); ++i) {
            position[cycle.functions[i]] = i;
            bounds.push_back(found[i].peak);
        }
        const Bytes levels = cycle.depth.value_or(found.size());
        if (levels > max_levels)
            return bound_simply(cycle, found);
        for (Bytes level = 1; level < levels; ++level) {
            std::vector<Bytes> longer = bounds;
            for (std::size_t i = 0; i < found.size(); ++i)
                for (const auto& [callee, bytes] : found[i].at_calls) {
                    const Bytes rest = callee == any
                                           ? *std::max_element(bounds.begin(), bounds.end())
                                           : bounds[position.at(callee)];
                    longer[i] = std::max(longer[i], add(bytes, rest));
                }
            if (longer == bounds)
                break;
            bounds = std::move(longer);
        }
        return bounds;
    }

    const Certificate& certificate_;
    std::vector<Cost> costs_; ///< of a call of each function
};

} // namespace

void check_peaks(const Certificate& certificate) {
    Derivation(certificate).run();
}

} // namespace langone::plan
