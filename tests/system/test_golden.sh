#!/bin/bash
# The data are those of the digests in tests/golden: what the same version of
# the schema once made, it makes for ever.
set -euo pipefail
golden=$SOURCE/tests/golden/digests.txt

bash "$SOURCE/tests/golden/print.sh" "$SYNFIN" >digests
if ! diff "$golden" digests; then
  cat <<END
FAILED: these columns changed. If that was the intent, this is another version of the data:
raise SF_SCHEMA_VERSION, say so in CHANGELOG.md, and refresh the digests:
  bash tests/golden/print.sh build/synfin >digests && mv digests tests/golden/digests.txt
END
  exit 1
fi
