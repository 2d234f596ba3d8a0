// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "certificate_reader.h"

namespace langone::plan {

Rejected malformed(const tools::Malformed& complaint) {
    if (complaint.line != 0)
        return {true, complaint.message,
                ':' + std::to_string(complaint.line) + ':' + std::to_string(complaint.column)};
    return {true, (complaint.pointer.empty() ? "the document" : complaint.pointer) + ": " +
                      complaint.message};
}

void check_schema(const tools::Node& object, std::string_view expected) {
    const tools::Node schema = object.at("schema");
    const std::string found = schema.string();
    if (found == expected)
        return;
    const std::string_view kind = expected.substr(0, expected.rfind('/') + 1);
    schema.reject(
        "is \"" + found + "\", not \"" + std::string(expected) + '"' +
        (found.starts_with(kind) ? ": another version, which only its own checker reads" : ""));
}

} // namespace langone::plan
