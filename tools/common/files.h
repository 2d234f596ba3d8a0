// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How our tools read and write files: input of acceptable size or an error with its place, output
// whole or not at all. Knows no format.

#ifndef LANGONE_TOOLS_COMMON_FILES_H
#define LANGONE_TOOLS_COMMON_FILES_H

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace langone::tools {

/// Where and why a file is not acceptable. Lines and columns (bytes) count from 1.
struct FileError {
    std::size_t line = 1;
    std::size_t column = 1;
    std::string message;
};

/// The contents of a file or pipe of at most `max_bytes`, or why there are none.
std::variant<std::string, FileError> read_file(const std::string& path, std::size_t max_bytes);

/// Files that are written together: all of them, or none if one cannot be written. A regular file
/// is replaced by renaming a new one; a pipe or device is written to.
class OutputFiles {
public:
    /// An empty path is no file.
    void add(std::string path, std::string contents);

    /// Writes what was added; the path that could not be written with the reason, if any.
    std::optional<std::string> commit();

private:
    std::vector<std::pair<std::string, std::string>> files_;
};

} // namespace langone::tools

#endif // LANGONE_TOOLS_COMMON_FILES_H
