#!/bin/bash
# The default corpus, over a million rows, has the same bytes for every pair of
# ranks and batch on every vector path, and from builds of several compilers.
set -euo pipefail
bash "$SOURCE/tests/system/lib/machine.sh"
failures=0

# same WHAT COMMAND...: COMMAND must make the bytes of the first corpus.
same() {
  local what=$1
  shift
  rm -f other.*
  "$@" --quiet -o other.h5
  if ! cmp corpus.h5 other.h5; then
    echo "FAILED: $what"
    failures=$((failures + 1))
  fi
  runs=$((runs + 1))
}

"$SYNFIN" generate -o corpus.h5 2>/dev/null
"$SYNFIN" verify corpus.h5 | tail -1
sha256sum corpus.h5
runs=0

for path in scalar avx2 avx512; do
  if ! "$SYNFIN" plan --customers 1 --vector "$path" >/dev/null 2>&1; then
    echo "$path: not on this machine"
    continue
  fi
  for batch in 1000 4096 65536 1000000; do
    for ranks in 1 2 3 4 7; do
      same "$path, batch $batch, $ranks ranks" \
        mpirun -n "$ranks" "$SYNFIN" generate --vector "$path" --batch "$batch"
    done
    echo "$path, batch $batch, 1 2 3 4 7 ranks: done"
  done
done

for build in "gcc -O0" "gcc -Os" "gcc -O2 -march=native" "gcc -O3 -funroll-loops -flto" \
  "clang -O1" "clang -O3 -march=native"; do
  read -r -a word <<<"$build"
  rm -rf build
  bash "$SOURCE/tests/system/lib/build_with.sh" "${word[0]}" build -DSYNFIN_WERROR=OFF \
    -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="${word[*]:1}"
  for path in scalar auto; do
    same "$build, $path path" build/synfin generate --vector "$path"
  done
  echo "$build, scalar and fastest path: done"
done

echo "$runs runs, $failures with other bytes"
((failures == 0))
