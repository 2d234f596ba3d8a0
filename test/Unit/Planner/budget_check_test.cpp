// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "budget_check.h"

#include <array>
#include <cctype>
#include <cinttypes>
#include <cstdio>
#include <gtest/gtest.h>

namespace langone::plan {
namespace {

/// The text of a certificate with these functions and further members, and the digest that fits.
std::string sealed(const std::string& functions, const std::string& rest = "") {
    const std::string head = "{\n  \"functions\": [" + functions + "],\n" + rest +
                             "  \"schema\": \"langone-budget-certificate/1\",\n";
    std::uint64_t digest = 0xCBF29CE484222325;
    for (const char byte : head)
        digest = (digest ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    std::array<char, 64> tail{};
    std::snprintf(tail.data(), tail.size(), "  \"digest\": \"%016" PRIx64 "\"\n}\n", digest);
    return head + tail.data();
}

std::string function(const std::string& name, unsigned peak, const std::string& members) {
    return "{\"name\": \"" + name + "\", \"location\": \"f:1:1\", \"retained_bytes\": 0, " +
           "\"peak_bytes\": " + std::to_string(peak) + ", " + members + '}';
}

std::string buffer(unsigned bytes) {
    const std::string number = std::to_string(bytes);
    return R"({"location": "f:2:2", "bytes": )" + number + R"(, "freed_bytes": )" + number + '}';
}

std::string place(unsigned offset, unsigned bytes) {
    return R"({"location": "f:3:3", "offset_bytes": )" + std::to_string(offset) + R"(, "bytes": )" +
           std::to_string(bytes) + '}';
}

/// A function with an arena of 64 bytes of its own, and two places of 32.
std::string planned(unsigned second, const std::string& steps) {
    return sealed(function("f", 64,
                           R"("arena": {"from": "body", "bytes": 64, "alignment_bytes": 16,
                               "buffer": 0}, "buffers": [)" +
                               buffer(64) + R"(], "places": [)" + place(0, 32) + ", " +
                               place(second, 32) + R"(], "body": [{"allocate": 0}, )" + steps +
                               R"(, {"free": [0]}])"));
}

/// "" if accepted.
std::string reason(const std::string& text) {
    const auto verdict = check_budgets(text);
    const auto* rejected = std::get_if<Rejected>(&verdict);
    return rejected ? rejected->reason : "";
}

bool is_malformed(const std::string& text) {
    const auto verdict = check_budgets(text);
    const auto* rejected = std::get_if<Rejected>(&verdict);
    return rejected && rejected->malformed;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

const std::string overlapping_in_time =
    R"({"place": 0}, {"use": [0]}, {"place": 1}, {"use": [0, 1]})";

TEST(BudgetCheck, PlacesThatAreUsedTogetherMustBeDisjoint) {
    EXPECT_EQ(reason(planned(32, overlapping_in_time)), "");
    EXPECT_EQ(reason(planned(31, overlapping_in_time)),
              "'f': place 0 (f:3:3) is used after place 1 (f:3:3), which shares bytes with it, was "
              "placed");
}

TEST(BudgetCheck, PlacesThatAreUsedOneAfterTheOtherMayShareBytes) {
    EXPECT_EQ(reason(planned(0, R"({"place": 0}, {"use": [0]}, {"place": 1}, {"use": [1]})")), "");
}

TEST(BudgetCheck, PlacesLieInTheArena) {
    EXPECT_EQ(reason(planned(33, overlapping_in_time)),
              "'f': place 1 (f:3:3) ends above the arena of 64 bytes");
}

TEST(BudgetCheck, UsesOfALaterRoundAreSeen) {
    const std::string body = R"([{"use": [0]}, {"place": 1}, {"use": [1]}, {"drop": [1]}]})";
    const std::string once = R"({"place": 0}, {"repeat": 1, "at_least": 0, "body": )" + body;
    const std::string twice = R"({"place": 0}, {"repeat": 2, "at_least": 0, "body": )" + body;
    EXPECT_EQ(reason(planned(0, once)), "");
    EXPECT_NE(reason(planned(0, twice)), "");
    EXPECT_EQ(reason(planned(32, twice)), "");
}

TEST(BudgetCheck, AWayThatOverwritesCounts) {
    const auto branch = [](const char* after) {
        return std::string(R"({"place": 0}, {"entry": [0, 1], "graph": [)"
                           R"({"body": [{"place": 1}, {"use": [1]}], "next": [1]}]}, )") +
               after;
    };
    EXPECT_NE(reason(planned(0, branch(R"({"use": [0]})"))), "");
    EXPECT_EQ(reason(planned(0, branch(R"({"place": 0}, {"use": [0]})"))), "");
}

TEST(BudgetCheck, WhatIsDroppedIsNotUsed) {
    EXPECT_EQ(reason(planned(0, R"({"place": 0}, {"drop": [0]}, {"use": [0]})")),
              "'f': place 0 (f:3:3) is used where it is not placed");
}

TEST(BudgetCheck, NothingIsPlacedInBodiesThatRunAtOnce) {
    EXPECT_NE(reason(planned(32, R"({"parallel": 2, "all": 4, "body": [{"place": 0}]})")), "");
}

TEST(BudgetCheck, ASliceHoldsTheArenaOfTheCallee) {
    const auto with_callee = [](unsigned bytes, unsigned alignment) {
        const std::string callee =
            function("g", bytes,
                     R"("arena": {"from": "caller", "bytes": )" + std::to_string(bytes) +
                         R"(, "alignment_bytes": )" + std::to_string(alignment) +
                         R"(}, "places": [], "body": [])");
        std::string text = planned(48, R"({"place": 0}, {"call": ["g"], "slice": 0})");
        const std::size_t begin = text.find('[') + 1;
        const std::size_t end = text.find("],\n  \"schema");
        return sealed(replaced(text.substr(begin, end - begin), place(48, 32), place(32, 16)) +
                      ", " + callee);
    };
    EXPECT_EQ(reason(with_callee(32, 16)), "");
    EXPECT_EQ(reason(with_callee(33, 16)),
              "'f': place 0 (f:3:3) has 32 bytes, the arena of 'g' takes 33");
    EXPECT_NE(reason(with_callee(32, 32)), "");
}

TEST(BudgetCheck, RecursionCostsItsDepth) {
    const auto recursive = [](unsigned peak, const char* depth) {
        return sealed(function("f", peak,
                               R"("buffers": [)" + buffer(16) + ", " + buffer(40) +
                                   R"(], "body": [{"allocate": 0}, {"call": ["f"]},)"
                                   R"( {"allocate": 1}, {"free": [1]}, {"free": [0]}])"),
                      std::string(R"("cycles": [{"functions": ["f"])") + depth + "}],\n");
    };
    EXPECT_EQ(reason(recursive(4 * 16 + 56, R"(, "depth": 5, "depth_is": "proven")")), "");
    EXPECT_EQ(reason(recursive(120, R"(, "depth": 6, "depth_is": "declared")")),
              "'f': the peak is 136 bytes, not 120");
    EXPECT_EQ(reason(recursive(120, "")),
              "'f': memory is live across a recursive call of unknown depth");
}

/// 16 and 32 bytes in turn, four activations: 16 + 32 + 16 + 32 along the path, 3 * 32 + 32 simply.
/// The least bound is the one that a certificate states.
TEST(BudgetCheck, RecursionMayBeBoundedAlongItsPaths) {
    const auto cycle = [](unsigned f, unsigned g) {
        const auto member = [](const char* name, unsigned peak, unsigned bytes,
                               const char* callee) {
            return function(name, peak,
                            R"("buffers": [)" + buffer(bytes) +
                                R"(], "body": [{"allocate": 0}, {"call": [")" + callee +
                                R"("]}, {"free": [0]}])");
        };
        return sealed(member("f", f, 16, "g") + ", " + member("g", g, 32, "f"),
                      R"("cycles": [{"functions": ["f", "g"], "depth": 4, "depth_is": "proven"}],)"
                      "\n");
    };
    EXPECT_EQ(reason(cycle(96, 96)), "");
    EXPECT_EQ(reason(cycle(112, 128)), "'f': the peak is 96 bytes, not 112");
    EXPECT_EQ(reason(cycle(95, 96)), "'f': the peak is 96 bytes, not 95");
}

