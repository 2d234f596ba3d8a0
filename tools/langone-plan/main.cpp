// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// langone-plan: plans the buffers of a packing CSV, or checks a plan. Owns the command line, the
// files and the exit code; planning and checking are the library's.

#include "budget_check.h"
#include "certificate_check.h"
#include "csv.h"
#include "report.h"

#include "langone/Planner/certificate.h"
#include "langone/Planner/solver.h"
#include "langone/Planner/svg.h"
#include "langone/Planner/validator.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <bit>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace langone::plan {

namespace {

enum ExitCode { done = 0, check_failed = 1, bad_input = 2, infeasible = 3, undecided = 4 };

struct Arguments {
    std::string input;
    std::optional<std::uint64_t> capacity;
    std::uint64_t alignment = 1;
    planner::Effort effort = planner::Effort::standard;
    unsigned threads = 1;
    double time_limit = 0;
    std::string output, certificate, svg, check;
    bool json = false;
};

int fail(const std::string& message) {
    std::cerr << "langone-plan: error: " << message << '\n';
    return bad_input;
}

int fail(const std::string& file, const FileError& error) {
    std::cerr << file << ':' << error.line << ':' << error.column << ": error: " << error.message
              << '\n';
    return bad_input;
}

/// While it lives: says on a terminal that the work goes on, and cancels it at the time limit.
class Watch {
public:
    explicit Watch(double limit) : limit_(limit), thread_([this] { run(); }) {}
    ~Watch() {
        {
            const std::lock_guard lock(mutex_);
            finished_ = true;
        }
        wake_.notify_all();
        thread_.join();
        if (shown_)
            std::cerr << "\r\033[K";
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    const std::atomic<bool>* cancel() const { return &cancel_; }

private:
    void run() {
        using namespace std::chrono;
        const bool terminal = isatty(STDERR_FILENO) != 0;
        const auto begin = steady_clock::now();
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, milliseconds(50), [this] { return finished_; })) {
            const double seconds = duration<double>(steady_clock::now() - begin).count();
            if (limit_ > 0 && seconds >= limit_)
                cancel_ = true;
            if (terminal && seconds >= 1) {
                std::cerr << "\rplanning, " << static_cast<long>(seconds) << " s " << std::flush;
                shown_ = true;
            }
        }
    }

    const double limit_;
    std::atomic<bool> cancel_ = false;
    bool finished_ = false;
    bool shown_ = false;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::thread thread_;
};

/// Reads the CSV at `path`; on failure reports and returns nothing.
std::optional<Table> read_table(const std::string& path) {
    auto text = tools::read_file(path, max_file_bytes);
    if (const auto* error = std::get_if<FileError>(&text)) {
        fail(path, *error);
        return std::nullopt;
    }
    auto table = parse_csv(std::get<std::string>(text));
    if (const auto* error = std::get_if<FileError>(&table)) {
        fail(path, *error);
        return std::nullopt;
    }
    return std::get<Table>(std::move(table));
}

int plan(const Arguments& arguments) {
    auto table = read_table(arguments.input);
    if (!table)
        return bad_input;
    planner::Problem problem{std::move(table->buffers), arguments.capacity};
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        planner::Buffer& buffer = problem.buffers[i];
        buffer.alignment = std::max(buffer.alignment, arguments.alignment);
        buffer.fixed_offset = table->offsets[i];
    }
    const auto objective =
        arguments.capacity ? planner::Objective::fit : planner::Objective::minimize;
    planner::Result result;
    {
        const Watch watch(arguments.time_limit);
        result = planner::solve(problem, {.objective = objective,
                                          .effort = arguments.effort,
                                          .threads = arguments.threads,
                                          .cancel = watch.cancel()});
    }
    if (result.error)
        return fail(arguments.input,
                    {table->lines[result.error->buffer], 1, result.error->message(problem)});
    const std::string report = arguments.json ? json_report(arguments.input, problem, result)
                                              : text_report(arguments.input, problem, result);
    if (result.status == planner::Status::infeasible ||
        result.status == planner::Status::undecided) {
        std::cout << report;
        return result.status == planner::Status::infeasible ? infeasible : undecided;
    }
    const auto& solution = result.solution;
    if (const auto violation = planner::validate(problem, solution))
        return fail("the planner made a wrong plan: " + violation->message(problem, solution));
    tools::OutputFiles files;
    const auto add = [&](const std::string& path, auto&& write) {
        if (path.empty())
            return;
        std::ostringstream text;
        write(text);
        files.add(path, std::move(text).str());
    };
    planner::SvgOptions svg;
    svg.title = std::filesystem::path(arguments.input).filename().string();
    add(arguments.output, [&](std::ostream& out) { write_csv(out, problem, solution); });
    add(arguments.certificate,
        [&](std::ostream& out) { planner::write_certificate(out, problem, solution); });
    add(arguments.svg, [&](std::ostream& out) { planner::write_svg(out, problem, solution, svg); });
    if (const auto failed = files.commit())
        return fail("cannot write " + *failed);
    std::cout << report;
    std::cout.flush();
    if (!std::cout)
        return fail("cannot write the report");
    return done;
}

int reject(const Arguments& arguments, const Rejected& rejected) {
    std::cerr << arguments.check << rejected.where << ": "
              << (rejected.malformed ? "malformed" : "rejected") << ": " << rejected.reason << '\n';
    return rejected.malformed ? bad_input : check_failed;
}

int check_certificate_text(const Arguments& arguments, const std::string& text) {
    const auto verdict = check_certificate(text);
    if (const auto* rejected = std::get_if<Rejected>(&verdict))
        return reject(arguments, *rejected);
    const auto& certified = std::get<Certified>(verdict);
    std::cout << arguments.check << ": accepted: " << certified.buffers << " buffers in "
              << certified.arena_bytes << " bytes, lower bound " << certified.bound_bytes
              << " bytes" << (certified.arena_bytes == certified.bound_bytes ? ", optimal" : "")
              << '\n';
    return done;
}

