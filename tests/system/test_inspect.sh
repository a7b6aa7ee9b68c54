#!/bin/bash
# inspect prints what h5py finds in the same corpus.
set -euo pipefail

"$SYNFIN" generate --quiet --customers 80 --days 30 -o corpus.h5
"$SYNFIN" inspect corpus.h5 >summary
"$SYNFIN" inspect corpus.h5 summary | cmp - summary
mpirun -n 2 "$SYNFIN" inspect corpus.h5 | cmp - summary
for table in customers merchants transactions; do
  "$SYNFIN" inspect corpus.h5 head "$table" 7 >"head_$table"
done
"$SYNFIN" inspect corpus.h5 head | cmp - <("$SYNFIN" inspect corpus.h5 head transactions 10)
"$SYNFIN" inspect corpus.h5 customer 17 >story
"$SYNFIN" inspect corpus.h5 customer CUST0000017 | cmp - story

"$PYTHON" - <<'PYTHON'
import re
import h5py
import numpy

corpus = h5py.File("corpus.h5")
rows = corpus["transactions"]
summary = open("summary").read()

assert f"transactions   {len(rows['amount'])} rows" in summary
assert "customers      80 rows" in summary and "merchants      6002 rows" in summary
assert "2025-07-01 to 2025-07-30 (30 days)" in summary
assert re.search(rf"^digest +{corpus.attrs['digest']}$", summary, re.M)

approved = rows["status"][:] == 0
paise = numpy.rint(rows["amount"][:] * 100).astype("i8")
seen = 0
for column in "payment_mode", "transaction_type", "status":
    values = rows[column][:]
    for name, number in h5py.check_enum_dtype(rows[column].dtype).items():
        mine = values == number
        line = re.search(rf"^{name} +(\d+) +([\d.]+)% +(\d+) +([\d.]+) +([\d.]+)$", summary, re.M)
        assert (line is not None) == mine.any(), name
        if line:
            total = int(paise[mine & approved].sum())
            count = int((mine & approved).sum())
            assert int(line[1]) == mine.sum() and int(line[3]) == count, name
            assert line[4] == f"{total // 100}.{total % 100:02}", name
            assert abs(float(line[5]) - (total / 100 / count if count else 0)) <= 0.0051, name
            seen += 1
assert seen >= 15, seen

# head: blocks of columns, the first one repeated, 7 rows each.
for table in "customers", "merchants", "transactions":
    blocks = open(f"head_{table}").read().rstrip("\n").split("\n\n")
    names = []
    for block in blocks:
        lines = block.split("\n")
        assert len(lines) == 8, table
        assert all(len(line) <= 120 for line in lines), table
        names += lines[0].split()[1 if names else 0:]
    assert sorted(names) == sorted(corpus[table]), table
assert "5411" in open("head_merchants").read()

# customer: profile, then every row in the order of time.
text = open("story").read()
mine = numpy.flatnonzero(rows["customer_id"][:] == 17)
assert re.search(rf"^age +{corpus['customers/age'][16]} years$", text, re.M)
assert f"\n{len(mine)} transactions\n" in text
story = text.split(" transactions\n")[1].strip().split("\n")[1:]
assert len(story) == len(mine) > 3
stamps = [line.split()[0] for line in story]
assert stamps == sorted(stamps)
for line, row in zip(story, mine):
    when = numpy.datetime64(int(rows["timestamp"][row]) + 19800, "s")
    assert line.startswith(f"{when}+05:30"), line
    assert f" {rows['amount'][row]:.2f} " in line and f" {rows['balance_after'][row]:.2f} " in line
PYTHON

# refused CODE MESSAGE ARGUMENT...
refused() {
  local code=$1 message=$2 got=0
  shift 2
  "$SYNFIN" inspect "$@" >out 2>err || got=$?
  if [[ $got -ne $code || -s out || $(wc -l <err) -ne 1 ]] || ! grep -qF -- "$message" err; then
    echo "FAILED: inspect $*: exit code $got, $(cat out err)"
    exit 1
  fi
}
refused 2 'missing operand' # nothing named
refused 1 'none.h5: No such file' none.h5
refused 2 'after the corpus comes' corpus.h5 tail
refused 2 '"ledger" is none of' corpus.h5 head ledger
refused 2 'not a number of rows' corpus.h5 head customers 0
refused 2 'not a number of rows' corpus.h5 head customers 5x
refused 2 'not a customer id from 1 to 80' corpus.h5 customer 81
refused 2 'not a customer id from 1 to 80' corpus.h5 customer
refused 2 'not a customer id from 1 to 80' corpus.h5 customer 1e1

# Output that cannot be written is a failure.
if "$SYNFIN" inspect corpus.h5 >/dev/full 2>err; then
  echo "FAILED: a full device goes unnoticed"
  exit 1
fi
grep -q 'output' err
