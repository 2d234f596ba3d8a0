// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// langone-report: shows a report of the analysis, or compares two. Owns the command line, the files
// and the exit code.

#include "compare.h"
#include "diff.h"
#include "show.h"

#include "files.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace langone::report {

namespace {

enum ExitCode { done = 0, check_failed = 1, bad_input = 2 };

struct ShowArguments {
    std::string file, function, html, colour = "auto";
    bool all = false;
};

struct DiffArguments {
    std::string old_file, new_file, json, sarif, percent, colour = "auto";
    bool fail_on_increase = false, all = false;
};

int fail(const std::string& message) {
    std::cerr << "langone-report: error: " << message << '\n';
    return bad_input;
}

/// The report in a file; on failure reports and returns nothing.
std::optional<Report> read_report(const std::string& path) {
    const auto text = tools::read_file(path, max_file_bytes);
    if (const auto* error = std::get_if<tools::FileError>(&text)) {
        std::cerr << path << ':' << error->line << ':' << error->column
                  << ": error: " << error->message << '\n';
        return std::nullopt;
    }
    auto report = parse_report(std::get<std::string>(text));
    if (const auto* malformed = std::get_if<tools::Malformed>(&report)) {
        std::cerr << path << malformed->text() << '\n';
        return std::nullopt;
    }
    return std::get<Report>(std::move(report));
}

/// Prints a text; the exit code.
int print(const std::string& text, ExitCode code) {
    std::cout << text << std::flush;
    return std::cout ? static_cast<int>(code) : fail("cannot write the output");
}

bool wants_colour(const std::string& choice) {
    if (choice != "auto")
        return choice == "always";
    const char* terminal = std::getenv("TERM");
    const char* no_colour = std::getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) != 0 && terminal && std::string(terminal) != "dumb" &&
           (!no_colour || *no_colour == '\0');
}

int show(const ShowArguments& arguments) {
    const auto report = read_report(arguments.file);
    if (!report)
        return bad_input;
    ShowOptions options{arguments.file};
    options.all = arguments.all;
    options.colour = wants_colour(arguments.colour);
    if (!arguments.function.empty()) {
        options.function =
            arguments.function[0] == '@' ? arguments.function.substr(1) : arguments.function;
        if (by_attention(*report, options).empty())
            return fail(arguments.file + " has no function @" + *options.function);
    }
    if (arguments.html.empty())
        return print(show_text(*report, options), done);
    const std::string page = show_html(*report, options);
    if (arguments.html == "-")
        return print(page, done);
    tools::OutputFiles files;
    files.add(arguments.html, page);
    if (const auto failed = files.commit())
        return fail("cannot write " + *failed);
    return done;
}

/// A number of per cent, at least 0; nothing for other texts.
std::optional<double> parse_percent(std::string text) {
    if (text.ends_with('%'))
        text.pop_back();
    double percent = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), percent);
    const bool is_number = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return is_number && percent >= 0 && std::isfinite(percent) ? std::optional(percent)
                                                               : std::nullopt;
}

int diff(const DiffArguments& arguments) {
    const auto percent = parse_percent(arguments.percent.empty() ? "0" : arguments.percent);
    if (!percent)
        return fail("--fail-on-increase: '" + arguments.percent + "' is not a number of per cent");
    if (arguments.json == "-" && arguments.sarif == "-")
        return fail("--json and --sarif cannot both go to the output: give one a file");
    const auto before = read_report(arguments.old_file);
    const auto now = read_report(arguments.new_file);
    if (!before || !now)
        return bad_input;
    const Comparison comparison = compare(*before, *now, *percent);
    const DiffOptions options{arguments.old_file, arguments.new_file,
                              wants_colour(arguments.colour), arguments.all};
    tools::OutputFiles files;
    std::string output;
    const auto add = [&](const std::string& path, std::string text) {
        if (path == "-")
            output = std::move(text);
        else
            files.add(path, std::move(text));
    };
    if (!arguments.json.empty())
        add(arguments.json, diff_json(comparison, options));
    if (!arguments.sarif.empty())
        add(arguments.sarif, diff_sarif(comparison, options));
    if (const auto failed = files.commit())
        return fail("cannot write " + *failed);
    return print(output.empty() ? diff_text(comparison, options) : output,
                 arguments.fail_on_increase && comparison.exceeds() ? check_failed : done);
}

int main_with(int argc, char** argv) {
    CLI::App app{"Shows a memory report (langone-report/1, written by "
                 "langone-opt --langone-analyze-resources=report=FILE), or compares two.\n"
                 "Exit codes: 0 done, 1 something got worse, 2 bad input or usage."};
    app.set_version_flag("--version", "langone-report " LANGONE_VERSION);
    app.require_subcommand(1);
    ShowArguments show_arguments;
    CLI::App* show_command = app.add_subcommand("show", "Show a report");
    show_command->add_option("file", show_arguments.file, "the report")->required();
    show_command->add_option("--function", show_arguments.function, "show this function only");
    show_command->add_option("--html", show_arguments.html,
                             "write a page to this file (- for the output) instead of text");
    show_command->add_flag("--all", show_arguments.all, "every function and buffer, however many");
    show_command->add_option("--color", show_arguments.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    DiffArguments diff_arguments;
    CLI::App* diff_command = app.add_subcommand("diff", "Compare two reports");
    diff_command->add_option("old", diff_arguments.old_file, "the report before")->required();
    diff_command->add_option("new", diff_arguments.new_file, "the report now")->required();
    diff_command->add_flag("--json{-}", diff_arguments.json,
                           "JSON instead of text; with =FILE, into that file beside the text");
    diff_command->add_flag(
        "--sarif{-}", diff_arguments.sarif,
        "SARIF 2.1.0 instead of text; with =FILE, into that file beside the text");
    CLI::Option* increase = diff_command->add_flag("--fail-on-increase{0}", diff_arguments.percent,
                                                   "exit with 1 if a verdict got weaker, or a peak "
                                                   "or arena grew by more than so many per cent "
                                                   "(0 without =PERCENT)");
    diff_command->add_flag("--all", diff_arguments.all, "every buffer, however many");
    diff_command->add_option("--color", diff_arguments.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? done : bad_input;
    }
    diff_arguments.fail_on_increase = increase->count() != 0;
    return diff_command->parsed() ? diff(diff_arguments) : show(show_arguments);
}

} // namespace

} // namespace langone::report

int main(int argc, char** argv) {
    return langone::report::main_with(argc, argv);
}
