// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "csv.h"

#include <gtest/gtest.h>
#include <sstream>

namespace langone::plan {
namespace {

/// "line:column: message", or "" if the text is accepted.
std::string error_of(std::string_view text) {
    const auto result = parse_csv(text);
    const auto* error = std::get_if<FileError>(&result);
    if (!error)
        return "";
    return std::to_string(error->line) + ":" + std::to_string(error->column) + ": " +
           error->message;
}

TEST(Csv, ColumnsByNameInAnyOrder) {
    const auto result = parse_csv(
        "size, upper ,id,offset,lower,alignment\r\n64,7,a,128,-3,32\r\n\r\n8,2,b,,1,\r\n");
    const auto& table = std::get<Table>(result);
    ASSERT_EQ(table.buffers.size(), 2u);
    EXPECT_EQ(table.buffers[0].id, "a");
    EXPECT_EQ(table.buffers[0].lower, -3);
    EXPECT_EQ(table.buffers[0].upper, 7);
    EXPECT_EQ(table.buffers[0].size, 64u);
    EXPECT_EQ(table.buffers[0].alignment, 32u);
    EXPECT_EQ(table.offsets[0], 128u);
    EXPECT_EQ(table.buffers[1].alignment, 1u);
    EXPECT_FALSE(table.offsets[1]);
    EXPECT_EQ(table.lines, (std::vector<std::size_t>{2, 4}));
}

TEST(Csv, HeaderErrors) {
    EXPECT_EQ(error_of(""), "1:1: the file is empty: a header line is missing");
    EXPECT_EQ(error_of("id,lower,upper\n"), "1:1: column 'size' is missing");
    EXPECT_EQ(error_of("id,lower,upper,size,colour\n"), "1:21: unknown column 'colour'");
    EXPECT_EQ(error_of("id,lower,upper,size,id\n"), "1:21: column 'id' appears twice");
}

TEST(Csv, RowErrorsNameLineAndColumn) {
    const auto row = [](std::string_view text) {
        return error_of("id,lower,upper,size,alignment,offset\n" + std::string(text));
    };
    EXPECT_EQ(row("a,1,2,3,4"), "2:1: the line has 5 cells, the header has 6");
    EXPECT_EQ(row(",1,2,3,4,5"), "2:1: id is empty");
    EXPECT_EQ(row("a,x,2,3,4,5"), "2:3: lower 'x' is not an integer");
    EXPECT_EQ(row("a,1,2,-3,4,5"), "2:7: size '-3' is not a non-negative integer");
    EXPECT_EQ(row("a,1,2,18446744073709551616,4,5"),
              "2:7: size '18446744073709551616' is too large");
    EXPECT_EQ(row("a,2,2,3,4,5"), "2:5: upper '2' is not greater than lower '2'");
    EXPECT_EQ(row("a,1,2,3,6,5"), "2:9: alignment '6' is not a power of two");
    EXPECT_EQ(row("a,1,2,3,4,?"), "2:11: offset '?' is not a non-negative integer");
    EXPECT_EQ(row("a,1,2,3,4,\nb,1,2,3,4,\na,1,2,3,4,"), "4:1: id 'a' was used in line 2 already");
}

TEST(Csv, NulBytesAreErrors) {
    using namespace std::string_view_literals;
    EXPECT_EQ(error_of("id,lower,upper,size\na\0,1,2,3\n"sv), "2:1: id contains a NUL byte");
    EXPECT_EQ(error_of("id,lower,upper,size\na,1,2,3\0\n"sv),
              "2:7: size '3?' is not a non-negative integer");
}

TEST(Csv, WhatIsWrittenIsReadBack) {
    const planner::Problem problem{
        {{.lower = -5, .upper = 4, .size = 10, .alignment = 8, .id = "x"}}, {}};
    std::ostringstream stream;
    write_csv(stream, problem, {{64}, 74});
    const auto result = parse_csv(stream.str());
    const auto& table = std::get<Table>(result);
    ASSERT_EQ(table.buffers.size(), 1u);
    EXPECT_EQ(table.buffers[0].lower, -5);
    EXPECT_EQ(table.buffers[0].alignment, 8u);
    EXPECT_EQ(table.offsets[0], 64u);
}

} // namespace
} // namespace langone::plan
