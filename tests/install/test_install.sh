#!/bin/bash
# What is installed can be used without the source tree: the program, and the
# kernels through CMake's package and through pkg-config.
set -euo pipefail
prefix=$SCRATCH/prefix
compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$BUILD/CMakeCache.txt")

cmake --install "$BUILD" --prefix "$prefix" >install.log
"$prefix/bin/synfin" version

# Moved, since a package must not remember the folder that it was installed to.
mv "$prefix" "$SCRATCH/moved"
prefix=$SCRATCH/moved

mkdir consumer
cp "$SOURCE/tests/install/CMakeLists.txt" "$SOURCE/tests/install/consumer.c" consumer/
cmake -S consumer -B by_cmake -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$compiler" >cmake.log
cmake --build by_cmake >>cmake.log

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name synfin.pc)")
export PKG_CONFIG_PATH
read -r -a flags <<<"$(pkg-config --cflags --libs synfin)"
"$compiler" -std=c11 consumer/consumer.c -o by_pkg_config "${flags[@]}"

rows=$(by_cmake/consumer)
echo "customer 1 has $rows rows"
[[ $rows -gt 0 && $(./by_pkg_config) == "$rows" ]]
