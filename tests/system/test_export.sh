#!/bin/bash
# export writes every value so that it reads back as stored, in the order asked
# for, and never leaves part of a file.
set -euo pipefail

"$SYNFIN" generate --quiet --customers 200 --days 60 --fraud-rate 0.05 -o corpus.h5
for table in customers merchants transactions labels episodes rings ring_members ring_links; do
  "$SYNFIN" export corpus.h5 --quiet --table "$table" --format csv -o "$table.csv"
  "$SYNFIN" export corpus.h5 --quiet --table "$table" --format jsonl -o "$table.jsonl"
done
"$SYNFIN" export corpus.h5 --columns amount,transaction_id -o two.csv | grep -q 'two.csv: [0-9]* rows of transactions'
mpirun -n 2 "$SYNFIN" export corpus.h5 --quiet --columns amount,transaction_id -o again.csv
cmp two.csv again.csv
"$SYNFIN" export corpus.h5 --quiet --table episodes --columns evidence --format jsonl -o evidence.jsonl

"$SYNFIN" generate --quiet --customers 50 --days 50 -o small.h5
"$SYNFIN" export small.h5 --quiet --table features -o features.csv
"$SYNFIN" export small.h5 --quiet --table features --format jsonl --columns fan_in_7d,amount_zscore -o features.jsonl
"$SYNFIN" export small.h5 --quiet --table features --format npy --columns fan_in_7d,amount_zscore -o features.npy
"$SYNFIN" export small.h5 --table features --format npy -o all.npy >said
grep -qx "all.npy: [0-9]* rows of features, $(stat -c %s all.npy) bytes" said

"$PYTHON" - <<'PYTHON'
import csv
import datetime
import json
import h5py
import numpy

corpus = h5py.File("corpus.h5")
ist = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
day_0 = datetime.date(1970, 1, 1)


def expected(data):
    """Values of a column as Python objects, None where missing."""
    values, missing, unit = data[:], data.attrs.get("missing", ""), data.attrs.get("unit", "")
    # What a missing value is stored as: NaN where the column says so, or else 0.
    zero = missing != "" and not missing.startswith("NaN")
    members = h5py.check_enum_dtype(data.dtype.base)
    if values.dtype == numpy.bool_:
        return [bool(v) for v in values]
    if members:
        names = {number: name for name, number in members.items()}
        if values.ndim == 2:
            return [[names[v] for v in row if v] for row in values]
        return [None if zero and v == 0 else names[v] for v in values]
    if "dictionary" in data.attrs:
        strings = [s.decode() for s in corpus[data.attrs["dictionary"]][:]]
        return [None if zero and v == 0 else strings[v] for v in values]
    if unit == "s since 1970-01-01 UTC":
        times = [datetime.datetime.fromtimestamp(v, ist).isoformat() for v in values.tolist()]
        return [None if zero and v == 0 else time for v, time in zip(values.tolist(), times)]
    if unit == "s since local midnight":
        return [str(datetime.timedelta(seconds=v)).zfill(8) for v in values.tolist()]
    if values.dtype == numpy.int32:
        return [(day_0 + datetime.timedelta(days=v)).isoformat() for v in values.tolist()]
    if values.dtype.kind == "f":
        return [None if numpy.isnan(v) or (zero and v == 0) else v for v in values]
    return [None if zero and v == 0 else v for v in values.tolist()]


def number(text, kind):
    return kind.type(text) if kind.kind == "f" else int(text)


evidence = corpus["dictionaries/evidence"][:].astype(str).reshape(-1, 8)


def check_evidence(place, lines, objects):
    kinds, values = corpus["episodes/fraud_type"][:], corpus["episodes/evidence"][:]
    assert len({len(entry["evidence"]) for entry in objects}) > 2
    for line, entry, kind, row in zip(lines, objects, kinds, values):
        wanted = {name: v for name, v in zip(evidence[kind], row) if not numpy.isnan(v)}
        found = {name: numpy.float32(v) for name, v in entry["evidence"].items()}
        assert found == wanted and "" not in found and found, (found, wanted)
        cells = [numpy.float32(cell or "nan") for cell in line[place].split("|")]
        assert numpy.array_equal(cells, row, equal_nan=True), line


tables = [name for name in corpus if name not in ("dictionaries", "features")]
assert len(tables) == 8
for table in tables:
    lines = list(csv.reader(open(f"{table}.csv", newline="", encoding="ascii")))
    objects = [json.loads(line) for line in open(f"{table}.jsonl", encoding="ascii")]
    assert sorted(lines[0]) == sorted(corpus[table]) and list(objects[0]) == lines[0]
    for place, name in enumerate(lines[0]):
        data = corpus[table][name]
        assert len(lines) - 1 == len(objects) == len(data) > 2, table
        if (table, name) == ("episodes", "evidence"):
            check_evidence(place, lines[1:], objects)
            continue
        wanted = expected(data)
        for line, entry, value in zip(lines[1:], objects, wanted):
            text, item = line[place], entry[name]
            if value is None:
                assert text == "" and item is None, (name, text, item)
            elif isinstance(value, list):
                assert text == "|".join(value) and item == value, (name, text, item)
            elif isinstance(value, bool):
                assert text == str(value).lower() and item is value, (name, text, item)
            elif isinstance(value, str):
                assert text == value and item == value, (name, text, item, value)
            else:
                assert number(text, data.dtype) == value, (name, text, value)
                assert number(item, data.dtype) == value, (name, item, value)
                assert data.dtype != "f8" or text == f"{value:.2f}", (name, text)

