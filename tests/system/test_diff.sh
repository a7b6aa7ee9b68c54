#!/bin/bash
# diff says in one line that corpora are the same, or names settings, tables,
# columns and the first rows that differ; exit code 1 then, and for bad files.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# differ CODE ARGUMENT...: output in out, messages in err.
differ() {
  local code=$1 got=0
  shift
  "$SYNFIN" diff "$@" >out 2>err || got=$?
  [[ $got -eq $code ]] || fail "diff $*: exit code $got instead of $code: $(cat err)"
}

# says FILE LINE: one of the lines of the file is LINE.
says() { grep -qxF -- "$2" "$1" || fail "no line '$2' in $1: $(head -20 "$1")"; }

# More rows than are read at one go.
"$SYNFIN" generate --quiet --customers 500 --days 90 -o a.h5
mpirun -n 2 "$SYNFIN" generate --quiet --customers 500 --days 90 --batch 1000 -o same.h5
digest=$("$SYNFIN" inspect a.h5 summary | awk '$1 == "digest" { print $2 }')
differ 0 a.h5 same.h5
[[ $(cat out) == "a.h5 and same.h5 are the same: digest $digest" && ! -s err ]] ||
  fail "equal corpora: $(cat out err)"
mpirun -n 3 "$SYNFIN" diff a.h5 same.h5 >many
cmp out many || fail "three ranks say: $(cat many)"
differ 0 --quiet a.h5 same.h5
[[ ! -s out && ! -s err ]] || fail "--quiet on equal corpora: $(cat out err)"

# Values that were changed: one far behind the first batch, more than are shown,
# one of a name, one of an array, and none at all.
"$PYTHON" - <<'END' >expected
import shutil, h5py
shutil.copy("a.h5", "changed.h5")
with h5py.File("changed.h5", "r+") as f:
    def change(table, column, rows, value):
        data = f[table][column]
        old = [data[r] for r in rows]
        for r in rows:
            data[r] = value(data[r])
        data.attrs["digest"] = "0" * 32
        return zip(rows, old, [data[r] for r in rows])
    f.attrs["digest"] = "0" * 32
    rows = len(f["transactions/amount"])
    assert rows > 65536 + 10, rows
    for r, a, b in change("transactions", "amount", [2, 65536, rows - 1], lambda v: v + 1):
        print(f"  /transactions/amount row {r}: {a:.2f} | {b:.2f}")
    for r, a, b in list(change("transactions", "merchant_id", range(100, 130, 2), lambda v: v + 1))[:10]:
        print(f"  /transactions/merchant_id row {r}: {a} | {b}")
    genders = {v: n for n, v in h5py.check_enum_dtype(f["customers/gender"].dtype).items()}
    for r, a, b in change("customers", "gender", [7], lambda v: (v + 1) % 2):
        print(f"  /customers/gender row {r}: {genders[a]} | {genders[b]}")
    def second(v):
        v[1] = 0.5
        return v
    list(change("episodes", "evidence", [3], second))
    list(change("merchants", "popularity", [], None))
END
differ 1 a.h5 changed.h5
while read -r line; do says out "  $line"; done <expected
grep -qE '^  /episodes/evidence row 3 element 1: [^ ]+ \| 0.5$' out || fail "array: $(grep evidence out)"
says out "  /merchants/popularity: the first $("$SYNFIN" inspect a.h5 summary | awk '$1 == "merchants" { print $2 }') rows are the same"
[[ $(grep -c '^  ' out) -eq $(($(wc -l <expected) + 2)) ]] || fail "other rows: $(cat out)"
[[ $(grep -c '^column' out) -eq 5 && $(grep -c '^setting\|^rows' out) -eq 0 ]] || fail "more: $(cat out)"
says err "synfin: a.h5 and changed.h5 differ: 0 settings, rows of 0 tables, 5 columns"

# Features: changed values, and groups that only one corpus has.
"$PYTHON" - <<'END' >expected
import shutil, h5py, numpy
shutil.copy("a.h5", "values.h5")
with h5py.File("values.h5", "r+") as f:
    values = f["features/values"]
    names = [name.decode() for name in values.attrs["names"]]
    digests = values.attrs["digests"]
    place = names.index("amount_zscore")
    for row in 5, 70000:
        old = values[row, place]
        values[row, place] = old + 1
        print(f"  /features/values/amount_zscore row {row}: {old:.9g} | {values[row, place]:.9g}")
    for name in "amount_zscore", "hour_of_day":
        digests[names.index(name)] = b"0" * 32
    values.attrs.modify("digests", digests)
    f.attrs["digest"] = "0" * 32
    print(f"  /features/values/hour_of_day: the first {len(values)} rows are the same")
