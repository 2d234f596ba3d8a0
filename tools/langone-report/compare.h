// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What changed from one report to another: functions, what is proven of them, and the buffers that
// made the difference. Decides what counts as worse; how it is told is not its matter.

#ifndef LANGONE_TOOLS_REPORT_COMPARE_H
#define LANGONE_TOOLS_REPORT_COMPARE_H

#include "report.h"

namespace langone::report {

enum class BufferChangeKind {
    appeared,      ///< is new, and live at the peak
    disappeared,   ///< was live at the peak, and is gone
    grew,          ///< is live at both peaks, with more bytes
    shrank,        ///< is live at both peaks, with fewer bytes
    lives_longer,  ///< was there before but not live at the peak; is now
    lives_shorter, ///< is still there but no longer live at the peak
};

/// A buffer that the peaks differ in.
struct BufferChange {
    BufferChangeKind kind;
    /// As the new report names it; as the old one does, if it is gone.
    std::string site;
    /// As the old report names it; empty if it is new.
    std::string old_site;
    std::string old_type, new_type;
    std::string location;
    /// Bytes at the peak.
    std::uint64_t before = 0, now = 0;
};

enum class RegressionKind { verdict, peak, arena };

/// Something that got worse.
struct Regression {
    RegressionKind kind;
    /// A phrase: "peak grew from 96 B to 128 B (+32 B, +33.3 %)".
    std::string message;
    /// By more than what is allowed.
    bool exceeds = false;
};

struct FunctionChange {
    /// Null if the function is new, or removed.
    const Function* before = nullptr;
    const Function* now = nullptr;
    /// Largest difference first.
    std::vector<BufferChange> buffers = {};
    std::vector<Regression> regressions = {};

    const Function& any() const { return now ? *now : *before; }
    /// Bytes by which the peak grew; 0 where it did not or is not known.
    std::uint64_t growth() const;
};

struct Comparison {
    const Report* before = nullptr;
    const Report* now = nullptr;
    /// Functions that differ in anything but their places: regressions first, then by growth.
    std::vector<FunctionChange> functions = {};
    std::size_t unchanged = 0;
    /// Of the module's peak.
    std::vector<Regression> regressions = {};

    bool exceeds() const;
};

/// Compares two reports, which must outlive the result. Growth of more than `percent` per cent of a
/// peak or arena exceeds what is allowed, as does every worse verdict.
Comparison compare(const Report& before, const Report& now, double percent);

const char* to_string(BufferChangeKind kind);
const char* to_string(RegressionKind kind);

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_COMPARE_H
