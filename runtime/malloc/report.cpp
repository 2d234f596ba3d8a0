// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Texts on stderr and the JSON report, written through a small buffer.

#include "report.h"

#include "base/system.h"
#include "capi/environment.h"
#include "langone/rt/account.h"
#include "memory/heap.h"
#include "memory/profile.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>

namespace langone::rt::report {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr std::size_t most_sites = 10;
/// Of each site, on stderr.
constexpr std::size_t shown_frames = 6;

using Sites = std::array<profile::Site, most_sites>;

constinit std::atomic<std::uint64_t> fault_count{0};
constinit std::atomic<std::uint64_t> refusal_count{0};
// Written by the thread of the first refusal, before `refusal_seen`.
constinit Sites sites_at_refusal{};
constinit std::size_t site_count_at_refusal = 0;
constinit std::atomic<bool> refusal_seen{false};

/// Where a return address lies: names owned by the loader.
struct Place {
  const char *symbol;
  const char *module;
  std::uintptr_t offset; ///< in the symbol if there is one, else in the module
};

Place place_of(std::uintptr_t address) noexcept {
  Dl_info info{};
  // The call, not the instruction after it, which may belong to the next function.
  if (::dladdr(reinterpret_cast<void *>(address - 1), &info) == 0)
    return {nullptr, "?", address};
  const void *base = info.dli_sname ? info.dli_saddr : info.dli_fbase;
  return {info.dli_sname, info.dli_fname ? info.dli_fname : "?",
          address - reinterpret_cast<std::uintptr_t>(base)};
}

/// How many of the innermost frames are this library's.
std::size_t own_frames(const profile::Site &site) noexcept {
  Dl_info own{};
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void *>(&refusal_count), &own) == 0)
    return 0;
  std::size_t frame = 0;
  while (frame < site.frame_count &&
         ::dladdr(reinterpret_cast<void *>(site.frames[frame]), &info) != 0 &&
         info.dli_fbase == own.dli_fbase)
    ++frame;
  return frame;
}

template <std::size_t size, class... Values>
void print(char (&line)[size], const char *format, Values... values) noexcept {
  std::snprintf(line, size, format, values...);
  system::write_stderr(line);
}

void print_site(const profile::Site &site) noexcept {
  char line[1024];
  print(line, "langone:   about %" PRIu64 " bytes:\n", site.held_bytes);
  const std::size_t first = own_frames(site);
  for (std::size_t frame = first; frame < site.frame_count && frame < first + shown_frames;
       ++frame) {
    const Place place = place_of(site.frames[frame]);
    print(line, "langone:     %.300s+0x%" PRIxPTR " (%.300s)\n", place.symbol ? place.symbol : "",
          place.offset, place.module);
  }
}

class Json {
public:
  explicit Json(std::FILE *file) noexcept : file_(file) {}

  void number(const char *key, std::uint64_t value) noexcept {
    std::fprintf(file_, "%s\"%s\": %" PRIu64, separator(), key, value);
  }
  void null(const char *key) noexcept { std::fprintf(file_, "%s\"%s\": null", separator(), key); }
  void text(const char *key, const char *value) noexcept {
    std::fprintf(file_, "%s\"%s\": \"", separator(), key);
    for (; *value; ++value) {
      const auto byte = static_cast<unsigned char>(*value);
      if (byte < 0x20 || byte == '"' || byte == '\\')
        std::fprintf(file_, "\\u%04x", static_cast<unsigned>(byte));
      else
        std::fputc(byte, file_);
    }
    std::fputc('"', file_);
  }
  void open(const char *key, char bracket) noexcept {
    if (key)
      std::fprintf(file_, "%s\"%s\": %c", separator(), key, bracket);
    else
      std::fprintf(file_, "%s%c", separator(), bracket);
    first_ = true;
  }
  void close(char bracket) noexcept {
    std::fputc(bracket, file_);
    first_ = false;
  }

private:
  const char *separator() noexcept {
    const char *text = first_ ? "" : ", ";
    first_ = false;
    return text;
  }

