# Everything comes from the system; nothing is downloaded. Hints: HDF5_ROOT,
# MPI_C_COMPILER, GSL_ROOT_DIR, Random123_ROOT, CMAKE_PREFIX_PATH, PKG_CONFIG_PATH.
find_package(PkgConfig REQUIRED)
find_package(GSL REQUIRED)
find_package(Random123 REQUIRED)
find_package(MPI 3.1 REQUIRED COMPONENTS C)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash>=0.8)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)

set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "The HDF5 that was found (${HDF5_C_INCLUDE_DIRS}) is not parallel: all ranks "
                      "write one file through MPI-IO. Install libhdf5-openmpi-dev, or set HDF5_ROOT "
                      "to an HDF5 built with --enable-parallel.")
endif()
if(HDF5_VERSION VERSION_LESS 1.10.5)
  message(FATAL_ERROR "HDF5 ${HDF5_VERSION} is too old: 1.10.5 or later is needed.")
endif()
