// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// langone-report: shows a report of the analysis, or compares two. Owns the command line, the files
// and the exit code.

#include "show.h"

#include "files.h"

#include <CLI/CLI.hpp>
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
    if (const auto* malformed = std::get_if<Malformed>(&report)) {
        std::cerr << malformed->text(path) << '\n';
        return std::nullopt;
    }
    return std::get<Report>(std::move(report));
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
    if (arguments.html.empty()) {
        std::cout << show_text(*report, options);
        return done;
    }
    const std::string page = show_html(*report, options);
    if (arguments.html == "-") {
        std::cout << page;
        return done;
    }
    tools::OutputFiles files;
    files.add(arguments.html, page);
    if (const auto failed = files.commit())
        return fail("cannot write " + *failed);
    return done;
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
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? done : bad_input;
    }
    return show(show_arguments);
}

} // namespace

} // namespace langone::report

int main(int argc, char** argv) {
    return langone::report::main_with(argc, argv);
}
