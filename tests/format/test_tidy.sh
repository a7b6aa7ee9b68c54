#!/bin/bash
# clang-tidy with .clang-tidy over the sources of the program and the kernels.
set -euo pipefail
# shellcheck source=tests/format/lib.sh
source "$SOURCE/tests/format/lib.sh"
cd "$SOURCE"

mapfile -t sources < <(tracked_files '^(kernels|mpi|io|jobs)/.*\.c$')
((${#sources[@]} > 0))
printf '%s\0' "${sources[@]}" |
  xargs -0 -n 4 -P 2 clang-tidy --quiet -p "$BUILD" 2>/dev/null
