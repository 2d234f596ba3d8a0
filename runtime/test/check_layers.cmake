# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Fails if a file in LIB includes one of a later layer: base, then memory, then capi.

set(later_of_base "memory|capi")
set(later_of_memory "capi")
foreach(layer base memory)
  file(GLOB_RECURSE files ${LIB}/${layer}/*.h ${LIB}/${layer}/*.cpp)
  foreach(file ${files})
    file(STRINGS ${file} wrong REGEX "#include \"(${later_of_${layer}})/|langone/runtime.h")
    if(wrong)
      message(SEND_ERROR "${file}: ${wrong}")
    endif()
  endforeach()
endforeach()
