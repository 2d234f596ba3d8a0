// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks a certificate without the solver: reads it strictly, validates the plan, recomputes the
// bound at the time that it names.

#ifndef LANGONE_TOOLS_PLAN_CERTIFICATE_CHECK_H
#define LANGONE_TOOLS_PLAN_CERTIFICATE_CHECK_H

#include "langone/Planner/solution.h"

#include <string>
#include <string_view>
#include <variant>

namespace langone::plan {

/// What a certificate proves.
struct Certified {
    std::size_t buffers = 0;
    std::uint64_t arena_bytes = 0;
    std::uint64_t bound_bytes = 0; ///< no plan is smaller
};

/// Why a certificate is not accepted.
struct Rejected {
    bool malformed = false; ///< not a certificate at all, rather than a wrong one
    std::string reason;
    std::string where = {}; ///< ":LINE:COLUMN" if it cannot even be parsed
};

/// Accepts or rejects the certificate in `text`. Only version 1 with its digest is accepted; other
/// members than the known ones are passed over. Never throws. O(n log n).
std::variant<Certified, Rejected> check_certificate(std::string_view text);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_CERTIFICATE_CHECK_H
