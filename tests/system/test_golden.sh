#!/bin/bash
# The data are those of the digests in tests/golden: no change of the program
# changes them unless that is said.
set -euo pipefail
golden=$SOURCE/tests/golden/digests.txt

bash "$SOURCE/tests/golden/print.sh" "$SYNFIN" >digests
if ! diff "$golden" digests >changes; then
  sed -n 's/^> *//p' changes
  cat <<END
FAILED: the columns above changed. If that was the intent, say so in the line Data of CHANGELOG.md
(and raise SF_SCHEMA_VERSION if tables or columns changed), and refresh the digests:
  bash tests/golden/print.sh build/synfin >digests && mv digests tests/golden/digests.txt
END
  exit 1
fi
