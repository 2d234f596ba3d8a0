# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cmake -D BUILD_DIR=... -D CONSUMER_DIR=... -D COMPONENTS=... -D WORK_DIR=... -P: see CMakeLists.txt.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/first)
# Whatever still points at the place of installation is found out.
file(RENAME ${WORK_DIR}/first ${WORK_DIR}/prefix)
run(${CMAKE_COMMAND} -S ${CONSUMER_DIR} -B ${WORK_DIR}/build -G ${GENERATOR}
  -D CMAKE_C_COMPILER=${C_COMPILER} -D CMAKE_CXX_COMPILER=${CXX_COMPILER}
  -D CMAKE_PREFIX_PATH=${WORK_DIR}/prefix -D "LANGONE_COMPONENTS=${COMPONENTS}")
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
file(GLOB programs ${WORK_DIR}/build/use-*)
foreach(program ${programs})
  run(${program})
endforeach()
