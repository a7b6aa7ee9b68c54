#!/bin/bash
# Streams can be added: in a copy of the program with one stream more, from
# which one column is drawn, all other columns keep their digests.
set -euo pipefail
config=(generate --quiet --customers 300 --days 60)

column_digests() {
  "$PYTHON" "$SOURCE/tests/system/lib/column_digests.py" "$1"
}

# replace FILE PATTERN TEXT: replaces PATTERN, which must stand on one line of FILE.
replace() {
  if [[ $(grep -c -- "$2" "$1") -ne 1 ]]; then
    echo "FAILED: '$2' is not on one line of $1; this test needs a new place for its draw"
    exit 1
  fi
  sed -i "s/$2/$3/" "$1"
}

mkdir copy
cp -r "$SOURCE"/{CMakeLists.txt,cmake,kernels,mpi,io,jobs} copy/
cp "$SOURCE"/LICENSE* copy/ 2>/dev/null || true
streams=copy/kernels/random/streams.def
last=$(sed -n 's/^SF_STREAM(\w*, \([0-9]*\),.*/\1/p' "$streams" | sort -n | tail -1)
echo "SF_STREAM(ADDED, $((last + 1)), \"a stream of a later version\")" >>"$streams"
replace copy/kernels/flesh/device.c 'batch->ip_prefix\[r\] = [^0].*;$' \
  '& batch->ip_prefix[r] ^= sf_draw(world->config.seed, customer->id, event->ordinal, SF_STREAM_ADDED, 0).word[0];'

# Without optimisation, which changes no value, the build takes a third of the time.
build_with=$SOURCE/tests/system/lib/build_with.sh
SOURCE=copy bash "$build_with" gcc build -DCMAKE_BUILD_TYPE=Debug -DSYNFIN_WERROR=OFF

"$SYNFIN" "${config[@]}" -o corpus.h5
build/synfin "${config[@]}" -o added.h5
column_digests corpus.manifest.json >digests
column_digests added.manifest.json >added
changed=$(comm -13 <(sort digests) <(sort added) | cut -d' ' -f1)
echo "changed: $changed"
[[ $(wc -l <digests) -eq $(wc -l <added) && $changed == transactions/ip_prefix ]]
