// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A certificate of budgets in memory, and the reading of one. Owns which members there are, of
// which type, and what may refer to what; what follows from them is derived elsewhere.

#ifndef LANGONE_TOOLS_PLAN_BUDGET_CERTIFICATE_H
#define LANGONE_TOOLS_PLAN_BUDGET_CERTIFICATE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langone::plan {

using Bytes = std::uint64_t;

struct Step;
using Body = std::vector<Step>;

/// A block or region of a graph of them. As a successor, the number of nodes is the way out.
struct GraphNode {
    Body body;
    std::vector<std::size_t> next;
};

/// One thing that a body does.
struct Step {
    enum class Kind {
        allocate, ///< a buffer
        free,     ///< one of several buffers; none: nothing that is known
        call,     ///< one of several functions
        repeat,   ///< a body, `least` to `most` rounds of it
        parallel, ///< a body, `least` of `most` at the same time
        graph,    ///< nodes, from one of several entries
        start,    ///< a task: a body that goes on until it is awaited
        await,    ///< tasks of the same body
        place,    ///< the contents of a place of the arena begin
        use,      ///< of the contents of places
        drop,     ///< the contents of places are not used after this
    };
    Kind kind = Kind::use;
    /// Buffers, functions, entries, tasks or places, whatever the kind speaks of.
    std::vector<std::size_t> items = {};
    Bytes most = 0, least = 0;
    /// Of a task: those of the same body that end before it starts, and buffers from before that
    /// count with it from its start on, for it to free.
    std::vector<std::size_t> after = {}, takes = {};
    /// The place that a call hands to its callee as its arena.
    std::optional<std::size_t> slice = {};
    Body body = {};
    std::vector<GraphNode> nodes = {};
};

struct Buffer {
    std::string location;
    Bytes allocated = 0; ///< added by an allocation
    Bytes freed = 0;     ///< surely taken away by a deallocation
    /// The same for both if all that a deallocation may mean are charged with the largest of them.
    std::optional<Bytes> family;
};

/// The block that holds the places of a function.
struct Arena {
    enum class From {
        body,    ///< one of the buffers that the body allocates
        caller,  ///< an argument
        program, ///< a global: there from beginning to end
    };
    From from = From::body;
    Bytes bytes = 0, alignment = 1;
    std::size_t buffer = 0; ///< From::body
};

/// [offset, offset + bytes) in the arena.
struct Place {
    std::string location;
    Bytes offset = 0, bytes = 0;
};

/// A function, or an op with a budget of its own.
struct Function {
    std::string name, location;
    Bytes peak = 0;
    Bytes retained = 0; ///< live when it is left
    std::optional<Bytes> budget = {};
    std::optional<Arena> arena = {};
    std::vector<Buffer> buffers = {};
    std::optional<std::vector<Place>> places = {};
    std::optional<Body> body = {};
    /// Index into Certificate::cycles.
    std::optional<std::size_t> cycle = {};
    /// What the writer could not put into the certificate, or took from declarations.
    std::vector<std::string> assumptions = {};
};

/// Functions that call each other, with at most `depth` activations at once.
struct Cycle {
    std::vector<std::size_t> functions;
    std::optional<Bytes> depth;
    bool is_declared = false;
};

struct Certificate {
    std::vector<Function> functions;
    std::vector<Cycle> cycles;
};

/// Deeper documents are refused.
inline constexpr int max_certificate_depth = 1024;

/// Reads the text of a certificate, strictly: version 1 with its digest, no unknown or double
/// member, every index in range. Throws tools::Malformed for what is no certificate, Rejected for
/// one whose digest does not fit. Linear.
Certificate read_budgets(std::string_view text);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_BUDGET_CERTIFICATE_H
