// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// langone-replay: does the allocations and frees of an event log again, on a resource of choice.
// Exit codes: 0 done, 1 an event failed (or blocks were left, with --no-leaks), 2 bad input or
// usage.

#include "langone/rt/account_adaptor.h"
#include "langone/rt/alignment_adaptor.h"
#include "langone/rt/block_pool.h"
#include "langone/rt/bump_arena.h"
#include "langone/rt/large_blocks.h"
#include "langone/rt/memory_pool.h"
#include "langone/rt/offset_resource.h"
#include "langone/rt/system_resource.h"
#include "replay.h"

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

using namespace langone::rt;

namespace {

struct Arguments {
  std::string log;
  std::string resource = "memory-pool";
  std::string output;
  std::uint64_t capacity = std::uint64_t{1} << 30;
  std::uint64_t block_bytes = 4096;
  std::uint64_t limit = Account::no_limit;
  bool no_leaks = false;
  replay::Options options;
};

/// The resource that was asked for, with what it stands on.
struct Stand {
  SystemResource system;
  std::unique_ptr<Resource> base;
  void *region = nullptr;
  std::uint64_t region_bytes = 0;
  std::unique_ptr<Resource> alignment;
  std::unique_ptr<Resource> account;
  std::unique_ptr<std::FILE, int (*)(std::FILE *)> file{nullptr, std::fclose};
  std::unique_ptr<Resource> log;
  Resource *top = nullptr;

  ~Stand() {
    if (region)
      PageSource::system().release(region, region_bytes);
  }
};

/// Whether the region could be reserved.
bool make_base(const Arguments &arguments, Stand &stand) {
  if (arguments.resource == "memory-pool") {
    MemoryPoolConfig config;
    config.default_block_size = arguments.block_bytes;
    config.max_pool_size = std::max<std::uint64_t>(
        arguments.capacity / std::max<std::uint64_t>(arguments.block_bytes, 1), 1);
    stand.base = std::make_unique<MemoryPool>(config);
  } else if (arguments.resource == "block-pool") {
    BlockPoolConfig config;
    config.block_bytes = arguments.block_bytes;
    config.max_blocks = std::max<std::uint64_t>(
        arguments.capacity / std::max<std::uint64_t>(arguments.block_bytes, 1), 1);
    stand.base = std::make_unique<BlockPool>(config);
    stand.alignment = std::make_unique<AlignmentAdaptor>(*stand.base, BlockPool::max_alignment);
  } else if (arguments.resource == "large-blocks") {
    stand.base = std::make_unique<LargeBlocks>(arguments.capacity);
  } else if (arguments.resource == "bump-arena") {
    stand.base = std::make_unique<BumpArena>(stand.system);
  } else if (arguments.resource == "offset") {
    // Addresses are enough: a replay writes nothing.
    stand.region_bytes = detail::round_up(arguments.capacity, PageSource::page_bytes());
    stand.region = PageSource::system().reserve(stand.region_bytes);
    if (!stand.region)
      return false;
    stand.base = std::make_unique<OffsetResource>(stand.region, arguments.capacity);
  }
  return true;
}

bool make_stand(const Arguments &arguments, Stand &stand) {
  if (!make_base(arguments, stand)) {
    std::fprintf(stderr, "langone-replay: no address space for %" PRIu64 " bytes\n",
                 arguments.capacity);
    return false;
  }
  stand.top = stand.alignment ? stand.alignment.get()
              : stand.base    ? stand.base.get()
                              : &stand.system;
  Account::process().set_limit(arguments.limit);
  stand.account = std::make_unique<AccountAdaptor>(*stand.top, Account::process());
  stand.top = stand.account.get();
  if (!arguments.output.empty()) {
    stand.file.reset(std::fopen(arguments.output.c_str(), "w"));
    if (!stand.file) {
      std::perror(("langone-replay: " + arguments.output).c_str());
      return false;
    }
    stand.log = std::make_unique<LogAdaptor>(*stand.top, stand.file.get());
    stand.top = stand.log.get();
  }
  return true;
}

void print(const replay::Summary &summary) {
  std::printf("allocations: %" PRIu64 "\nfrees: %" PRIu64 "\nlogged failures: %" PRIu64
              "\nthreads: %" PRIu64 "\npeak bytes: %" PRIu64 "\noutstanding blocks: %" PRIu64
              "\noutstanding bytes: %" PRIu64 "\n",
              summary.allocations, summary.frees, summary.logged_failures, summary.threads,
              summary.peak_bytes, summary.outstanding_blocks, summary.outstanding_bytes);
}

int report(const Arguments &arguments, const replay::Problem &problem, int code) {
  std::fprintf(stderr, "%s:%zu: error: %s\n", arguments.log.c_str(), problem.line,
               problem.text.c_str());
  return code;
}

int run(const Arguments &arguments) {
  std::ifstream input(arguments.log);
  if (!input) {
    std::perror(("langone-replay: " + arguments.log).c_str());
    return 2;
  }
  const auto log = replay::read_log(input);
  if (!log)
    return report(arguments, log.error(), 2);
  Stand stand;
  if (!make_stand(arguments, stand))
    return 2;
  const auto summary = replay::replay(*log, *stand.top, arguments.options);
  if (stand.file && std::fflush(stand.file.get()) != 0) {
    std::perror(("langone-replay: " + arguments.output).c_str());
    return 2;
  }
  if (!summary)
    return report(arguments, summary.error(), 1);
  print(*summary);
  if (arguments.no_leaks && summary->outstanding_blocks > 0) {
    std::fprintf(stderr, "%s: error: %" PRIu64 " blocks were never freed\n", arguments.log.c_str(),
                 summary->outstanding_blocks);
    return 1;
  }
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  CLI::App app("Replays a log of allocations and frees, by langone or RMM, on a resource.\n"
               "Names the event that fails. Exit codes: 0 done, 1 an event failed, 2 bad input or "
               "usage.",
               "langone-replay");
  app.add_option("log", arguments.log, "CSV file: Thread,Time,Action,Pointer,Size,Stream")
      ->required();
  app.add_option("--resource", arguments.resource, "What to replay on")
      ->check(CLI::IsMember(
          {"memory-pool", "block-pool", "large-blocks", "bump-arena", "offset", "system"}))
      ->capture_default_str();
  const CLI::AsSizeValue as_size(false);
  app.add_option("--capacity", arguments.capacity, "Bytes of pools and of the offset region")
      ->transform(as_size)
      ->capture_default_str();
  app.add_option("--block-size", arguments.block_bytes, "Bytes of a pool's block")
      ->transform(as_size)
      ->capture_default_str();
  app.add_option("--limit", arguments.limit, "Bytes that may be live, 1 KiB = 1024")
      ->transform(as_size);
  app.add_option("--alignment", arguments.options.alignment, "Of all blocks, a power of two")
      ->capture_default_str();
  app.add_flag("--threads", arguments.options.with_threads,
               "A thread for each of the log's, in the log's order");
  app.add_flag("--no-leaks", arguments.no_leaks, "Blocks that were never freed are an error");
  app.add_option("--log", arguments.output, "Write the log of the replay to this file");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!std::has_single_bit(arguments.options.alignment)) {
    std::fprintf(stderr, "langone-replay: alignment is not a power of two\n");
    return 2;
  }
  try {
    return run(arguments);
  } catch (const std::bad_alloc &) {
    std::fprintf(stderr, "langone-replay: out of memory\n");
    return 2;
  }
}
