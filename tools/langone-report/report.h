// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report of schema langone-report/1 in memory, and the reading of one. Owns which fields are
// required, of which type and in which range; what they mean to people is said elsewhere.

#ifndef LANGONE_TOOLS_REPORT_REPORT_H
#define LANGONE_TOOLS_REPORT_REPORT_H

#include "json_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace langone::report {

/// Bytes, or nothing where there is no finite bound.
using Bytes = std::optional<std::uint64_t>;

struct LiveBuffer {
    std::string site;
    std::uint64_t bytes = 0;
    std::optional<std::string> type = {};
    std::string allocated_at = {};
    std::optional<std::string> last_used_at = {};
    /// `bytes` as an expression over what the function is given.
    std::optional<std::string> symbolic = {};
};

struct Peak {
    std::string location;
    /// Outermost call first.
    std::vector<std::string> call_chain;
    /// Largest first, as written.
    std::vector<LiveBuffer> live;
};

/// A buffer in an arena: [offset, offset + size) bytes during [lower, upper).
struct PlannedBuffer {
    std::string site, location;
    std::uint64_t offset = 0, size = 0, alignment = 1;
    std::int64_t lower = 0, upper = 0;
};

struct Plan {
    std::uint64_t arena = 0, alignment = 1, lower_bound = 0;
    std::string placement, status;
    std::optional<std::string> symbolic = {};
    std::vector<PlannedBuffer> buffers = {};
};

struct Point {
    std::string location;
    Bytes upper;
    std::uint64_t lower = 0;
};

/// An allocation of a function, live at the peak or not.
struct Allocation {
    std::string site, type, allocated_at;
    std::optional<std::string> last_used_at;
};

/// A remark with its place, which may be empty: a reason, an assumption, a suggestion.
struct Note {
    std::string message, location;
    /// Bytes of the peak that following a suggestion saves.
    Bytes saved = {};
};

enum class Verdict { proven, guarded, refuted };

/// "PROVEN", "GUARDED", "REFUTED".
const char* to_string(Verdict verdict);

struct Function {
    std::string name, location;
    Bytes budget;
    std::optional<Verdict> verdict;
    Bytes peak;
    std::uint64_t lower_bound = 0;
    Bytes retained, arguments;
    std::uint64_t constants = 0;
    std::optional<std::string> symbolic = {};
    std::optional<Plan> plan = {};
    std::optional<Peak> at_peak = {};
    std::vector<Note> unbounded = {}, assumptions = {}, suggestions = {};
    std::vector<Point> timeline = {};
    std::vector<Allocation> allocations = {};

    /// The verdict of the check, or else what estimates and budget say; nothing without a budget.
    std::optional<Verdict> judged() const;
};

struct Report {
    std::vector<Function> functions;
    Bytes peak;
    std::uint64_t lower_bound = 0, constants = 0;
};

/// Larger files are refused.
inline constexpr std::size_t max_file_bytes = std::size_t{256} << 20;

/// Reads the text of a report. Keys that are not known are passed over; of the known ones,
/// `timeline`, `buffers`, `plan.buffers`, `suggestions`, `assumptions` and the symbolic sizes may
/// be missing. O(size of text).
std::variant<Report, tools::Malformed> parse_report(const std::string& text);

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_REPORT_H
