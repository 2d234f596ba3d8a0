// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The check that a problem is well formed, and its messages.

#include "langone/Planner/problem.h"

#include <algorithm>
#include <bit>

namespace langone::planner {

namespace {

bool pieces_well_formed(const Buffer& buffer) {
    if (buffer.pieces.empty())
        return true;
    if (buffer.pieces.front().lower != buffer.lower || buffer.pieces.back().upper != buffer.upper)
        return false;
    for (std::size_t i = 0; i < buffer.pieces.size(); ++i) {
        if (buffer.pieces[i].lower >= buffer.pieces[i].upper)
            return false;
        if (i > 0 && buffer.pieces[i].lower < buffer.pieces[i - 1].upper)
            return false;
    }
    return true;
}

std::optional<ProblemErrorKind> check_buffer(const Buffer& buffer) {
    if (buffer.lower >= buffer.upper)
        return ProblemErrorKind::empty_lifetime;
    if (!std::has_single_bit(buffer.alignment))
        return ProblemErrorKind::bad_alignment;
    if (buffer.size > max_height || buffer.alignment > max_height)
        return ProblemErrorKind::too_large;
    if (buffer.fixed_offset) {
        if (*buffer.fixed_offset % buffer.alignment != 0)
            return ProblemErrorKind::misaligned_fixed_offset;
        if (*buffer.fixed_offset > max_height - buffer.size)
            return ProblemErrorKind::too_large;
    }
    if (!pieces_well_formed(buffer))
        return ProblemErrorKind::bad_pieces;
    return std::nullopt;
}

const char* describe(ProblemErrorKind kind) {
    switch (kind) {
    case ProblemErrorKind::empty_lifetime:
        return "its lifetime is empty: lower must be less than upper";
    case ProblemErrorKind::bad_alignment:
        return "its alignment is not a power of two";
    case ProblemErrorKind::misaligned_fixed_offset:
        return "its fixed offset is not a multiple of its alignment";
    case ProblemErrorKind::bad_pieces:
        return "its pieces of lifetime are not sorted, disjoint and spanning its lifetime";
    case ProblemErrorKind::too_large:
        return "sizes with padding add up to more than 2^62 bytes";
    case ProblemErrorKind::too_many_buffers:
        return "there are more than 2^30 buffers and pieces of lifetime";
    }
    return "malformed";
}

} // namespace

std::optional<ProblemError> check(const Problem& problem) {
    std::uint64_t padded = 0;    // all free buffers on top of each other
    std::uint64_t fixed_end = 0; // above the highest fixed buffer
    std::size_t pieces = 0;
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        const Buffer& buffer = problem.buffers[i];
        if (const auto kind = check_buffer(buffer))
            return ProblemError{*kind, i};
        if (buffer.fixed_offset)
            fixed_end = std::max(fixed_end, *buffer.fixed_offset + buffer.size);
        else
            padded += buffer.size + (buffer.alignment - 1); // both at most 2^62: cannot wrap
        if (padded > max_height || fixed_end > max_height - padded)
            return ProblemError{ProblemErrorKind::too_large, i};
        pieces += std::max<std::size_t>(1, buffer.pieces.size());
        if (pieces > max_buffers)
            return ProblemError{ProblemErrorKind::too_many_buffers, i};
    }
    return std::nullopt;
}

std::string display_name(const Problem& problem, std::size_t index) {
    const std::string& id = problem.buffers[index].id;
    return id.empty() ? "#" + std::to_string(index) : id;
}

std::string ProblemError::message(const Problem& problem) const {
    const std::string who = buffer < problem.buffers.size() ? display_name(problem, buffer) : "?";
    return "buffer " + who + ": " + describe(kind);
}

} // namespace langone::planner
