# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Installs headers and the package LangOneResource. Libraries and programs are installed where they
# are built; planner and runtime install their own headers, so that either can be had alone.

include(CMakePackageConfigHelpers)
set(LANGONE_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/LangOneResource)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/langone ${PROJECT_BINARY_DIR}/include/langone
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc"
  PATTERN "Planner" EXCLUDE PATTERN "CMakeFiles" EXCLUDE)

install(EXPORT LangOneResourceTargets NAMESPACE LangOneResource::
  DESTINATION ${LANGONE_CMAKE_DIR})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/LangOneResourceConfig.cmake.in LangOneResourceConfig.cmake
  INSTALL_DESTINATION ${LANGONE_CMAKE_DIR})
write_basic_package_version_file(LangOneResourceConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/LangOneResourceConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/LangOneResourceConfigVersion.cmake
  DESTINATION ${LANGONE_CMAKE_DIR})
