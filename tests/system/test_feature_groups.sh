#!/bin/bash
# A choice of groups of features: the columns that a corpus with all of them has,
# and nothing else is another; all commands take it.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

make=(generate --quiet --customers 200 --days 120 --fraud-rate 0.03 --seed 3)
"$SYNFIN" "${make[@]}" -o all.h5
"$SYNFIN" "${make[@]}" --feature-groups graph,network -o some.h5
"$SYNFIN" "${make[@]}" --no-features -o none.h5
mpirun -n 3 "$SYNFIN" "${make[@]}" --feature-groups network,graph --batch 1000 -o ranks.h5
cmp some.h5 ranks.h5 || fail "3 ranks make another corpus"
"$SYNFIN" plan "${make[@]:1}" -o all.plan >/dev/null
"$SYNFIN" "${make[@]}" --feature-groups graph,network --plan all.plan -o planned.h5
cmp some.h5 planned.h5 || fail "a saved plan makes another corpus"
"$SYNFIN" "${make[@]}" --feature-groups graph,network --shards 3 -o shards.h5
"$SYNFIN" diff some.h5 shards.h5 || fail "3 shards make another corpus"
"$SYNFIN" verify --quiet shards.h5 || fail "verify shards"

"$SYNFIN" schema --format json >schema.json

"$PYTHON" - <<'END' || fail "columns"
import json
import h5py
import numpy as np

everything, chosen = h5py.File("all.h5"), h5py.File("some.h5")
a, b = everything["features/values"], chosen["features/values"]
place = {name: k for k, name in enumerate(a.attrs["names"])}
wanted = [k for k, group in enumerate(a.attrs["groups"]) if group in (b"network", b"graph")]
assert [place[name] for name in b.attrs["names"]] == wanted and len(wanted) == 18
for attribute in "names", "units", "groups", "definitions", "digests":
    assert (a.attrs[attribute][wanted] == b.attrs[attribute]).all(), attribute
assert (a[()][:, wanted].view(np.uint32) == b[()].view(np.uint32)).all()
for table in everything:
    for column in everything[table] if table != "features" else ():
        assert everything[table][column].attrs.get("digest") == chosen[table][column].attrs.get("digest")
assert "features" not in h5py.File("none.h5")
described = json.load(open("schema.json"))["features"]
for attribute, key in ("names", "name"), ("groups", "group"), ("units", "unit"), ("definitions", "definition"):
    assert [text.decode() for text in a.attrs[attribute]] == [row[key] for row in described], key
END

for corpus in all some none; do
  "$SYNFIN" verify --quiet "$corpus.h5" || fail "verify $corpus"
done
"$SYNFIN" verify some.h5 >out
grep -q '^feature_digests  *18  *0 ' out || fail "digests: $(cat out)"

# Values that are not what their digest says, and columns that are not whole groups.
"$PYTHON" - <<'END'
import shutil
import h5py

for name in "value", "columns", "nan":
    shutil.copy("some.h5", f"{name}.h5")
with h5py.File("value.h5", "r+") as corpus:
    corpus["features/values"][7, 5] += 1
with h5py.File("columns.h5", "r+") as corpus:
    names = corpus["features/values"].attrs["names"]
    names[1] = b"isolation_score"
    corpus["features/values"].attrs.modify("names", names)
with h5py.File("nan.h5", "r+") as corpus:
    corpus["features/values"][[7, 9], 5] = float("nan")
    corpus["features/values"][7, 2] = float("inf")
END
"$SYNFIN" verify value.h5 >out 2>err && fail "a changed value is not noticed"
grep -q 'stored digest: is_new_device' out || fail "the feature is not named: $(cat out)"
"$SYNFIN" verify nan.h5 >out 2>err && fail "a NaN is not noticed"
grep -qE '^features_finite +[0-9]+ +2 ' out || fail "two rows that are not finite: $(cat out)"
"$SYNFIN" verify columns.h5 >out 2>err && fail "a column of no group is not noticed"
grep -q 'columns of /features/values are not the features of whole groups' err || fail "$(cat err)"

"$SYNFIN" prepare some.h5 --quiet --inputs features -o prepared
"$PYTHON" -c '
import json
import numpy
names = json.load(open("prepared/metadata.json"))["columns"]
assert len(names) == 18 and numpy.load("prepared/X_train.npy").shape[1] == 18, names
' || fail "prepare"

# refuse MESSAGE ARGUMENT...
refuse() {
  local code=0
  "$SYNFIN" "${@:2}" -o refused.h5 2>err || code=$?
  [[ $code -eq 2 && ! -e refused.h5 ]] || fail "$*: exit code $code"
  grep -qF -- "$1" err || fail "$*: $(cat err)"
}
refuse "--feature-groups: 'grpah' is not known, did you mean 'graph'?" "${make[@]}" --feature-groups network,grpah
refuse "feature-groups and no-features exclude each other" "${make[@]}" --feature-groups graph --no-features
((failures == 0))
