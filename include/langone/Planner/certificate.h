// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the certificate of a plan: a JSON file from which an independent checker (langone-plan
// --check) derives again that the plan is valid and which bound it respects. Owns the format's
// writing side; reading needs a JSON library and belongs to the tool.

#ifndef LANGONE_PLANNER_CERTIFICATE_H
#define LANGONE_PLANNER_CERTIFICATE_H

#include "langone/Planner/solution.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace langone::planner {

/// Writes `solution`, a valid plan for `problem`, as schema "langone-certificate/1":
/// `arena_bytes`, `capacity_bytes` where there is one, `bound` {`bytes`, `time`}, and `buffers`,
/// each with `site` (its id), `location`, `lower`, `upper`, `size_bytes`, `alignment_bytes`,
/// `offset_bytes`, and `pieces` where its lifetime has several. `digest` is a hash of all numbers,
/// against accidents, not against forgers: many changed numbers would still make a valid plan of
/// something else. `locations` is empty or has one source location for each buffer. The text
/// depends on the arguments alone. O(n log n).
void write_certificate(std::ostream& stream, const Problem& problem, const Solution& solution,
                       const std::vector<std::string>& locations = {});

} // namespace langone::planner

#endif // LANGONE_PLANNER_CERTIFICATE_H
