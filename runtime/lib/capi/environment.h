// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The environment variables of the runtime: one table of names, what each expects, and what it sets
// (environment.cpp). It owns reading and complaining; the settings are their owners'.

#ifndef LANGONE_RT_CAPI_ENVIRONMENT_H
#define LANGONE_RT_CAPI_ENVIRONMENT_H

#include <cstddef>
#include <cstdint>

namespace langone::rt::environment {

/// Reads every variable of the table once. A value that is not understood is named on stderr with
/// what is expected, and ignored: the default stands. Allocates nothing.
void apply() noexcept;

/// A number of bytes: `48MiB`, `1.5GiB`, `1000`. Units B, KiB, MiB, GiB (1024) and KB, MB, GB
/// (1000); none: bytes. False, and `bytes` untouched, for anything else, negative and too large
/// numbers included.
bool parse_bytes(const char *text, std::uint64_t &bytes) noexcept;

/// What to do when a program frees what it must not, or has written where it must not.
enum class OnCorruption : std::uint8_t { report, abort };
OnCorruption on_corruption() noexcept;

/// Where the report at exit goes; null: nowhere.
const char *report_file() noexcept;

} // namespace langone::rt::environment

#endif // LANGONE_RT_CAPI_ENVIRONMENT_H
