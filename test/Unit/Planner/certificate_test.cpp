// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "certificate_check.h"

#include "langone/Planner/certificate.h"

#include <cctype>
#include <gtest/gtest.h>
#include <sstream>

namespace langone::plan {
namespace {

const planner::Problem problem{
    {{.lower = -2, .upper = 4, .size = 8, .alignment = 8, .id = "a\"\n"},
     {.lower = 0, .upper = 9, .size = 8, .id = "b", .pieces = {{0, 2}, {5, 9}}}},
    32};

std::string certificate(const planner::Solution& solution) {
    std::ostringstream stream;
    planner::write_certificate(stream, problem, solution, {"net.mlir:3:4", ""});
    return stream.str();
}

/// "" if accepted.
std::string reason(const std::string& text) {
    const auto verdict = check_certificate(text);
    const auto* rejected = std::get_if<Rejected>(&verdict);
    return rejected ? rejected->reason : "";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

TEST(Certificate, WhatIsWrittenIsAccepted) {
    const auto verdict = check_certificate(certificate({{0, 8}, 16}));
    const auto& certified = std::get<Certified>(verdict);
    EXPECT_EQ(certified.buffers, 2u);
    EXPECT_EQ(certified.arena_bytes, 16u);
    EXPECT_EQ(certified.bound_bytes, 16u);
}

TEST(Certificate, OverlapIsRejected) {
    EXPECT_NE(reason(certificate({{0, 4}, 16})).find("overlap at time 0"), std::string::npos);
}

TEST(Certificate, ArenaTooSmallIsRejected) {
    EXPECT_NE(reason(certificate({{0, 8}, 15})).find("ends above the height"), std::string::npos);
}

TEST(Certificate, CapacityExceededIsRejected) {
    EXPECT_NE(reason(certificate({{0, 8}, 40})).find("above the capacity"), std::string::npos);
}

TEST(Certificate, WrongBoundIsRejected) {
    const std::string text = certificate({{0, 8}, 16});
    EXPECT_EQ(reason(replaced(text, "\"bytes\": 16", "\"bytes\": 17")),
              "the load at time 0 is 16 bytes, not 17");
    EXPECT_EQ(reason(replaced(text, "\"time\": 0", "\"time\": 4")),
              "the load at time 4 is 0 bytes, not 16");
}

/// Many such changes leave a valid plan of something else: only the digest notices them.
TEST(Certificate, EveryChangedDigitIsRejected) {
    const std::string text = certificate({{0, 8}, 16});
    ASSERT_EQ(reason(text), "");
    int changed = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        in_string ^= text[i] == '"' && text[i - 1] != '\\';
        const bool in_digest = i > text.find("fnv1a64:");
        if ((in_string && !in_digest) || std::isdigit(static_cast<unsigned char>(text[i])) == 0)
            continue;
        for (char digit = '0'; digit <= '9'; ++digit)
            if (digit != text[i]) {
                std::string other = text;
                other[i] = digit;
                EXPECT_NE(reason(other), "") << other;
                ++changed;
            }
    }
    EXPECT_GT(changed, 9 * 25);
}

TEST(Certificate, MalformedIsNotMistakenForWrong) {
    const std::string text = certificate({{0, 8}, 16});
    for (const std::string& bad :
         {std::string("{"), std::string("[]"), replaced(text, "certificate/1", "certificate/2"),
          replaced(text, "\"size_bytes\": 8", "\"size_bytes\": -8"),
          replaced(text, "\"offset_bytes\": 8", "\"offset_bytes\": 8.5"),
          replaced(text, "\"lower\": -2", "\"lower\": 4"), replaced(text, "[0, 2]", "[0, 2, 3]"),
          replaced(text, "\"buffers\"", "\"puffers\""),
          replaced(text, "\"size_bytes\": 8", "\"size_bytes\": 18446744073709551616"),
          replaced(text, "\"arena_bytes\": 16", "\"arena_bytes\": 16, \"arena_bytes\": 16"),
          text.substr(0, text.find(",\n  \"digest\"")) + "\n}\n"}) {
        const auto verdict = check_certificate(bad);
        const auto* rejected = std::get_if<Rejected>(&verdict);
        ASSERT_TRUE(rejected) << bad;
        EXPECT_TRUE(rejected->malformed) << rejected->reason;
    }
}

TEST(Certificate, TruncatedIsMalformedWhereverItEnds) {
    const std::string text = certificate({{0, 8}, 16});
    for (std::size_t end = 0; end + 2 < text.size(); ++end) {
        const auto verdict = check_certificate(text.substr(0, end));
        const auto* rejected = std::get_if<Rejected>(&verdict);
        ASSERT_TRUE(rejected) << end;
        EXPECT_TRUE(rejected->malformed) << end;
        EXPECT_NE(rejected->where, "") << end;
    }
}

TEST(Certificate, ReasonsSayWhere) {
    const std::string text = certificate({{0, 8}, 16});
    EXPECT_EQ(reason(replaced(text, "certificate/1", "certificate/2")),
              "/schema: is \"langone-certificate/2\", not \"langone-certificate/1\": another "
              "version, which only its own checker reads");
    EXPECT_EQ(reason(replaced(text, "\"offset_bytes\": 8", "\"offset_bytes\": -8")),
              "/buffers/1/offset_bytes: is not a whole number of bytes below 2^64");
    EXPECT_EQ(reason(text.substr(0, text.find(",\n  \"digest\"")) + "\n}\n"),
              "the document: has no \"digest\"");
}

} // namespace
} // namespace langone::plan
