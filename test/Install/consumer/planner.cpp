// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Plans three buffers, the first and the last of which share memory.
#include "langone/Planner/solver.h"
#include "langone/Planner/validator.h"

#include <iostream>

int main() {
  langone::planner::Problem problem;
  problem.buffers = {{.lower = 0, .upper = 2, .size = 100},
                     {.lower = 1, .upper = 3, .size = 50},
                     {.lower = 2, .upper = 4, .size = 80}};
  const auto result = langone::planner::solve(problem);
  std::cout << "planner: " << langone::planner::to_string(result.status) << ", "
            << result.solution.height << " bytes\n";
  return result.solution.height == 150 ? 0 : 1;
}
