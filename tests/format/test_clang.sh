#!/bin/bash
# Everything, tests included, builds with clang without a warning.
set -euo pipefail
TARGETS=all bash "$SOURCE/tests/system/lib/build_with.sh" clang "$BUILD/clang" -DBUILD_TESTING=ON