/// Nothing is live at the call in the first round, but in the later ones.
TEST(BudgetCheck, RoundsAddToWhatIsLiveAtARecursiveCall) {
    const auto loop = [](unsigned peak) {
        std::string text = function(
            "f", peak,
            R"("buffers": [)" + buffer(1000) + ", " + buffer(16) +
                R"(], "body": [{"allocate": 0}, {"free": [0]}, {"repeat": 4, "at_least": 4,)"
                R"( "body": [{"call": ["f"]}, {"allocate": 1}]}])");
        return sealed(replaced(text, R"("retained_bytes": 0)", R"("retained_bytes": 320)"),
                      R"("cycles": [{"functions": ["f"], "depth": 2, "depth_is": "declared"}],)"
                      "\n");
    };
    EXPECT_EQ(reason(loop(1240)), "");
    EXPECT_EQ(reason(loop(1000)), "'f': the peak is 1240 bytes, not 1000");
}

TEST(BudgetCheck, ACallOfAValueCostsTheWorst) {
    const auto calling = [](unsigned peak) {
        return sealed(function("f", peak, R"("body": [{"call": ["g", "h"]}])") + ", " +
                      function("g", 8, R"("assumptions": ["declared"])") + ", " +
                      function("h", 24, R"("assumptions": ["declared"])"));
    };
    EXPECT_EQ(reason(calling(24)), "");
    EXPECT_NE(reason(calling(8)), "");
    const auto verdict = check_budgets(calling(24));
    EXPECT_EQ(std::get<BudgetsCertified>(verdict).assumptions,
              (std::vector<std::string>{"'g': the peak is 8 bytes", "'g': declared",
                                        "'h': the peak is 24 bytes", "'h': declared"}));
}

