// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "files.h"

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

bool write_to(const fs::path& path, const std::string& contents) {
    std::ofstream stream(path, std::ios::binary);
    stream << contents;
    stream.close();
    return static_cast<bool>(stream);
}

/// What a link leads to is replaced, not the link.
Pending locate(const std::string& path) {
    constexpr int most_links = 40;
    std::error_code error;
    Pending pending;
    pending.target = path;
    for (int i = 0; i < most_links && fs::is_symlink(pending.target, error); ++i)
        pending.target = pending.target.parent_path() / fs::read_symlink(pending.target, error);
    const fs::file_status status = fs::status(pending.target, error);
    pending.is_device = fs::exists(status) && !fs::is_regular_file(status);
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
    std::error_code error;
    for (const auto& [path, contents] : files_) {
        const Pending& next = pending.emplace_back(locate(path));
        if (fs::is_directory(next.target, error) ||
            (!next.is_device && !write_to(next.partial, contents))) {
            failed = path;
            break;
        }
    }
    for (std::size_t i = 0; i < files_.size() && !failed; ++i)
        if (pending[i].is_device && !write_to(pending[i].target, files_[i].second))
            failed = files_[i].first;
    for (std::size_t i = 0; i < pending.size(); ++i) {
        if (pending[i].is_device)
            continue;
        if (!failed) {
            fs::rename(pending[i].partial, pending[i].target, error);
            if (error)
                failed = files_[i].first;
        }
        if (failed)
            fs::remove(pending[i].partial, error);
    }
    files_.clear();
    return failed;
}

} // namespace langone::tools
