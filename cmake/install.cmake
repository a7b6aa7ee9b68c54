# Installs the program, and the kernels as a library for others: static, with
# its headers, as CMake package (synfin::kernels) and as pkg-config module.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/synfin)
set_target_properties(synfin_kernels PROPERTIES EXPORT_NAME kernels)
install(TARGETS synfin_kernels EXPORT synfinTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/kernels DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/synfin
        FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(EXPORT synfinTargets NAMESPACE synfin:: DESTINATION ${package_dir})
install(TARGETS synfin RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/slurm DESTINATION ${CMAKE_INSTALL_DATADIR}/synfin)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/synfinConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/synfinConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/synfinConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/synfinConfig.cmake
              ${PROJECT_BINARY_DIR}/synfinConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindRandom123.cmake
        DESTINATION ${package_dir})

# Relative to the file itself, so that the prefix may be moved or staged.
file(RELATIVE_PATH SF_PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" SF_PREFIX_FROM_PC ${SF_PREFIX_FROM_PC})
configure_file(${PROJECT_SOURCE_DIR}/cmake/synfin.pc.in ${PROJECT_BINARY_DIR}/synfin.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/synfin.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