TEST(BudgetCheck, TasksCountUntilTheyAreAwaited) {
    const std::string task = R"({"start": 0, "body": [{"allocate": 0}, {"free": [0]}]}, )";
    const std::string other = R"({"allocate": 0}, {"free": [0]})";
    const std::string await = R"({"await": [0]})";
    const auto steps = [&](unsigned peak, const std::string& rest) {
        return sealed(function(
            "f", peak, R"("buffers": [)" + buffer(16) + R"(], "body": [)" + task + rest + ']'));
    };
    EXPECT_EQ(reason(steps(32, other + ", " + await)), "");
    EXPECT_EQ(reason(steps(16, await + ", " + other)), "");
    EXPECT_EQ(reason(steps(16, other + ", " + await)), "'f': the peak is 32 bytes, not 16");
    EXPECT_EQ(reason(steps(16, R"({"await": [1]})")),
              "'f': a task is awaited that was not started before");
}

/// Buffers of 100, 60 and 16 bytes; each task has one for itself.
TEST(BudgetCheck, TasksThatWaitCountInTurn) {
    const auto steps = [&](unsigned peak, const std::string& after, const std::string& rest) {
        return sealed(
            function("f", peak,
                     R"("buffers": [)" + buffer(100) + ", " + buffer(60) + ", " + buffer(16) +
                         R"(], "body": [{"start": 0, "body": [{"allocate": 0}, {"free": [0]}]},)"
                         R"( {"start": 1, )" +
                         after + R"("body": [{"allocate": 1}, {"free": [1]}]}, )" + rest + ']'));
    };
    const std::string other = R"({"allocate": 2}, {"free": [2]}, )";
    const std::string both = R"({"await": [1, 0]})";
    EXPECT_EQ(reason(steps(160, "", both)), "");
    EXPECT_EQ(reason(steps(100, R"("after": [0], )", both)), "");
    EXPECT_EQ(reason(steps(116, R"("after": [0], )", other + both)), "");
    EXPECT_EQ(reason(steps(100, R"("after": [0], )", R"({"await": [0]}, )" + other + both)), "");
    EXPECT_EQ(reason(steps(100, R"("after": [1], )", both)),
              "'f': a task is awaited that was not started before");
    EXPECT_EQ(reason(steps(100, R"("after": [7], )", both)),
              "'f': a task is awaited that was not started before");
}

TEST(BudgetCheck, ATaskTakesWhatItFrees) {
    const auto steps = [&](unsigned peak, const std::string& last) {
        return sealed(
            function("f", peak,
                     R"("buffers": [)" + buffer(50) + ", " + buffer(100) + ", " + buffer(16) +
                         R"(], "body": [{"allocate": 0},)"
                         R"( {"start": 0, "body": [{"allocate": 1}, {"free": [1]}]},)"
                         R"( {"start": 1, "after": [0], "takes": [0], "body": [{"free": [0]}]}, )" +
                         last + ']'));
    };
    const std::string other = R"({"allocate": 2}, {"free": [2]})";
    const std::string await = R"({"await": [1, 0]})";
    EXPECT_EQ(reason(steps(166, other + ", " + await)), "");
    EXPECT_EQ(reason(steps(150, await + ", " + other)), "");
    EXPECT_EQ(reason(steps(150, other + ", " + await)), "'f': the peak is 166 bytes, not 150");
}

TEST(BudgetCheck, RotationIsChargedByFamily) {
    // 16 bytes are replaced by 64 in each of 10 rounds.
    const std::string small = replaced(buffer(16), "}", R"(, "family_bytes": 64})");
    const std::string large = replaced(buffer(64), "}", R"(, "family_bytes": 64})");
    const auto rotation = [&](unsigned peak) {
        return sealed(function("f", peak,
                               R"("buffers": [)" + small + ", " + large +
                                   R"(], "body": [{"allocate": 0}, {"repeat": 10, "at_least": 10,)"
                                   R"( "body": [{"allocate": 1}, {"free": [0, 1]}]},)"
                                   R"( {"free": [0, 1]}])"));
    };
    EXPECT_EQ(reason(rotation(128)), "");
    EXPECT_NE(reason(rotation(80)), "");
    const std::string cheap =
        replaced(rotation(128), R"("family_bytes": 64)", R"("family_bytes": 8)");
    EXPECT_TRUE(is_malformed(sealed(
        cheap.substr(cheap.find('[') + 1, cheap.find("],\n  \"schema") - cheap.find('[') - 1))));
}

