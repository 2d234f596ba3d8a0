// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of environment variables. A new one is a function that sets it and a line in `table`.

#include "capi/environment.h"

#include "base/system.h"
#include "langone/rt/process_limit.h"
#include "memory/heap.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace langone::rt::environment {

namespace {

constinit OnCorruption corruption_policy = OnCorruption::report;
constinit const char *report_path = nullptr;

bool set_memory_limit(const char *value) noexcept {
  std::uint64_t bytes = 0;
  if (!parse_bytes(value, bytes))
    return false;
  process_limit::set_budget(bytes);
  return true;
}

bool set_report(const char *value) noexcept {
  report_path = value;
  return *value != '\0';
}

bool set_on_corruption(const char *value) noexcept {
  if (std::strcmp(value, "report") == 0)
    corruption_policy = OnCorruption::report;
  else if (std::strcmp(value, "abort") == 0)
    corruption_policy = OnCorruption::abort;
  else
    return false;
  return true;
}

bool set_profile(const char *value) noexcept {
  std::uint64_t bytes = 0;
  if (std::strcmp(value, "off") != 0 && !parse_bytes(value, bytes))
    return false;
  Heap::set_sampling(bytes);
  return true;
}

struct Variable {
  const char *name;
  const char *expected;
  bool (*set)(const char *value) noexcept;
};

constexpr Variable table[] = {
    {"LANGONE_MEMORY_LIMIT", "a number of bytes such as 48MiB", set_memory_limit},
    {"LANGONE_ON_CORRUPTION", "report or abort", set_on_corruption},
    {"LANGONE_PROFILE", "off, or the bytes between samples such as 512KiB", set_profile},
    {"LANGONE_REPORT", "a file to write", set_report},
};

struct Unit {
  const char *name;
  std::uint64_t bytes;
};

constexpr Unit units[] = {
    {"", 1},          {"B", 1},      {"KiB", 1 << 10},  {"MiB", 1 << 20},
    {"GiB", 1 << 30}, {"KB", 1'000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}};

} // namespace

void apply() noexcept {
  for (const Variable &variable : table) {
    const char *value = std::getenv(variable.name);
    if (!value || variable.set(value))
      continue;
    char line[512];
    std::snprintf(line, sizeof line, "langone: %s=%.200s is ignored: expected %s\n", variable.name,
                  value, variable.expected);
    system::write_stderr(line);
  }
}

bool parse_bytes(const char *text, std::uint64_t &bytes) noexcept {
  // By hand: the C library's conversions take signs, spaces and other bases, and depend on the
  // locale.
  constexpr std::uint64_t most = UINT64_MAX / 10 - 1;
  std::uint64_t digits = 0;
  std::uint64_t divisor = 1;
  bool seen = false;
  bool fraction = false;
  for (; (*text >= '0' && *text <= '9') || (*text == '.' && seen && !fraction); ++text) {
    if (*text == '.') {
      fraction = true;
      continue;
    }
    if (digits > most || divisor > most)
      return false;
    seen = true;
    digits = 10 * digits + static_cast<std::uint64_t>(*text - '0');
    divisor *= fraction ? 10 : 1;
  }
  while (seen && *text == ' ')
    ++text;
  for (const Unit &unit : units) {
    std::uint64_t product = 0;
    if (!seen || std::strcmp(text, unit.name) != 0)
      continue;
    if (__builtin_mul_overflow(digits, unit.bytes, &product) || product % divisor != 0)
      return false;
    bytes = product / divisor;
    return true;
  }
  return false;
}

OnCorruption on_corruption() noexcept { return corruption_policy; }

const char *report_file() noexcept { return report_path; }

} // namespace langone::rt::environment