# Evidence alone is named all the same.
alone = [json.loads(line) for line in open("evidence.jsonl", encoding="ascii")]
assert alone == [{"evidence": json.loads(line)["evidence"]} for line in open("episodes.jsonl")]

amounts = corpus["transactions/amount"][:]
two = open("two.csv").read().split("\n")
assert two[0] == "amount,transaction_id" and two[-1] == ""
assert two[1:-1] == [f"{amount:.2f},{i + 1}" for i, amount in enumerate(amounts)]

# Features, by row of /transactions.
values = h5py.File("small.h5")["features/values"]
names = [name.decode() for name in values.attrs["names"]]
lines = list(csv.reader(open("features.csv", newline="", encoding="ascii")))
assert lines[0] == ["transaction_id", *names]
assert [line[0] for line in lines[1:]] == [str(i + 1) for i in range(len(values))]
assert (numpy.array([line[1:] for line in lines[1:]], numpy.float32) == values[()]).all()
pair = values[()][:, [names.index("fan_in_7d"), names.index("amount_zscore")]]
for i, line in enumerate(open("features.jsonl", encoding="ascii")):
    entry = json.loads(line)
    assert list(entry) == ["transaction_id", "fan_in_7d", "amount_zscore"]
    assert entry["transaction_id"] == i + 1
    assert (numpy.float32([entry["fan_in_7d"], entry["amount_zscore"]]) == pair[i]).all()
assert i + 1 == len(values)
assert (numpy.load("features.npy", mmap_mode="r") == pair).all()
assert (numpy.load("all.npy") == values[()]).all()
PYTHON

failures=0
# refused CODE MESSAGE ARGUMENT...: nothing is written.
refused() {
  local code=$1 message=$2 got=0
  shift 2
  "$SYNFIN" export "$@" >out 2>err || got=$?
  if [[ $got -ne $code || -s out || $(wc -l <err) -ne 1 ]] || ! grep -qF -- "$message" err; then
    echo "FAILED: export $*: exit code $got, $(cat out err)"
    failures=$((failures + 1))
  fi
  if compgen -G '*.partial' >/dev/null || [[ -e new.csv ]]; then
    echo "FAILED: export $* leaves files behind"
    failures=$((failures + 1))
  fi
}
cp two.csv kept.csv
mkdir full
"$SYNFIN" generate --quiet --customers 20 --days 10 --no-features -o bare.h5
refused 2 'two.csv: exists; --force replaces it' corpus.h5 -o two.csv
cmp two.csv kept.csv
refused 2 'missing -o' corpus.h5
refused 2 'is the corpus that is read' corpus.h5 --force -o ./corpus.h5
refused 2 'has no column "amont"' corpus.h5 --columns amont -o new.csv
refused 2 'has no column ""' corpus.h5 --columns amount, -o new.csv
refused 2 '"amount" is named twice' corpus.h5 --columns amount,amount -o new.csv
refused 2 'format: npy is for --table features only' corpus.h5 --format npy -o new.csv
refused 2 'csv, jsonl or npy' corpus.h5 --format parquet -o new.csv
refused 2 'rings, ring_members, ring_links or features' corpus.h5 --table feature -o new.csv
for format in csv npy; do
  features=(--table features --format "$format" -o new.csv)
  refused 2 'no feature "amount_zscor", did you mean "amount_zscore"?' corpus.h5 --columns amount_zscor "${features[@]}"
  refused 2 'no feature "amount"' corpus.h5 --columns amount "${features[@]}"
  refused 2 '"fan_in_7d" is named twice' corpus.h5 --columns fan_in_7d,fan_in_7d "${features[@]}"
  refused 2 'two.csv: exists; --force replaces it' corpus.h5 "${features[@]}" -o two.csv
  refused 1 'bare.h5: the corpus has no features' bare.h5 "${features[@]}"
  refused 1 'cannot' corpus.h5 "${features[@]}" -o none/new.csv
done
refused 1 'none.h5: No such file' none.h5 -o new.csv
refused 1 'full: is a folder' full -o new.csv
refused 2 'standard output cannot take the output' corpus.h5 -o -
refused 1 'cannot write into the folder' corpus.h5 -o none/new.csv
"$SYNFIN" export corpus.h5 --quiet --force --columns hour -o two.csv
[[ $(head -1 two.csv) == hour ]] || failures=$((failures + 1))

# A full disk: an error, and no part of a file.
if mount -t tmpfs -o size=64k tmpfs full 2>/dev/null; then
  trap 'umount full' EXIT
  refused 1 'No space left on device' corpus.h5 -o full/new.csv
  [[ -z $(ls -A full) ]] || failures=$((failures + 1))
else
  echo "not tried: a full disk, since nothing can be mounted here"
fi
((failures == 0))
