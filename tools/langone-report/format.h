// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How numbers and names are written for people and for XML.

#ifndef LANGONE_TOOLS_REPORT_FORMAT_H
#define LANGONE_TOOLS_REPORT_FORMAT_H

#include "report.h"

#include <cstddef>
#include <string_view>

namespace langone::report {

/// "96 B", "64 KiB", "64.41 KiB": rounded to two decimals.
std::string short_bytes(std::uint64_t bytes);
std::string short_bytes(double bytes);
/// "unbounded" for nothing.
std::string short_bytes(const Bytes& bytes);

/// All digits: "65,953 B (64.41 KiB)".
std::string exact_bytes(std::uint64_t bytes);
std::string exact_bytes(const Bytes& bytes);

/// The difference with its sign, and in per cent of `old` where that is not 0: "+32 B, +33.3 %".
std::string difference(std::uint64_t from, std::uint64_t to);

/// `value` with so many decimals, trailing zeros removed.
std::string decimal(double value, int decimals);

/// For text and attribute values of HTML and SVG.
std::string escaped(std::string_view text);

/// "1 buffer", "2 buffers".
std::string count(std::size_t number, const char* noun);

/// Where a text stands: "file:line:column" taken apart, if it is that.
struct Place {
    std::string file;
    std::uint32_t line = 0, column = 0;
};
std::optional<Place> parse_place(const std::string& location);

/// "file:line:column" without the folders.
std::string short_place(const std::string& location);

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_FORMAT_H
