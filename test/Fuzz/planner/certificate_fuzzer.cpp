// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a certificate: never more than a verdict.

#include "certificate_check.h"

#include <cstdlib>

using namespace langone;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto verdict = plan::check_certificate({reinterpret_cast<const char*>(data), size});
    if (const auto* rejected = std::get_if<plan::Rejected>(&verdict))
        if (rejected->reason.empty())
            std::abort();
    return 0;
}
