// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "budget_places.h"

#include "certificate_check.h"

#include <utility>

namespace langone::plan {

namespace {

bool share_bytes(const Place& a, const Place& b) {
    // Ends do not wrap: check_arena has held them against the arena.
    return a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}

class PlaceCheck {
public:
    PlaceCheck(const Certificate& certificate, const Function& function)
        : certificate_(certificate), function_(function), places_(*function.places) {}

    void run() {
        check_arena();
        run(*function_.body, State(places_.size()));
    }

private:
    struct Contents {
        bool there = false;       ///< on some path
        bool overwritten = false; ///< on some path
        std::size_t overwritten_by = 0;

        bool operator==(const Contents& other) const {
            return there == other.there && overwritten == other.overwritten;
        }
    };
    using State = std::vector<Contents>;

    [[noreturn]] void wrong(const std::string& reason) const {
        throw Rejected{false, '\'' + function_.name + "': " + reason};
    }

    std::string name(std::size_t place) const {
        return "place " + std::to_string(place) + " (" + places_[place].location + ')';
    }

    void check_arena() const {
        const Arena& arena = *function_.arena;
        for (std::size_t i = 0; i < places_.size(); ++i)
            if (places_[i].bytes > arena.bytes ||
                places_[i].offset > arena.bytes - places_[i].bytes)
                wrong(name(i) + " ends above the arena of " + std::to_string(arena.bytes) +
                      " bytes");
        if (arena.from == Arena::From::body &&
            function_.buffers[arena.buffer].allocated < arena.bytes)
            wrong("the buffer that is the arena is smaller than it");
    }

    /// False if control does not get to the end.
    bool run(const Body& body, State& state) {
        for (const Step& step : body)
            if (!run(step, state))
                return false;
        return true;
    }
    bool run(const Body& body, State&& state) { return run(body, state); }

    bool run(const Step& step, State& state) {
        switch (step.kind) {
        case Step::Kind::place:
            place(step.items.front(), state);
            break;
        case Step::Kind::use:
            for (const std::size_t place : step.items)
                use(place, state);
            break;
        case Step::Kind::drop:
            for (const std::size_t place : step.items)
                state[place] = {};
            break;
        case Step::Kind::call:
            call(step, state);
            break;
        case Step::Kind::repeat:
            return repeat(step, state);
        case Step::Kind::parallel:
        case Step::Kind::start:
            beside(step, state);
            break;
        case Step::Kind::graph:
            return graph(step, state);
        case Step::Kind::allocate:
        case Step::Kind::free:
        case Step::Kind::await:
            break;
        }
        return true;
    }

    void place(std::size_t placed, State& state) const {
        if (beside_ != 0)
            wrong(name(placed) + " is placed where several bodies run at once");
        for (std::size_t other = 0; other < places_.size(); ++other)
            if (other != placed && state[other].there &&
                share_bytes(places_[placed], places_[other])) {
                state[other].overwritten = true;
                state[other].overwritten_by = placed;
            }
        state[placed] = {true, false};
    }

    void use(std::size_t used, const State& state) const {
        if (in_task_ != 0)
            wrong(name(used) + " is used in a task, which may go on for longer");
        const Contents& contents = state[used];
        if (!contents.there)
            wrong(name(used) + " is used where it is not placed");
        if (contents.overwritten)
            wrong(name(used) + " is used after " + name(contents.overwritten_by) +
                  ", which shares bytes with it, was placed");
    }

    /// The callee writes its arena whenever it likes.
    void call(const Step& step, State& state) const {
        if (!step.slice)
            return;
        const Function& callee = certificate_.functions[step.items.front()];
        if (!callee.arena || callee.arena->from != Arena::From::caller)
            wrong('\'' + callee.name + "' is handed an arena that it does not take");
        const Place& slice = places_[*step.slice];
        if (slice.bytes < callee.arena->bytes)
            wrong(name(*step.slice) + " has " + std::to_string(slice.bytes) +
                  " bytes, the arena of '" + callee.name + "' takes " +
                  std::to_string(callee.arena->bytes));
        if (function_.arena->alignment < callee.arena->alignment ||
            slice.offset % callee.arena->alignment != 0)
            wrong(name(*step.slice) + " is not aligned to the " +
                  std::to_string(callee.arena->alignment) + " bytes that '" + callee.name +
                  "' needs");
        place(*step.slice, state);
    }

    static bool join(State& into, const State& other) {
        bool changed = false;
        for (std::size_t i = 0; i < into.size(); ++i) {
            changed |= (other[i].there && !into[i].there) ||
                       (other[i].overwritten && !into[i].overwritten);
            into[i].there |= other[i].there;
            if (other[i].overwritten && !std::exchange(into[i].overwritten, true))
                into[i].overwritten_by = other[i].overwritten_by;
        }
        return changed;
    }

    bool repeat(const Step& step, State& state) {
        if (step.most == 0)
            return true;
        State entry = state, end;
        bool ends = false;
        do {
            end = entry;
            ends = run(step.body, end);
        } while (step.most > 1 && ends && join(entry, end));
        if (step.least == 0) {
            if (ends)
                join(state, end);
            return true;
        }
        state = std::move(end);
        return ends;
    }

    /// Nothing is placed here, so that one walk sees all uses.
    void beside(const Step& step, State& state) {
        const unsigned task = step.kind == Step::Kind::start ? 1 : 0;
        ++beside_;
        in_task_ += task;
        run(step.body, state);
        in_task_ -= task;
        --beside_;
    }

    bool graph(const Step& step, State& state) {
        std::vector<std::optional<State>> entries(step.nodes.size() + 1);
        std::vector<bool> is_due(step.nodes.size() + 1);
        const auto flow = [&](const std::vector<std::size_t>& targets, const State& from) {
            for (const std::size_t node : targets) {
                if (entries[node] && !join(*entries[node], from))
                    continue;
                if (!entries[node])
                    entries[node] = from;
                is_due[node] = true;
            }
        };
        flow(step.items, state);
        for (bool changed = true; changed;) {
            changed = false;
            for (std::size_t i = 0; i < step.nodes.size(); ++i) {
                if (!is_due[i])
                    continue;
                is_due[i] = false;
                changed = true;
                State end = *entries[i];
                if (run(step.nodes[i].body, end))
                    flow(step.nodes[i].next, end);
            }
        }
        if (!entries.back())
            return false;
        state = std::move(*entries.back());
        return true;
    }

    const Certificate& certificate_;
    const Function& function_;
    const std::vector<Place>& places_;
    unsigned beside_ = 0;  ///< bodies around that go on beside others
    unsigned in_task_ = 0; ///< of them, tasks
};

} // namespace

void check_places(const Certificate& certificate, const Function& function) {
    PlaceCheck(certificate, function).run();
}

} // namespace langone::plan
