# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Fails unless LIBRARY exports exactly the symbols that LIST names.

execute_process(COMMAND ${NM} --dynamic --defined-only --format=posix ${LIBRARY}
                OUTPUT_VARIABLE lines COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" lines "${lines}")
list(TRANSFORM lines REPLACE " .*" "" OUTPUT_VARIABLE exported)
file(STRINGS ${LIST} expected)
list(SORT exported)
if(NOT exported STREQUAL expected)
  message(FATAL_ERROR "exported: ${exported}\nexpected (sorted): ${expected}")
endif()
