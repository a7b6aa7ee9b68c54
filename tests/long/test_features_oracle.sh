#!/bin/bash
# All rows of 300 customers have the features that the second computation gives,
# in corpora of two seeds, one of them the default corpus.
set -euo pipefail
bash "$SOURCE/tests/system/lib/machine.sh"

for seed in 1 2; do
  "$SYNFIN" generate --quiet --force --seed "$seed" -o corpus.h5
  digest=$(h5dump -a digest corpus.h5 | sed -n 's/.*: "\(.*\)"/\1/p')
  echo "seed $seed, digest $digest"
  "$PYTHON" -B "$SOURCE/tests/stat/features_oracle.py" corpus.h5 --customers 300 --examples 3
  echo
done
