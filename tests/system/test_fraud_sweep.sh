#!/bin/bash
# Fraud is the same however it is computed, at two seeds and two difficulties, with
# what rings are made of; and --no-fraud is the same world without it.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
digests() {
  "$PYTHON" "$SOURCE/tests/system/lib/column_digests.py" "$1"
}

# One rank decides what rings there are; the others' digests must be its own, of the
# tables of rings too, and those tables must not be empty.
for seed in 1 2; do
  for difficulty in easy hard; do
    config=(generate --quiet --force --no-features --customers 400 --days 50 --seed "$seed"
      --difficulty "$difficulty" --check none -o other.h5)
    "$SYNFIN" "${config[@]}"
    digests other.manifest.json >"digests.$seed.$difficulty"
    for ranks in 2 3 4 7; do
      mpirun -n "$ranks" "$SYNFIN" "${config[@]}"
      digests other.manifest.json | cmp "digests.$seed.$difficulty" - ||
        fail "seed $seed, $difficulty, $ranks ranks: other digests"
    done
    "$PYTHON" - other.h5 <<'END' || fail "seed $seed, $difficulty: no rings to compare"
import sys, h5py
corpus = h5py.File(sys.argv[1])
assert all(len(corpus[f"{table}/ring_id"]) for table in ("rings", "ring_members"))
END
  done
done
cmp -s digests.1.easy digests.1.hard && fail "the difficulty changes nothing"
cmp -s digests.1.easy digests.2.easy && fail "the seed changes nothing"

# Whoever has no row with a label of fraud or of a twin, and is in no ring, has the same
# rows as without fraud.
world=(generate --quiet --force --no-features --customers 1000 --check none)
"$SYNFIN" "${world[@]}" -o with.h5
"$SYNFIN" "${world[@]}" --no-fraud -o without.h5
"$PYTHON" - <<'END' || fail "--no-fraud changes rows of customers that no fraud touches"
import h5py
import numpy as np

with_fraud, without = h5py.File("with.h5"), h5py.File("without.h5")
labels = with_fraud["labels"]
customer = with_fraud["transactions/customer_id"][:]
touched = np.zeros(1001, dtype=bool)
touched[customer[(labels["episode_id"][:] > 0) | (labels["benign_twin_of"][:] > 0)]] = True
touched[with_fraud["ring_members/customer_id"][:]] = True
assert 100 < touched.sum() < 900, touched.sum()
mine = ~touched[customer]
theirs = ~touched[without["transactions/customer_id"][:]]
assert mine.sum() == theirs.sum() > 10000, (mine.sum(), theirs.sum())
for name in with_fraud["transactions"]:
    if name != "transaction_id":
        same = [corpus["transactions"][name][:][rows].tobytes()
                for corpus, rows in ((with_fraud, mine), (without, theirs))]
        assert same[0] == same[1], name
END

((failures == 0))
