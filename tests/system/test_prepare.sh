#!/bin/bash
# prepare makes what scikit-learn makes of the same corpus, learns nothing from the
# test part, keeps customers and rings apart, and hides what is not yet reported.
set -euo pipefail
lib=$SOURCE/tests/system/lib
"$PYTHON" -c 'import h5py, numpy, sklearn' || { echo "skipped: python3-sklearn is not installed" && exit 77; }
check() { "$PYTHON" "$lib/check_prepared.py" "$@"; }
prepare() { "$SYNFIN" prepare corpus.h5 --quiet --force "$@"; }

"$SYNFIN" generate --quiet --customers 150 --days 60 -o corpus.h5
"$PYTHON" "$lib/plant.py" corpus.h5

# Matrices and checks of quality.
for choice in "ordinal none" "onehot standard" "target minmax" "target standard"; do
  read -r encoding scaling <<<"$choice"
  prepare --encode "$encoding" --scale "$scaling" -o "$encoding-$scaling"
  check matrix corpus.h5 "$encoding-$scaling" "$encoding" "$scaling"
done
"$SYNFIN" prepare corpus.h5 -o printed >printed.txt
check quality corpus.h5 printed
for line in 'constant    feature_40' 'duplicate   feature_31 equals feature_30' \
  'correlated  feature_50 with feature_51'; do
  grep -q "^$line" printed.txt || { echo "prepare does not say: $line" && exit 1; }
done

# Sampling of the training part only.
for ratio in "10 0" "0 20" "30 3"; do
  read -r under over <<<"$ratio"
  prepare --undersample "$under" --oversample "$over" -o balanced
  check balance balanced ordinal-none "$under" "$over"
done

# Choice of inputs and of files.
prepare --inputs features --columns feature_03,feature_10 --format npy -o two
prepare --columns -feature_03,-amount --format hdf5 -o but_two
[[ ! -e two/prepared.h5 && -e but_two/prepared.h5 && ! -e but_two/X_train.npy ]]
prepare --inputs features --columns -graph,amount_zscore --format npy -o but_graph
"$PYTHON" - <<'END'
import json
folders = ("two", "but_two", "ordinal-none", "but_graph")
columns = [json.load(open(f"{f}/metadata.json"))["columns"] for f in folders]
assert columns[3] == [f"feature_{f:02}" for f in range(69)] + ["amount_zscore"]
assert columns[0] == ["feature_03", "feature_10"]
assert set(columns[2]) - set(columns[1]) == {"feature_03", "transactions/amount"}
ids = [c for c in columns[2] if c.endswith("_id")]
assert not ids, ids
END

# Parts that share nothing.
for by in customer ring; do
  prepare --split "$by" -o "by_$by"
  check disjoint corpus.h5 "by_$by" "$by"
done

# What the bank knows at a date.
for date in 2025-08-01 2025-09-10; do
  prepare --as-of "$date" -o "as_of_$date"
  check as_of corpus.h5 "as_of_$date" "$date"
done

# Nothing is learned from other parts: the last change, as it spoils the corpus.
prepare --encode target --scale standard -o before
check change corpus.h5
prepare --encode target --scale standard -o after
check unmoved before after

# The same of fraud, rings and features as the program makes them.
"$SYNFIN" generate --quiet --force --customers 300 --days 90 -o corpus.h5
prepare --split ring --inputs features --format npy -o rings
check disjoint corpus.h5 rings ring
prepare --as-of 2025-09-10 --format npy -o known
check as_of corpus.h5 known 2025-09-10
prepare --encode target --scale standard --format npy -o before
check change corpus.h5
prepare --encode target --scale standard --format npy -o after
check unmoved before after
[[ -z $(find . -name '*.partial') ]] || { echo "partial output is left" && exit 1; }
