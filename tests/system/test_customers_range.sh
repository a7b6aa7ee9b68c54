#!/bin/bash
# Some customers made alone from the saved plan are those of the whole corpus, value by
# value, on any number of ranks and wherever the range begins in a tile.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

cat >compare.py <<'END'
"""compare.py WHOLE PART BEGIN END: the part is customers BEGIN to END-1 of the whole."""
import sys
import h5py
import numpy

whole, part = h5py.File(sys.argv[1]), h5py.File(sys.argv[2])
begin, end = map(int, sys.argv[3:])


def of_customers(table):
    ids = whole[table]["customer_id"][:]
    return (ids >= begin) & (ids < end)


rows = of_customers("transactions")
choice = {"transactions": rows, "labels": rows, "features": rows,
          "customers": of_customers("customers"), "episodes": of_customers("episodes")}
assert set(whole) == set(part)
compared = 0
for table in whole:
    assert set(whole[table]) == set(part[table]), table
    for name, column in whole[table].items():
        expected = column[:][choice[table]] if table in choice else column[:]
        found = part[table][name][:]
        assert found.dtype == expected.dtype and found.shape == expected.shape, (table, name)
        assert found.tobytes() == expected.tobytes(), (table, name)
        compared += found.size
assert compared > 0 and part.attrs["first_customers"] == begin - 1
END

corpus=(--customers 300 --days 30)
"$SYNFIN" generate --quiet "${corpus[@]}" -o whole.h5
"$SYNFIN" plan --quiet "${corpus[@]}" -o plan.h5
while read -r range ranks; do
  mpirun -n "$ranks" "$SYNFIN" generate --quiet --force "${corpus[@]}" --plan plan.h5 \
    --customers-range "$range" -o part.h5 </dev/null
  "$PYTHON" compare.py whole.h5 part.h5 "${range%:*}" "${range#*:}" || fail "customers $range on $ranks ranks"
  mpirun -n 2 "$SYNFIN" verify --quiet part.h5 </dev/null || fail "verify customers $range"
done <<'END'
37:150 1
37:150 3
1:2 2
16:18 3
300:301 1
1:301 2
END

# It says what it is, and is not taken for the whole.
"$SYNFIN" verify part.h5 | grep -q "those that need all customers are left out" || fail "verify does not say what is left out"
[[ $("$SYNFIN" inspect part.h5 customer 50) == "$("$SYNFIN" inspect whole.h5 customer 50)" ]] ||
  fail "inspect customer"
if "$SYNFIN" train part.h5 2>err; then fail "a part is taken for the whole"; fi
grep -q "holds customers 1 to 300 of 300, not the whole corpus" err || fail "train says $(cat err)"
if "$SYNFIN" generate --quiet "${corpus[@]}" --seed 2 --plan plan.h5 --customers-range 1:9 -o other.h5 2>err; then
  fail "the plan of another corpus"
fi
grep -q "plan.h5: is the plan of another configuration: its seed is 1, here it is 2" err || fail "another plan: $(cat err)"

((failures == 0))
