//===- SuggestionsTest.cpp - suggestions about copies ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns a generator of programs that copy a lot, which those of the differential
// tests do not.
//
//===----------------------------------------------------------------------===//

#include "SuggestionProperties.h"

#include "Random.h"
#include "langone/Resource/Analysis/Suggestions.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <gtest/gtest.h>
#include <map>

namespace langone::resource::test {
namespace {

/// Random code in one block about buffers of one type, some of it in branches.
/// No element is read before it is written, and nothing leaks.
class CopyingProgram {
public:
  explicit CopyingProgram(uint64_t seed) : random(seed) {}

  std::string make() {
    for (unsigned i = 0; i < 30; ++i)
      addStatement();
    while (!live.empty())
      free();
    return prologue + body + "  return\n}\n";
  }

private:
  static constexpr const char *kType = "memref<2xi32>";

  template <typename... Args> void add(const char *format, Args &&...args) {
    body += llvm::formatv(format, std::forward<Args>(args)...).str() + "\n";
  }

  unsigned pick() { return random.pick(live); }

  void store(unsigned buffer, unsigned index) {
    add("  %v{0} = arith.constant {0} : i32", next);
    add("  memref.store %v{0}, %b{1}[%c{2}] : {3}", next++, buffer, index,
        kType);
  }

  void copy(unsigned from, unsigned to) {
    add("  memref.copy %b{0}, %b{1} : {2} to {2}", from, to, kType);
  }

  void observe(unsigned buffer) {
    add("  %v{0} = memref.load %b{1}[%c{2}] : {3}", next, buffer,
        random.below(2), kType);
    add("  func.call @observe(%v{0}) : (i32) -> ()", next++);
  }

  void allocate() {
    unsigned buffer = next++;
    add("  %b{0} = memref.alloc() : {1}", buffer, kType);
    if (!live.empty() && random.percent(70)) {
      copy(pick(), buffer);
    } else {
      store(buffer, 0);
      store(buffer, 1);
    }
    live.push_back(buffer);
  }

  void free() {
    unsigned position = random.below(live.size());
    add("  memref.dealloc %b{0} : {1}", live[position], kType);
    live.erase(live.begin() + position);
  }

  void addStatement() {
    if (live.size() < 2 || (live.size() < 5 && random.percent(25)))
      return allocate();
    bool isBranch = random.percent(20);
    if (isBranch)
      add("  scf.if %c {{");
    switch (random.below(isBranch ? 3 : 4)) {
    case 0:
      store(pick(), random.below(2));
      break;
    case 1:
      observe(pick());
      break;
    case 2:
      copy(pick(), pick());
      break;
    default:
      free();
      break;
    }
    if (isBranch)
      add("  }");
  }

  Random random;
  std::string body;
  llvm::SmallVector<unsigned> live;
  unsigned next = 0;
  const std::string prologue = R"(
func.func private @observe(i32) attributes {
  langone_resource.cost = #langone_resource.cost<memory = 0>}
func.func @f(%c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
)";
};

TEST(Suggestions, AboutCopiesKeepTheirPromises) {
  TestContext context;
  std::map<SuggestionKind, unsigned> counts;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    Subject subject =
        makeSubject(context, seed, makeProgram(CopyingProgram(seed).make()));
    ASSERT_TRUE(subject.module) << context.takeErrors() << subject.program.text;
    Violations violations = checkSuggestions(context, subject);
    EXPECT_TRUE(violations.empty()) << "seed " << seed << "\n"
                                    << llvm::join(violations, "\n") << "\n"
                                    << subject.program.text;
    mlir::ModuleAnalysisManager manager(*subject.module, nullptr);
    const auto &analysis =
        mlir::AnalysisManager(manager).getAnalysis<FootprintAnalysis>();
    SuggestionEffort effort;
    for (const Suggestion &suggestion :
         findSuggestions(analysis, *subject.module, Estimate::Upper, 8, effort))
      ++counts[suggestion.kind];
  }
  // The programs are such that there is something to suggest.
  for (SuggestionKind kind :
       {SuggestionKind::FreeEarlier, SuggestionKind::DropCopy})
    EXPECT_GE(counts[kind], 10u) << static_cast<int>(kind);
}

// A module that is larger than the effort left gets none, nor does what
// follows.
TEST(Suggestions, EffortIsSharedAndCounted) {
  TestContext context;
  Subject subject =
      makeSubject(context, 1, makeProgram(CopyingProgram(1).make()));
  mlir::ModuleAnalysisManager manager(*subject.module, nullptr);
  const auto &analysis =
      mlir::AnalysisManager(manager).getAnalysis<FootprintAnalysis>();
  auto find = [&](SuggestionEffort &effort) {
    return findSuggestions(analysis, *subject.module, Estimate::Upper, 8,
                           effort);
  };
  SuggestionEffort enough;
  EXPECT_FALSE(find(enough).empty());
  uint64_t taken = SuggestionEffort().opsLeft - enough.opsLeft;
  SuggestionEffort exact{taken}, little{1};
  EXPECT_EQ(find(exact).size(), find(enough).size());
  EXPECT_EQ(exact.opsLeft, 0u);
  EXPECT_TRUE(find(exact).empty());
  EXPECT_TRUE(find(little).empty());
  EXPECT_EQ(little.opsLeft, 0u);
}

} // namespace
} // namespace langone::resource::test
