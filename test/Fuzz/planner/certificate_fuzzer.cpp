// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a certificate: never more than a verdict, and never a plan accepted that is lower
// than the bound accepted with it.

#include "certificate_check.h"

#include <cstdlib>

using namespace langone;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto verdict = plan::check_certificate({reinterpret_cast<const char*>(data), size});
    if (const auto* rejected = std::get_if<plan::Rejected>(&verdict)) {
        if (rejected->reason.empty())
            std::abort();
    } else if (const auto& certified = std::get<plan::Certified>(verdict);
               certified.bound_bytes > certified.arena_bytes) {
        std::abort();
    }
    return 0;
}