END
differ 1 a.h5 values.h5
while read -r line; do says out "  $line"; done <expected
[[ $(grep -c '^  ' out) -eq 3 && $(grep -c '^column /features/values/' out) -eq 2 ]] ||
  fail "features: $(cat out)"
says err "synfin: a.h5 and values.h5 differ: 0 settings, rows of 0 tables, 2 columns"
"$SYNFIN" generate --quiet --customers 500 --days 90 --feature-groups graph -o graph.h5
"$SYNFIN" generate --quiet --customers 500 --days 90 --no-features -o bare.h5
differ 1 graph.h5 bare.h5
grep -qE '^column /features/values/amount_zscore: digest [0-9a-f]{32} \| \(none\)$' out || fail "$(cat out)"
[[ $(wc -l <out) -eq 15 ]] || fail "one group against none: $(cat out)"
differ 1 a.h5 graph.h5
says err "synfin: a.h5 and graph.h5 differ: 0 settings, rows of 0 tables, 69 columns"
differ 1 graph.h5 a.h5
grep -qE '^column /features/values/hour_of_day: digest \(none\) \| [0-9a-f]{32}$' out || fail "$(cat out)"
[[ $(wc -l <out) -eq 69 ]] || fail "one group against all: $(cat out)"
rm graph.h5 bare.h5 values.h5

# Other settings and sizes, in both orders.
"$SYNFIN" generate --quiet --customers 100 --days 30 --seed 2 -o other.h5
for order in "a.h5 other.h5" "other.h5 a.h5"; do
  # shellcheck disable=SC2086 # two words
  differ 1 $order
  [[ $order == a* ]] && sides=("500 | 100" "90 | 30" "1 | 2") || sides=("100 | 500" "30 | 90" "2 | 1")
  says out "setting customers: ${sides[0]}"
  says out "setting days: ${sides[1]}"
  says out "setting seed: ${sides[2]}"
  says out "rows /customers: ${sides[0]}"
  grep -qE '^rows /transactions: [0-9]+ \| [0-9]+$' out || fail "$order: rows: $(grep ^rows out)"
  grep -q '^column /transactions/amount: ' out || fail "$order: amount is no column that differs"
  says out "  /customers/customer_id: the first 100 rows are the same"
  most=$(awk '/^ .* row / && ++rows[$1] > most { most = rows[$1] } END { print most }' out)
  [[ $most -eq 10 ]] || fail "$order: $most rows of a column"
done
differ 1 --quiet a.h5 other.h5
[[ ! -s out && $(wc -l <err) -eq 1 ]] || fail "--quiet on other corpora: $(cat out err)"

# Only the digest of the whole was changed.
cp a.h5 root.h5
"$PYTHON" -c 'import h5py
with h5py.File("root.h5", "r+") as f: f.attrs["digest"] = "0" * 32'
differ 1 a.h5 root.h5
grep -q '0 columns: those of their columns are the same, one file was changed$' err ||
  fail "root digest: $(cat err)"

# refused MESSAGE CODE A B: one line that names the file, nothing else.
refused() {
  local message=$1 code=$2
  shift 2
  differ "$code" "$@"
  [[ ! -s out && $(wc -l <err) -eq 1 ]] || fail "diff $*: $(cat out err)"
  grep -qF -- "$message" err || fail "diff $*: says '$(cat err)' and not '$message'"
}
head -c 100000 a.h5 >cut.h5
echo no corpus >text.h5
cp a.h5 version.h5
cp a.h5 less.h5
"$PYTHON" -c 'import h5py, numpy
with h5py.File("version.h5", "r+") as f: f.attrs["schema_version"] = numpy.uint32(77)
with h5py.File("less.h5", "r+") as f: del f["labels/role"]'
refused "none.h5: No such file" 1 a.h5 none.h5
refused "none.h5: No such file" 1 none.h5 a.h5
refused "cut.h5: not an HDF5 file, or cut short" 1 a.h5 cut.h5
refused "text.h5: not an HDF5 file" 1 text.h5 a.h5
refused "version.h5: schema version 77" 1 a.h5 version.h5
refused "less.h5: there is no dataset /labels/role" 1 a.h5 less.h5
refused "diff: missing operand: A B" 2 a.h5
refused "unexpected 'c.h5'" 2 a.h5 same.h5 c.h5

((failures == 0))
