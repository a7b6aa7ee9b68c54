#!/bin/bash
# The generated parts of the documents are what the program says.
set -euo pipefail
bash "$SOURCE/docs/generate.sh" --check

# A part that is out of date is found, and can be mended.
cat >stale.md <<'END'
before
<!-- begin: synfin help -->
old
<!-- end -->
after
END
if bash "$SOURCE/docs/generate.sh" --check stale.md 2>message; then
  echo "a stale document passed the check"
  exit 1
fi
grep -q '^-old$' message || { echo "the check does not show the difference" && exit 1; }
bash "$SOURCE/docs/generate.sh" stale.md >/dev/null
bash "$SOURCE/docs/generate.sh" --check stale.md
for line in before after; do
  grep -q "^$line\$" stale.md || { echo "text outside the generated part is lost" && exit 1; }
done
