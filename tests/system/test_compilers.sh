#!/bin/bash
# Compilers and levels of optimisation change nothing: the same bytes.
set -euo pipefail
config=(generate --quiet --customers 300 --days 60)

# At -O0 gcc warns about its own intrinsics, which is not the matter here.
bash "$SOURCE/tests/system/lib/build_with.sh" gcc "$BUILD/gcc-O0" \
  -DCMAKE_BUILD_TYPE=Debug -DSYNFIN_WERROR=OFF
bash "$SOURCE/tests/system/lib/build_with.sh" clang "$BUILD/clang" -DBUILD_TESTING=ON

"$SYNFIN" "${config[@]}" -o corpus.h5
for compiler in gcc-O0 clang; do
  for path in scalar auto; do
    "$BUILD/$compiler/synfin" "${config[@]}" --force --vector "$path" -o other.h5
    cmp corpus.h5 other.h5
    cmp <(grep -m1 '"digest"' corpus.manifest.json) <(grep -m1 '"digest"' other.manifest.json)
  done
  grep '"compiler"' other.manifest.json | tee compiler
  grep -qi "${compiler%-*}" compiler
done