int check_budget_certificate(const Arguments& arguments, const std::string& text) {
    const auto verdict = check_budgets(text);
    if (const auto* rejected = std::get_if<Rejected>(&verdict))
        return reject(arguments, *rejected);
    const auto& certified = std::get<BudgetsCertified>(verdict);
    std::cout << arguments.check << ": accepted: the peaks of " << certified.functions
              << " functions, " << certified.budgets << " budgets proven";
    if (certified.places != 0)
        std::cout << ", " << certified.places << " places in arenas";
    std::cout << '\n';
    for (const std::string& assumption : certified.assumptions)
        std::cout << "  assumed: " << assumption << '\n';
    return done;
}

/// Checks a CSV with offsets: alone, or as a solution of the problem in the input file.
int check_table(const Arguments& arguments, Table table) {
    planner::Problem problem{std::move(table.buffers), arguments.capacity};
    planner::Solution solution;
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        planner::Buffer& buffer = problem.buffers[i];
        buffer.alignment = std::max(buffer.alignment, arguments.alignment);
        if (!table.offsets[i])
            return fail(arguments.check,
                        {table.lines[i], 1, "buffer " + buffer.id + " has no offset"});
        solution.offsets.push_back(*table.offsets[i]);
        if (*table.offsets[i] <= planner::max_height - std::min(buffer.size, planner::max_height))
            solution.height = std::max(solution.height, *table.offsets[i] + buffer.size);
    }
    if (!arguments.input.empty()) {
        auto asked = read_table(arguments.input);
        if (!asked)
            return bad_input;
        for (std::size_t i = 0; i < asked->buffers.size(); ++i)
            asked->buffers[i].fixed_offset = asked->offsets[i];
        for (std::size_t i = 0; i < problem.buffers.size(); ++i)
            problem.buffers[i].fixed_offset = solution.offsets[i];
        if (const auto difference = first_difference(asked->buffers, problem.buffers)) {
            std::cerr << arguments.check << ": rejected: " << *difference << '\n';
            return check_failed;
        }
    }
    if (const auto error = planner::check(problem))
        return fail(arguments.check, {table.lines[error->buffer], 1, error->message(problem)});
    if (const auto violation = planner::validate(problem, solution)) {
        std::cerr << arguments.check << ": rejected: " << violation->message(problem, solution)
                  << '\n';
        return check_failed;
    }
    std::cout << arguments.check << ": accepted: " << problem.buffers.size() << " buffers in "
              << solution.height << " bytes, lower bound " << planner::lower_bound(problem).bytes
              << " bytes\n";
    return done;
}

int check(const Arguments& arguments) {
    auto text = tools::read_file(arguments.check, max_file_bytes);
    if (const auto* error = std::get_if<FileError>(&text))
        return fail(arguments.check, *error);
    const std::string& contents = std::get<std::string>(text);
    const std::size_t first = contents.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && contents[first] == '{')
        return contents.find("\"langone-budget-certificate/") != std::string::npos
                   ? check_budget_certificate(arguments, contents)
                   : check_certificate_text(arguments, contents);
    auto table = parse_csv(contents);
    if (const auto* error = std::get_if<FileError>(&table))
        return fail(arguments.check, *error);
    return check_table(arguments, std::get<Table>(std::move(table)));
}

int main_with(int argc, char** argv) {
    Arguments arguments;
    CLI::App app{"Plans the buffers of a packing CSV (id,lower,upper,size[,alignment][,offset]) "
                 "into one arena, or checks a plan.\n"
                 "Exit codes: 0 done, 1 check failed, 2 bad input or usage, 3 proven infeasible, "
                 "4 undecided within the effort."};
    const std::map<std::string, planner::Effort> efforts = {
        {"quick", planner::Effort::quick},
        {"standard", planner::Effort::standard},
        {"thorough", planner::Effort::thorough}};
    app.add_option("input", arguments.input, "CSV file; an offset in it is fixed");
    app.add_option("--capacity", arguments.capacity,
                   "bytes that the plan must fit into; without it, the smallest height");
    app.add_option("--alignment", arguments.alignment,
                   "least alignment of every buffer, bytes: a power of two");
    app.add_option("--effort", arguments.effort, "quick, standard or thorough")
        ->transform(CLI::CheckedTransformer(efforts, CLI::ignore_case));
    app.add_option("--threads", arguments.threads,
                   "threads that search at once; the plan depends on their number, not on timing")
        ->check(CLI::Range(1, 64));
    app.add_option("--time-limit", arguments.time_limit,
                   "seconds after which the best so far is taken; not deterministic")
        ->check(CLI::PositiveNumber);
    app.add_option("--output", arguments.output, "write the plan as CSV with offsets");
    app.add_option("--certificate", arguments.certificate, "write a certificate (JSON)");
    app.add_option("--svg", arguments.svg, "draw the plan");
    app.add_option("--check", arguments.check,
                   "check this solution (CSV with offsets) or certificate instead of planning");
    app.add_flag("--json", arguments.json, "report as JSON");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? done : bad_input;
    }
    if (!std::has_single_bit(arguments.alignment) || arguments.alignment > planner::max_height)
        return fail("--alignment must be a power of two");
    if (!arguments.check.empty())
        return check(arguments);
    if (arguments.input.empty())
        return fail("no input file; see --help");
    return plan(arguments);
}

} // namespace

} // namespace langone::plan

int main(int argc, char** argv) {
    return langone::plan::main_with(argc, argv);
}
