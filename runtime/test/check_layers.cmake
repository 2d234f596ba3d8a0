# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Fails if a file in LIB includes one of a later layer: base, memory, monitor, capi in this order.

set(later_of_base "memory|monitor|capi")
set(later_of_memory "monitor|capi")
set(later_of_monitor "capi")
foreach(layer base memory monitor)
  file(GLOB files ${LIB}/${layer}/*.h ${LIB}/${layer}/*.cpp)
  foreach(file ${files})
    file(STRINGS ${file} wrong REGEX "#include \"(${later_of_${layer}})/|langone/runtime.h")
    if(wrong)
      message(SEND_ERROR "${file}: ${wrong}")
    endif()
  endforeach()
endforeach()
