#!/bin/bash
# clang-tidy with .clang-tidy over the sources of the program and the kernels.
set -euo pipefail
# shellcheck source=tests/format/lib.sh
source "$SOURCE/tests/format/lib.sh"
cd "$SOURCE"

# These define what analyzer.h redefines.
mapfile -t sources < <(tracked_files '^(kernels|mpi|io|jobs)/.*\.c$' | grep -vE '^(kernels/status|mpi/agree)\.c$')
((${#sources[@]} > 0))
clang-tidy --quiet -p "$BUILD" kernels/status.c mpi/agree.c 2>/dev/null
printf '%s\0' "${sources[@]}" |
  xargs -0 -n 4 -P 2 clang-tidy --quiet -p "$BUILD" \
    --extra-arg-before=-include --extra-arg-before="$SOURCE/tests/format/analyzer.h" 2>/dev/null
