//===- Campaign.cpp - many programs, whatever they do to us ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Campaign.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <csignal>
#include <poll.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

using langone::resource::test::Measurement;

namespace langone::fuzz {

namespace {

void writeLine(int descriptor, llvm::json::Value message) {
  std::string line = llvm::formatv("{0}\n", message);
  for (llvm::StringRef rest = line; !rest.empty();) {
    ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written <= 0)
      ::_exit(2);
    rest = rest.drop_front(written);
  }
}

llvm::json::Value toJSON(const Outcome &outcome) {
  llvm::json::Array measurements;
  for (const Measurement &each : outcome.measurements) {
    llvm::json::Value upper = nullptr;
    if (each.upper)
      upper = *each.upper;
    measurements.push_back(llvm::json::Array{std::move(upper), each.peak,
                                             each.isStraightLine, each.grows});
  }
  return llvm::json::Object{{"end", outcome.seed},
                            {"violations", outcome.violations},
                            {"measurements", std::move(measurements)}};
}

/// Of a message that a worker of ours wrote.
Outcome fromJSON(const llvm::json::Object &object) {
  Outcome outcome{*object.get("end")->getAsUINT64()};
  for (const llvm::json::Value &text : *object.getArray("violations"))
    outcome.violations.push_back(text.getAsString()->str());
  for (const llvm::json::Value &value : *object.getArray("measurements")) {
    const llvm::json::Array &each = *value.getAsArray();
    outcome.measurements.push_back(
        {each[0].getAsUINT64(), *each[1].getAsUINT64(), *each[2].getAsBoolean(),
         *each[3].getAsBoolean()});
  }
  return outcome;
}

/// Ends this process after so many seconds of its own, or when ten times as
/// many have passed; 0: not at all.
void limitTime(unsigned seconds) {
  itimerval limit{};
  limit.it_value.tv_sec = seconds;
  ::setitimer(ITIMER_PROF, &limit, nullptr);
  ::alarm(10 * seconds);
}

/// One worker process, and what it has told so far.
struct Worker {
  pid_t process = -1;
  int pipe = -1;
  /// Its seeds are `next`, `next + jobs`, ... up to `end`.
  uint64_t next = 0;
  /// The program that it is at, once it has said so.
  std::optional<uint64_t> running;
  std::string buffered;

  bool isActive() const { return process > 0; }
};

class CampaignRun {
public:
  CampaignRun(const CampaignOptions &options,
              llvm::function_ref<Outcome(uint64_t)> check,
              llvm::function_ref<void(const Outcome &)> report)
      : options(options), end(options.seed + options.programs), check(check),
        report(report), workers(std::max(1u, options.jobs)) {}

  void run() {
    for (auto [index, worker] : llvm::enumerate(workers)) {
      worker.next = options.seed + index;
      start(worker);
    }
    while (llvm::any_of(workers, [](Worker &w) { return w.isActive(); }))
      wait();
  }

private:
  void start(Worker &worker) {
    if (worker.next >= end || failures >= options.maxFailures)
      return;
    int ends[2];
    if (::pipe(ends) != 0)
      llvm::report_fatal_error("no pipe for a worker");
    worker.process = ::fork();
    if (worker.process < 0)
      llvm::report_fatal_error("no process for a worker");
    if (worker.process == 0) {
      ::close(ends[0]);
      work(worker.next, ends[1]);
    }
    ::close(ends[1]);
    worker.pipe = ends[0];
  }

  [[noreturn]] void work(uint64_t first, int pipe) {
    for (uint64_t seed = first; seed < end; seed += workers.size()) {
      writeLine(pipe, llvm::json::Object{{"begin", seed}});
      limitTime(options.timeout);
      Outcome outcome = check(seed);
      limitTime(0);
      writeLine(pipe, toJSON(outcome));
    }
    ::_exit(0);
  }

  void wait() {
    std::vector<pollfd> descriptors;
    std::vector<Worker *> owners;
    for (Worker &worker : workers) {
      if (!worker.isActive())
        continue;
      descriptors.push_back({worker.pipe, POLLIN, 0});
      owners.push_back(&worker);
    }
    if (::poll(descriptors.data(), descriptors.size(), -1) < 0)
      return;
    for (auto [descriptor, worker] : llvm::zip_equal(descriptors, owners))
      if (descriptor.revents != 0)
        read(*worker);
  }

  void read(Worker &worker) {
    char bytes[1 << 16];
    ssize_t count = ::read(worker.pipe, bytes, sizeof bytes);
    if (count <= 0)
      return finish(worker);
    worker.buffered.append(bytes, count);
    size_t newline;
    while ((newline = worker.buffered.find('\n')) != std::string::npos) {
      handle(worker, worker.buffered.substr(0, newline));
      worker.buffered.erase(0, newline + 1);
    }
    if (failures >= options.maxFailures)
      stop();
  }

  void handle(Worker &worker, llvm::StringRef line) {
    auto message = llvm::cantFail(llvm::json::parse(line));
    const llvm::json::Object &object = *message.getAsObject();
    if (auto seed = object.get("begin")) {
      worker.running = seed->getAsUINT64();
      return;
    }
    Outcome outcome = fromJSON(object);
    worker.running.reset();
    worker.next = outcome.seed + workers.size();
    add(outcome);
  }

  void add(const Outcome &outcome) {
    failures += !outcome.violations.empty();
    report(outcome);
  }

  /// The pipe is closed: the worker is done, or its program ended it.
  void finish(Worker &worker) {
    int status = 0;
    ::close(worker.pipe);
    ::waitpid(worker.process, &status, 0);
    worker.process = -1;
    if (!worker.running)
      return;
    uint64_t seed = *worker.running;
    worker.running.reset();
    worker.buffered.clear();
    worker.next = seed + workers.size();
    std::string how =
        !WIFSIGNALED(status) ? "CRASH: ends the process"
        : WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM
            ? std::string("HANG: takes too long")
            : llvm::formatv("CRASH: signal {0}", WTERMSIG(status)).str();
    add({seed, {how}, {}});
    start(worker);
  }

  void stop() {
    for (Worker &worker : workers) {
      if (!worker.isActive())
        continue;
      ::kill(worker.process, SIGKILL);
      ::waitpid(worker.process, nullptr, 0);
      ::close(worker.pipe);
      worker.process = -1;
    }
  }

  const CampaignOptions &options;
  uint64_t end;
  llvm::function_ref<Outcome(uint64_t)> check;
  llvm::function_ref<void(const Outcome &)> report;
  std::vector<Worker> workers;
  uint64_t failures = 0;
};

} // namespace

void runCampaign(const CampaignOptions &options,
                 llvm::function_ref<Outcome(uint64_t seed)> check,
                 llvm::function_ref<void(const Outcome &)> report) {
  CampaignRun(options, check, report).run();
}

} // namespace langone::fuzz
