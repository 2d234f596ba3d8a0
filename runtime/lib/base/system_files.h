// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files of the kernel and the clocks, without allocation: for what is read again and again. It owns
// descriptors; not what stands in the files.

#ifndef LANGONE_RT_BASE_SYSTEM_FILES_H
#define LANGONE_RT_BASE_SYSTEM_FILES_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace langone::rt::system {

/// An open descriptor, closed at the end. Movable.
class File {
public:
  File() noexcept = default;
  explicit File(int descriptor) noexcept : descriptor_(descriptor) {}
  File(File &&other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File &operator=(File &&other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File();

  static File open_to_read(const char *path) noexcept;
  static File open_to_read_and_write(const char *path) noexcept;

  bool is_open() const noexcept { return descriptor_ >= 0; }
  int descriptor() const noexcept { return descriptor_; }

  /// The file's bytes from its start, at most `size`; empty if it cannot be read.
  std::string_view read(char *buffer, std::size_t size) const noexcept;
  /// All of `bytes` at once; false if that failed.
  bool write(std::string_view bytes) const noexcept;

private:
  int descriptor_ = -1;
};

/// The decimal number at the start of `text`, after blanks; none if there is none or it is too
/// large.
std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;

/// The number after `key` and blanks at the start of a line.
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key) noexcept;

/// Processors on which this process may run.
unsigned usable_processors() noexcept;
/// Nanoseconds: since the epoch, since some fixed point, of processor time of this process.
std::uint64_t wall_clock() noexcept;
std::uint64_t steady_clock() noexcept;
std::uint64_t process_clock() noexcept;

} // namespace langone::rt::system

#endif // LANGONE_RT_BASE_SYSTEM_FILES_H
