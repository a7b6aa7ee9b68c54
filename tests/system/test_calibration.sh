#!/bin/bash
# The default corpus against published figures: first the measuring program
# itself, then every statistic within its tolerance, then that the page shows
# what was measured.
set -euo pipefail
stat=$SOURCE/tests/stat
page=$SOURCE/docs/calibration.md

"$PYTHON" -B "$stat/check_calibration.py"

# Published figures are of honest life.
"$SYNFIN" generate --quiet --no-fraud --anomaly-rate 0 --no-features --customers 3000 --days 180 --start 2025-07-01 --seed 1 -o corpus.h5
"$PYTHON" -B "$stat/calibration.py" --strict corpus.h5

cp "$page" measured.md
"$PYTHON" -B "$stat/calibration.py" corpus.h5 --into measured.md
if ! diff "$page" measured.md; then
  echo "out of date; mend it by tests/stat/calibration.py CORPUS --into docs/calibration.md" >&2
  exit 1
fi
