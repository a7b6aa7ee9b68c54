#!/bin/bash
# The ordinary readers of HDF5, h5dump and h5py, open a corpus and find every
# dataset with its unit, its description and the names of its values.
set -euo pipefail

"$SYNFIN" generate --quiet --no-features --customers 50 --days 20 -o corpus.h5
"$SYNFIN" schema --format csv >schema.csv

h5dump -H corpus.h5 >header
[[ $(grep -c 'DATASET "' header) -eq $(($(wc -l <schema.csv) - 1 + 3)) ]] # 3 dictionaries
grep -q 'H5T_ENUM' header
h5dump -d /transactions/payment_mode -c 20 corpus.h5 | grep -qE '\(0\): ([a-z_]+, )+'
h5dump -d /transactions/amount -c 5 corpus.h5 | grep -qE '\(0\): [0-9.]+, [0-9.]+'
h5dump -a /transactions/amount/unit corpus.h5 | grep -q '"INR"'
h5dump -d /dictionaries/app_version corpus.h5 | grep -q '"none'

"$PYTHON" - <<'PYTHON'
import csv
import h5py
import numpy

sizes = {"uint8": "u1", "uint16": "u2", "uint32": "u4", "uint64": "u8", "int64": "i8",
         "float32": "f4", "float64": "f8", "date32": "i4", "dict16": "u2"}
schema = list(csv.DictReader(open("schema.csv", encoding="utf-8")))
assert len(schema) > 100
with h5py.File("corpus.h5") as corpus:
    rows = {"customers": 50, "merchants": 6001,
            "transactions": len(corpus["transactions/transaction_id"])}
    assert rows["transactions"] > 500
    for entry in schema:
        name = f"{entry['table']}/{entry['column']}"
        data, kind = corpus[name], entry["type"]
        values = data[:]
        rows.setdefault(entry["table"], len(data))
        assert data.shape == (rows[entry["table"]],), name
        assert data.attrs["description"], name
        assert data.attrs.get("unit", "") == entry["unit"], name
        assert len(data.attrs["digest"]) == 32, name
        if kind == "bool8":
            assert values.dtype == numpy.bool_, name
        elif kind == "enum8":
            members = h5py.check_enum_dtype(data.dtype.base)
            assert members and numpy.isin(values, list(members.values())).all(), name
        else:
            assert values.dtype == numpy.dtype("<" + sizes[kind]), name
        if kind == "dict16":
            strings = corpus[data.attrs["dictionary"]][:]
            assert values.max() < len(strings) and strings[0] == b"none", name
            assert len(set(strings)) == len(strings), name
    assert corpus.attrs["schema_version"] == 1 and corpus.attrs["customers"] == 50
    assert corpus.attrs["start"] == "2025-07-01" and corpus.attrs["days"] == 20
    assert not any(name not in ("customers", "merchants", "transactions", "labels", "episodes", "rings",
                                 "ring_members", "ring_links", "dictionaries")
                   for name in corpus)
PYTHON

# A corpus of compressed shards, moved: the same values through views, types as before, and the
# line of docs/file-format.md tells when shards cannot be read.
"$SYNFIN" generate --quiet --customers 200 --days 10 -o plain.h5
"$SYNFIN" generate --quiet --customers 200 --days 10 --shards 9 --compression deflate -o s.h5
mkdir moved
mv s.h5 s.shards moved

cat >whole.py <<'PYTHON'
import sys
import h5py

corpus = h5py.File("moved/s.h5")
column = corpus["transactions/transaction_id"]
sys.exit(not all(column[shard.vspace.get_select_bounds()[0][0]] != column.fillvalue for shard in column.virtual_sources()))
PYTHON
line=$(grep -F 'assert all(column[' "$SOURCE/docs/file-format.md")
grep -qF "${line#assert }" whole.py

"$PYTHON" whole.py
"$PYTHON" - <<'PYTHON'
import h5py

with h5py.File("plain.h5") as plain, h5py.File("moved/s.h5") as corpus:
    assert corpus["features/values"][:].tobytes() == plain["features/values"][:].tobytes()
    for table in ("transactions", "labels", "customers", "episodes"):
        for name, data in plain[table].items():
            viewed = corpus[table][name]
            assert viewed[:].tobytes() == data[:].tobytes(), name
            assert viewed.attrs["digest"] == data.attrs["digest"], name
            assert viewed[:].dtype == data[:].dtype, name
    assert corpus["transactions/amount"].is_virtual
with h5py.File("moved/s.shards/00004.h5") as shard:
    amount = shard["transactions/amount"]
    assert (amount.compression, amount.shuffle) == ("gzip", True)
    assert int(shard.attrs["shard"]) == 4 and len(shard.attrs["digest"]) == 32
PYTHON

fails() {
  if "$@" 2>fails.log; then
    echo "not refused: $*" >&2
    return 1
  fi
}
# Fewer files than shards: h5py shows gaps, the program reads on.
(
  ulimit -n 10
  fails "$PYTHON" whole.py
  [[ ! -s fails.log ]] # it says so, and does not break
)
(
  ulimit -n 64
  "$SYNFIN" verify moved/s.h5 >/dev/null
)
rm moved/s.shards/00007.h5
fails "$PYTHON" whole.py
[[ ! -s fails.log ]]
fails "$SYNFIN" verify moved/s.h5
grep -q 'moved/s.shards/00007.h5: No such file' fails.log
