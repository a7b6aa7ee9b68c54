#!/bin/bash
# A second computation of all features, in Python and from their definitions
# alone, agrees in every row, and sees one wrong value in each of them.
set -euo pipefail

if ! "$PYTHON" -c 'import h5py, pandas' 2>/dev/null; then
  echo "needs python3-h5py and python3-pandas" >&2
  exit 77
fi
oracle=$SOURCE/tests/stat/features_oracle.py

# Fraud is dense, so that the few rows hold some of every kind.
"$SYNFIN" generate --quiet --customers 100 --days 100 --fraud-rate 0.03 --seed 5 -o corpus.h5
"$PYTHON" -B "$oracle" corpus.h5 --customers 100 --examples 3

"$PYTHON" - <<'END'
import h5py
with h5py.File("corpus.h5", "r+") as corpus:
    values = corpus["features/values"]
    for feature in range(values.shape[1]):
        row = 100 * feature + 50
        values[row, feature] = 1.001 * values[row, feature] + 0.2
END
if "$PYTHON" -B "$oracle" corpus.h5 --customers 100 >wrong.txt; then
  echo "wrong values are not noticed"
  exit 1
fi
noticed=$(awk 'NF == 5 && $4 == 1' wrong.txt | wc -l)
echo "$noticed wrong values of 84 noticed"
((noticed == 84))
