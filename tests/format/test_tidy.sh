#!/bin/bash
# clang-tidy with .clang-tidy over the sources of the program and the kernels.
set -euo pipefail
# shellcheck source=tests/format/lib.sh
source "$SOURCE/tests/format/lib.sh"

# Each file once: as the program compiles it, not as the benchmark does; and for one
# vector path, unless its text depends on the path.
"$PYTHON" - "$BUILD" <<'END'
import json
import re
import sys

chosen = {}
for command in json.load(open(f"{sys.argv[1]}/compile_commands.json")):
    path = re.search(r"SF_LANES_PATH=(\w+)", command["command"])
    differs = path and re.search(r"^ *#if|lanes_vector", open(command["file"]).read(), re.M)
    chosen.setdefault((command["file"], path[1] if differs else ""), command)
json.dump(list(chosen.values()), open("compile_commands.json", "w"))
END
database=$PWD
cd "$SOURCE"

# These define what analyzer.h redefines.
mapfile -t sources < <(tracked_files '^(kernels|mpi|io|jobs)/.*\.c$' | grep -vE '^(kernels/status|mpi/agree)\.c$')
((${#sources[@]} > 0))
clang-tidy --quiet -p "$database" kernels/status.c mpi/agree.c 2>/dev/null
printf '%s\0' "${sources[@]}" |
  xargs -0 -n 2 -P 2 clang-tidy --quiet -p "$database" \
    --extra-arg-before=-include --extra-arg-before="$SOURCE/tests/format/analyzer.h" 2>/dev/null
