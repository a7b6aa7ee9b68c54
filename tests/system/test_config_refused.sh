#!/bin/bash
# Hostile configuration files are refused in one line that names file and line.
set -euo pipefail
failures=0
count=0
for file in "$SOURCE"/tests/fuzz/config_refused/*; do
  name=$(basename "$file")
  cp "$file" "$name"
  code=0
  "$SYNFIN" config check "$name" >out 2>err || code=$?
  if ((code != 2)) || [[ -s out ]] || (($(wc -l <err) != 1)) ||
    ! grep -qE "^synfin: $name:[1-9][0-9]*: [[:print:]]+$" err; then
    echo "config check $name: exit code $code: $(cat -v out err)"
    failures=$((failures + 1))
  fi
  count=$((count + 1))
done
((count > 50)) || { echo "only $count files" && exit 1; }
((failures == 0))