TEST(BudgetCheck, EveryChangedDigitIsRejected) {
    const std::string text = planned(32, overlapping_in_time);
    ASSERT_EQ(reason(text), "");
    int changed = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (std::isdigit(static_cast<unsigned char>(text[i])) != 0)
            for (char digit = '0'; digit <= '9'; ++digit)
                if (digit != text[i]) {
                    std::string other = text;
                    other[i] = digit;
                    EXPECT_NE(reason(other), "") << other;
                    ++changed;
                }
    EXPECT_GT(changed, 9 * 40);
}

/// With the digest that fits: nothing is accepted in which the bound or a place is wrong.
TEST(BudgetCheck, NumbersThatMatterAreDerivedAgain) {
    const std::string text = planned(32, overlapping_in_time);
    const std::size_t begin = text.find('[') + 1;
    const std::string functions = text.substr(begin, text.find("],\n  \"schema") - begin);
    for (const char* number :
         {R"("peak_bytes": 64)", R"("retained_bytes": 0)", R"("from": "body", "bytes": 64)",
          R"("offset_bytes": 32)", R"("location": "f:2:2", "bytes": 64)"}) {
        const std::string old = number;
        const std::size_t space = old.rfind(' ') + 1;
        const int value = std::stoi(old.substr(space));
        for (int other = 0; other < 200; ++other) {
            const bool is_harmless =
                other == value ||
                // A smaller arena, or another place for the second buffer, may still do.
                (old.find("offset") != std::string::npos && other == 32);
            const std::string forged =
                sealed(replaced(functions, old, old.substr(0, space) + std::to_string(other)));
            EXPECT_EQ(reason(forged).empty(), is_harmless) << forged;
        }
    }
}

TEST(BudgetCheck, MalformedIsRefusedWithItsPlace) {
    const std::string text = planned(32, overlapping_in_time);
    for (std::size_t end = 0; end + 2 < text.size(); end += 7)
        EXPECT_TRUE(is_malformed(text.substr(0, end))) << end;
    EXPECT_EQ(
        reason(replaced(text, "certificate/1", "certificate/2")),
        "/schema: is \"langone-budget-certificate/2\", not "
        "\"langone-budget-certificate/1\": another version, which only its own checker reads");
    EXPECT_EQ(reason(text.substr(0, text.find(",\n  \"digest\"")) + "\n}\n"),
              "the document: has no \"digest\"");
    const auto one = [](const std::string& members) { return sealed(function("f", 8, members)); };
    EXPECT_EQ(reason(one(R"("body": [{"allocate": 0}])")),
              "/functions/0/body/0/allocate: there is no buffer 0");
    EXPECT_EQ(reason(one(R"("body": [{"call": ["g"]}])")),
              "/functions/0/body/0/call/0: there is no function 'g'");
    EXPECT_EQ(reason(one(R"("body": [{"jump": 0}])")), "/functions/0/body/0: is not a known step");
    EXPECT_EQ(reason(one(R"("body": [], "budget_byte": 9)")),
              "/functions/0: has an unknown member \"budget_byte\"");
    EXPECT_EQ(reason(one(R"("budget_bytes": 9)")),
              "/functions/0: has a budget, but no body that it could be derived from");
    EXPECT_EQ(reason(one(R"("body": [{"repeat": -1, "at_least": 0, "body": []}])")),
              "/functions/0/body/0/repeat: is not a whole number from 0 below 2^64");
    EXPECT_EQ(
        reason(one(R"("body": [{"repeat": 18446744073709551616, "at_least": 0, "body": []}])")),
        "/functions/0/body/0/repeat: is not a whole number from 0 below 2^64");
    const auto verdict = check_budgets(one(R"("body": [], "body": [])"));
    EXPECT_EQ(std::get<Rejected>(verdict).reason, "\"body\" is there twice");
    EXPECT_EQ(std::get<Rejected>(verdict).where.substr(0, 3), ":2:");
}

TEST(BudgetCheck, SumsDoNotWrap) {
    const std::string huge = R"({"location": "", "bytes": 18446744073709551615, "freed_bytes": 0})";
    EXPECT_EQ(reason(sealed(function("f", 8,
                                     R"("buffers": [)" + huge +
                                         R"(], "body": [{"allocate": 0}, {"allocate": 0}])"))),
              "'f': the bytes live at one point do not fit into 64 bits");
}

} // namespace
} // namespace langone::plan
