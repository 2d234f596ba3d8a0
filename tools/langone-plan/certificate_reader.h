// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the readers of both kinds of certificate share: versions, and complaints as verdicts.

#ifndef LANGONE_TOOLS_PLAN_CERTIFICATE_READER_H
#define LANGONE_TOOLS_PLAN_CERTIFICATE_READER_H

#include "certificate_check.h"

#include "json_reader.h"

namespace langone::plan {

/// What a reader of JSON complains about, as a verdict.
Rejected malformed(const tools::Malformed& complaint);

/// The text of `object`'s member "schema"; Malformed if it is not `expected`, with a reason of its
/// own if just the version differs.
void check_schema(const tools::Node& object, std::string_view expected);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_CERTIFICATE_READER_H
