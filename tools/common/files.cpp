// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace langone::tools {

namespace fs = std::filesystem;

std::variant<std::string, FileError> read_file(const std::string& path, std::size_t max_bytes) {
    const auto too_large = [&] {
        return FileError{1, 1,
                         "the file is larger than " + std::to_string(max_bytes >> 20) + " MiB"};
    };
    std::error_code error;
    if (fs::is_directory(path, error))
        return FileError{1, 1, "is a directory"};
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return FileError{1, 1, "cannot be opened"};
    const auto bytes = fs::file_size(path, error); // fails for pipes: read on
    if (!error && bytes > max_bytes)
        return too_large();
    std::string text;
    std::string block(std::size_t{1} << 20, '\0');
    while (stream.read(block.data(), static_cast<std::streamsize>(block.size())) ||
           stream.gcount() > 0) {
        text.append(block, 0, static_cast<std::size_t>(stream.gcount()));
        if (text.size() > max_bytes)
            return too_large();
    }
    if (stream.bad())
        return FileError{1, 1, "cannot be read"};
    return text;
}

namespace {

/// A file on its way: complete under another name, or a device that takes it as it comes.
struct Pending {
    fs::path target, partial;
    bool is_device = false;
};

/// Why it could not be written, or nothing.
std::optional<std::string> write_to(const fs::path& path, const std::string& contents) {
    errno = 0;
    std::ofstream stream(path, std::ios::binary);
    stream << contents;
    stream.close();
    if (stream)
        return std::nullopt;
    return std::strerror(errno);
}

/// What a link leads to is replaced, not the link.
Pending locate(const std::string& path) {
    constexpr int most_links = 40;
    std::error_code error;
    Pending pending;
    pending.target = path;
    const fs::file_status status = fs::status(path, error);
    pending.is_device =
        fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
    // Links of processes to their pipes lead nowhere that has a name.
    for (int i = 0; i < most_links && !pending.is_device && fs::is_symlink(pending.target, error);
         ++i)
        pending.target = pending.target.parent_path() / fs::read_symlink(pending.target, error);
    pending.partial = pending.target;
    pending.partial += ".partial." + std::to_string(getpid());
    return pending;
}

} // namespace

void OutputFiles::add(std::string path, std::string contents) {
    if (!path.empty())
        files_.emplace_back(std::move(path), std::move(contents));
}

std::optional<std::string> OutputFiles::commit() {
    std::vector<Pending> pending;
    std::optional<std::string> failed;
    const auto fail = [&](std::size_t i, const std::optional<std::string>& why) {
        if (why && !failed)
            failed = files_[i].first + ": " + *why;
    };
    std::error_code error;
    for (std::size_t i = 0; i < files_.size() && !failed; ++i) {
        const Pending& next = pending.emplace_back(locate(files_[i].first));
        if (fs::is_directory(next.target, error))
            fail(i, "is a directory");
        else if (!next.is_device)
            fail(i, write_to(next.partial, files_[i].second));
    }
    for (std::size_t i = 0; i < files_.size() && !failed; ++i)
        if (pending[i].is_device)
            fail(i, write_to(pending[i].target, files_[i].second));
    for (std::size_t i = 0; i < pending.size(); ++i) {
        if (pending[i].is_device)
            continue;
        if (!failed) {
            fs::rename(pending[i].partial, pending[i].target, error);
            if (error)
                fail(i, error.message());
        }
        if (failed)
            fs::remove(pending[i].partial, error);
    }
    files_.clear();
    return failed;
}

} // namespace langone::tools
