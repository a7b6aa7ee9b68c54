#!/bin/bash
# machine.sh: what a result of a long run must be read with: commit and machine.
set -euo pipefail
commit=$(git -C "$SOURCE" rev-parse --short=12 HEAD)
git -C "$SOURCE" diff --quiet HEAD || commit="$commit with changes"
echo "commit    $commit, $(date -u +%Y-%m-%d)"
echo "processor $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores"
awk '/^MemTotal/ { printf "memory    %.0f GiB\n", $2 / 1048576 }' /proc/meminfo
echo "system    $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), Linux $(uname -r | cut -d- -f1)"
"$SYNFIN" version | sed 's/^/  /'
echo
