#!/bin/bash
# build_with.sh CC DIR [cmake option...]: configures the source tree into DIR
# with the compiler CC, warnings being errors, and builds it. TARGETS names what
# to build (default: synfin). Warnings and errors go to stderr, nothing to stdout.
# SOURCE is the source tree (default: the one that holds this script). A DIR in
# $BUILD, such as $BUILD/clang, is kept from run to run and shared by tests, so
# that only the first of them takes long.
set -euo pipefail
compiler=$1
directory=$2
shift 2
source=${SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)}
read -r -a targets <<<"${TARGETS:-synfin}"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! {
  cmake -S "$source" -B "$directory" -G Ninja -DCMAKE_C_COMPILER="$compiler" -DSYNFIN_WERROR=ON \
    -DBUILD_TESTING=OFF "$@" &&
    cmake --build "$directory" --parallel "${JOBS:-2}" --target "${targets[@]}"
} >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
