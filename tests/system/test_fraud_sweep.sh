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
for what in "1 easy" "2 hard"; do
  read -r seed difficulty <<<"$what"
  config=(generate --quiet --force --no-features --customers 400 --days 50 --seed "$seed"
    --difficulty "$difficulty" --check none -o other.h5)
  "$SYNFIN" "${config[@]}"
  digests other.manifest.json >"digests.$difficulty"
  for ranks in 2 3 4 7; do
    mpirun -n "$ranks" "$SYNFIN" "${config[@]}"
    digests other.manifest.json | cmp "digests.$difficulty" - ||
      fail "seed $seed, $difficulty, $ranks ranks: other digests"
  done
  "$PYTHON" - other.h5 <<'END' || fail "seed $seed, $difficulty: no rings to compare"
import sys, h5py
corpus = h5py.File(sys.argv[1])
assert all(len(corpus[f"{table}/ring_id"]) for table in ("rings", "ring_members", "ring_links"))
END
done
cmp -s digests.easy digests.hard && fail "seed and difficulty change nothing"

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

# A typology without a share has no rows, as the second part of others neither, nor a
# ring; and rings need customers.
"$SYNFIN" generate --quiet --force --no-features --customers 400 --check none -o other.h5 \
  --share-mule_account 0 --share-stolen_card 0
"$SYNFIN" generate --quiet --force --no-features --customers 2 --fraud-rate 0.05 -o two.h5
"$SYNFIN" generate --quiet --force --no-features --customers 12 --fraud-rate 0.05 -o twelve.h5
"$PYTHON" - <<'END' || fail "typologies without a share, or rings without customers"
import h5py

corpus = h5py.File("other.h5")
labels = corpus["labels"]
number = h5py.check_enum_dtype(labels["fraud_type"].dtype)
for column in ("fraud_type", "secondary_fraud_type", "benign_twin_of"):
    for name in ("mule_account", "stolen_card"):
        assert not (labels[column][:] == number[name]).any(), (column, name)
assert (labels["fraud_type"][:] == number["card_testing"]).any()
assert not (corpus["episodes/combination"][:] == h5py.check_enum_dtype(
    corpus["episodes/combination"].dtype)["chained"]).any()
assert not len(corpus["ring_links/ring_id"])
assert not len(h5py.File("two.h5")["rings/ring_id"])
members = h5py.File("twelve.h5")["ring_members"]
pairs = set(zip(members["ring_id"][:].tolist(), members["customer_id"][:].tolist()))
assert len(pairs) == len(members["ring_id"])
END

# What nobody can have is said, with the typology that falls short.
none=$("$SYNFIN" config show | sed -n 's/^\(share-[a-z_]*\): .*/--\1 0/p' | grep -v synthetic_identity)
read -r -a option <<<"${none//$'\n'/ }"
"$SYNFIN" plan --quiet --no-features --fraud-rate 0.05 "${option[@]}" -o a.plan 2>log &&
  fail "a plan that cannot be had is made"
grep -q 'a fraud rate of 0.05 cannot be had: .*, synthetic_identity runs short most' log ||
  fail "what cannot be had: says '$(<log)'"

((failures == 0))
