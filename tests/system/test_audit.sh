#!/bin/bash
# The audits of fraud find what is planted in labels put on an honest corpus, and
# nothing where nothing is planted.
set -euo pipefail
stat=$SOURCE/tests/stat

if ! "$PYTHON" -c 'import pandas, sklearn, xgboost' 2>/dev/null; then
  echo "needs python3-pandas, python3-sklearn and python3-xgboost" >&2
  exit 77
fi

"$SYNFIN" generate --quiet --no-fraud --customers 600 --days 180 --start 2025-07-01 --seed 1 \
  -o honest.h5
"$PYTHON" -B "$stat/test_audit_rings.py"
for part in audit audit_derived audit_reports; do
  "$PYTHON" -B "$stat/test_$part.py" honest.h5
done
