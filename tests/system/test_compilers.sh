#!/bin/bash
# Compilers change nothing: the same bytes. (Nor do levels of optimisation: see
# install.packaging, which builds without.)
set -euo pipefail
config=(generate --quiet --customers 300 --days 60)

bash "$SOURCE/tests/system/lib/build_with.sh" clang "$BUILD/clang" -DBUILD_TESTING=ON

"$SYNFIN" "${config[@]}" -o corpus.h5
for path in scalar auto; do
  "$BUILD/clang/synfin" "${config[@]}" --force --vector "$path" -o other.h5
  cmp corpus.h5 other.h5
  cmp <(grep -m1 '"digest"' corpus.manifest.json) <(grep -m1 '"digest"' other.manifest.json)
done
grep '"compiler"' other.manifest.json | tee compiler
grep -qi clang compiler