  std::FILE *file_;
  bool first_ = true;
};

void write_sites(Json &json, const char *key, const Sites &sites, std::size_t count) noexcept {
  json.open(key, '[');
  for (std::size_t index = 0; index < count; ++index) {
    const profile::Site &site = sites[index];
    json.open(nullptr, '{');
    json.number("held_bytes", site.held_bytes);
    json.number("samples", site.held_blocks);
    json.open("frames", '[');
    for (std::size_t frame = own_frames(site); frame < site.frame_count; ++frame) {
      const Place place = place_of(site.frames[frame]);
      json.open(nullptr, '{');
      if (place.symbol)
        json.text("symbol", place.symbol);
      else
        json.null("symbol");
      json.text("module", place.module);
      json.number("offset", place.offset);
      json.close('}');
    }
    json.close(']');
    json.close('}');
  }
  json.close(']');
}

void write_json(std::FILE *file, std::uint64_t limit) noexcept {
  const Account &account = Account::process();
  const Heap::Totals totals = Heap::totals(BlockKind::program);
  Sites sites{};
  const std::size_t site_count = profile::top_sites(sites.data(), sites.size());
  Json json(file);
  json.open(nullptr, '{');
  json.text("schema", "langone-heap-report/1");
  json.number("current_bytes", account.current());
  json.number("high_water_bytes", account.high_water());
  if (limit == Account::no_limit)
    json.null("limit_bytes");
  else
    json.number("limit_bytes", limit);
  json.number("allocations", totals.allocations);
  json.number("frees", totals.frees);
  json.number("refusals", refusal_count.load(relaxed));
  json.number("faults", fault_count.load(relaxed));
  write_sites(json, "sites_at_exit", sites, site_count);
  if (refusal_seen.load(std::memory_order_acquire))
    write_sites(json, "sites_at_first_refusal", sites_at_refusal, site_count_at_refusal);
  else
    json.null("sites_at_first_refusal");
  json.close('}');
  std::fputc('\n', file);
}

} // namespace

void fault(const Error &error, const void *block) noexcept {
  fault_count.fetch_add(1, relaxed);
  char text[256];
  write_message(error, text, sizeof text);
  char line[384];
  print(line, "langone: %s (block at 0x%" PRIxPTR ")\n", text,
        reinterpret_cast<std::uintptr_t>(block));
}

void refusal(const Error &error) noexcept {
  if (refusal_count.fetch_add(1, relaxed) != 0)
    return;
  char text[256];
  write_message(error, text, sizeof text);
  char line[512];
  if (const auto *budget = std::get_if<BudgetExceeded>(&error))
    print(line,
          "langone: %s (requested %" PRIu64 ", available %" PRIu64 ", limit %" PRIu64 " bytes)\n",
          text, budget->requested, budget->available, budget->limit);
  else
    print(line, "langone: %s\n", text);
  site_count_at_refusal = profile::top_sites(sites_at_refusal.data(), sites_at_refusal.size());
  refusal_seen.store(true, std::memory_order_release);
  if (site_count_at_refusal != 0)
    system::write_stderr("langone: most memory is held by blocks allocated at\n");
  for (std::size_t index = 0; index < site_count_at_refusal; ++index)
    print_site(sites_at_refusal[index]);
}

void at_exit() noexcept {
  const char *path = environment::report_file();
  if (!path)
    return;
  // The limit must not keep the report from being written, nor be missing in it.
  const std::uint64_t limit = Account::process().limit();
  Account::process().set_limit(Account::no_limit);
  std::FILE *file = std::fopen(path, "we");
  if (file)
    write_json(file, limit);
  if (file && std::fclose(file) == 0)
    return;
  char line[512];
  print(line, "langone: cannot write the report %.300s: %s\n", path, std::strerror(errno));
}

} // namespace langone::rt::report
