// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The packing CSV: reads problems and solutions, writes solutions. Owns the format and its error
// messages; what the numbers mean together is planner::check's business.

#ifndef LANGONE_TOOLS_PLAN_CSV_H
#define LANGONE_TOOLS_PLAN_CSV_H

#include "files.h"

#include "langone/Planner/solution.h"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace langone::plan {

using tools::FileError;

/// The rows of a packing CSV.
struct Table {
    std::vector<planner::Buffer> buffers = {};
    /// The column `offset`, bytes; empty cells are nothing. As long as `buffers`.
    std::vector<std::optional<std::uint64_t>> offsets = {};
    /// The line of each buffer.
    std::vector<std::size_t> lines = {};
};

/// Larger files are refused.
inline constexpr std::size_t max_file_bytes = std::size_t{512} << 20;

/// Parses `text`: a header that names the columns `id`, `lower`, `upper`, `size` and optionally
/// `alignment` and `offset` in any order, then one buffer a line. No quoting; blank lines are
/// skipped; CR LF is accepted. O(size of text).
std::variant<Table, FileError> parse_csv(std::string_view text);

/// Writes id, lower, upper, size, alignment and offset of each buffer.
void write_csv(std::ostream& stream, const planner::Problem& problem,
               const planner::Solution& solution);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_CSV_H
