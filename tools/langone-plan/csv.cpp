// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "csv.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <ostream>
#include <unordered_map>

namespace langone::plan {

namespace {

enum Column : std::size_t { id, lower, upper, size, alignment, offset, column_count };
constexpr std::array<std::string_view, column_count> names = {"id",   "lower",     "upper",
                                                              "size", "alignment", "offset"};
constexpr std::size_t required_columns = 4;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const std::size_t begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::string quoted(std::string_view text) {
    constexpr std::size_t most = 40; // enough to recognise it
    std::string result = "'";
    for (const char c : text.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        result += byte < 0x20 || byte == 0x7f ? '?' : c;
    }
    return result + (text.size() > most ? "...'" : "'");
}

/// One cell of a line and where it begins.
struct Cell {
    std::string_view text;
    std::size_t column = 1;
};

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    std::variant<Table, FileError> run() {
        if (text_.size() > max_file_bytes)
            return FileError{1, 1, "the file is larger than 512 MiB"};
        if (!next_line())
            return FileError{1, 1, "the file is empty: a header line is missing"};
        bool ok = read_header();
        while (ok && next_line())
            ok = read_row();
        if (!ok)
            return error_;
        return std::move(table_);
    }

private:
    bool fail(std::size_t column, std::string message) {
        error_ = {line_, column, std::move(message)};
        return false;
    }

    /// Splits the next line that is not blank into `cells_`.
    bool next_line() {
        while (position_ < text_.size()) {
            const std::size_t end = std::min(text_.find('\n', position_), text_.size());
            const std::string_view line = text_.substr(position_, end - position_);
            position_ = end + 1;
            ++line_;
            if (trimmed(line).empty())
                continue;
            split(line);
            return true;
        }
        return false;
    }

    void split(std::string_view line) {
        cells_.clear();
        for (std::size_t begin = 0; begin <= line.size();) {
            const std::size_t end = std::min(line.find(',', begin), line.size());
            cells_.push_back({trimmed(line.substr(begin, end - begin)), begin + 1});
            begin = end + 1;
        }
    }

    bool read_header() {
        if (cells_[0].text.starts_with("\xef\xbb\xbf")) // byte order mark
            cells_[0].text.remove_prefix(3);
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            const auto name = std::find(names.begin(), names.end(), cells_[i].text);
            if (name == names.end())
                return fail(cells_[i].column, "unknown column " + quoted(cells_[i].text));
            auto& place = place_[static_cast<std::size_t>(name - names.begin())];
            if (place)
                return fail(cells_[i].column, "column " + quoted(*name) + " appears twice");
            place = i;
        }
        for (std::size_t i = 0; i < required_columns; ++i)
            if (!place_[i])
                return fail(1, "column " + quoted(names[i]) + " is missing");
        width_ = cells_.size();
        return true;
    }

    const Cell& cell(Column column) const { return cells_[*place_[column]]; }

    template <class Number>
    bool read(Column column, Number& number) {
        const auto [text, at] = cell(column);
        const char* begin = text.data();
        const char* end = begin + text.size();
        const auto [stop, error] = std::from_chars(begin, end, number);
        if (error == std::errc::result_out_of_range)
            return fail(at, std::string(names[column]) + " " + quoted(text) + " is too large");
        if (error != std::errc() || stop != end)
            return fail(at, std::string(names[column]) + " " + quoted(text) +
                                (std::is_signed_v<Number> ? " is not an integer"
                                                          : " is not a non-negative integer"));
        return true;
    }

    bool read_row() {
        if (cells_.size() != width_)
            return fail(1, "the line has " + std::to_string(cells_.size()) +
                               " cells, the header has " + std::to_string(width_));
        planner::Buffer buffer;
        buffer.id = cell(id).text;
        if (buffer.id.empty())
            return fail(cell(id).column, "id is empty");
        if (buffer.id.find('\0') != std::string::npos)
            return fail(cell(id).column, "id contains a NUL byte");
        if (!read(lower, buffer.lower) || !read(upper, buffer.upper) || !read(size, buffer.size))
            return false;
        if (buffer.lower >= buffer.upper)
            return fail(cell(upper).column, "upper " + quoted(cell(upper).text) +
                                                " is not greater than lower " +
                                                quoted(cell(lower).text));
        if (place_[alignment] && !cell(alignment).text.empty()) {
            if (!read(alignment, buffer.alignment))
                return false;
            if (!std::has_single_bit(buffer.alignment))
                return fail(cell(alignment).column,
                            "alignment " + quoted(cell(alignment).text) + " is not a power of two");
        }
        std::optional<std::uint64_t> where;
        if (place_[offset] && !cell(offset).text.empty())
            if (!read(offset, where.emplace()))
                return false;
        const auto [first, inserted] = line_of_id_.emplace(cell(id).text, line_);
        if (!inserted)
            return fail(cell(id).column, "id " + quoted(buffer.id) + " was used in line " +
                                             std::to_string(first->second) + " already");
        table_.buffers.push_back(std::move(buffer));
        table_.offsets.push_back(where);
        table_.lines.push_back(line_);
        return true;
    }

    std::string_view text_;
    std::size_t position_ = 0;
    std::size_t line_ = 0;
    std::vector<Cell> cells_;
    std::array<std::optional<std::size_t>, column_count> place_ = {};
    std::size_t width_ = 0;
    std::unordered_map<std::string_view, std::size_t> line_of_id_;
    Table table_;
    FileError error_;
};

} // namespace

std::variant<Table, FileError> parse_csv(std::string_view text) {
    return Parser(text).run();
}

void write_csv(std::ostream& stream, const planner::Problem& problem,
               const planner::Solution& solution) {
    stream << "id,lower,upper,size,alignment,offset\n";
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        const planner::Buffer& buffer = problem.buffers[i];
        stream << planner::display_name(problem, i) << ',' << buffer.lower << ',' << buffer.upper
               << ',' << buffer.size << ',' << buffer.alignment << ',' << solution.offsets[i]
               << '\n';
    }
}

} // namespace langone::plan
