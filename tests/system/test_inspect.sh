#!/bin/bash
# inspect prints what h5py finds in the same corpus.
set -euo pipefail

"$SYNFIN" generate --quiet --customers 80 --days 30 -o corpus.h5
"$SYNFIN" inspect corpus.h5 >summary
"$SYNFIN" inspect corpus.h5 summary | cmp - summary
mpirun -n 2 "$SYNFIN" inspect corpus.h5 | cmp - summary
for table in customers merchants transactions labels episodes; do
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

# Labels: rows, share, reported ones, episodes and twins by typology; anomalies.
labels, fraud, known = corpus["labels"], 0, corpus["labels/reported_at"][:] != 0
for name, number in h5py.check_enum_dtype(labels["fraud_type"].dtype).items():
    mine, twins = labels["fraud_type"][:] == number, labels["benign_twin_of"][:] == number
    episodes = (corpus["episodes/fraud_type"][:] == number).sum()
    line = re.search(rf"^{name} +(\d+) +([\d.]+)% +(\d+) +(\d+) +(\d+)$", summary, re.M)
    assert (line is not None) == (number > 0 and bool(mine.any() or twins.any() or episodes)), name
    if line:
        counts = mine.sum(), (mine & known).sum(), episodes, twins.sum()
        assert tuple(int(line[k]) for k in (1, 3, 4, 5)) == counts, name
        fraud += counts[0]
assert fraud == labels["is_fraud"][:].sum() > 0
for name, number in h5py.check_enum_dtype(labels["anomaly_type"].dtype).items():
    line = re.search(rf"^{name} +(\d+) +([\d.]+)%$", summary, re.M)
    assert number == 0 or int(line[1]) == (labels["anomaly_type"][:] == number).sum(), name

# head: blocks of columns, the first one repeated, 7 rows each.
for table in "customers", "merchants", "transactions", "labels", "episodes":
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

# Rings, episodes and labels of a corpus with enough fraud.
"$SYNFIN" generate --quiet --customers 600 -o fraud.h5
# shellcheck disable=SC2094
"$SYNFIN" inspect fraud.h5 rings >rings
"$PYTHON" - "$SYNFIN" <<'PYTHON'
import re
import subprocess
import sys
import h5py
import numpy

corpus = h5py.File("fraud.h5")
episodes, rows, labels = corpus["episodes"], corpus["transactions"], corpus["labels"]
evidence = corpus["dictionaries/evidence"][:].astype(str).reshape(-1, 8)


def names(data):
    return {number: name for name, number in h5py.check_enum_dtype(data.dtype).items()}


def inspect(*words):
    command = [sys.argv[1], "inspect", "fraud.h5", *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def local(second):
    return f"{numpy.datetime64(int(second) + 19800, 's')}+05:30"


# episode: one of every typology, the longest one and one of a ring.
typology, role, mode = names(episodes["fraud_type"]), names(labels["role"]), names(rows["payment_mode"])
kinds, reported = episodes["fraud_type"][:], labels["reported_at"][:]
own, amount, time = labels["episode_id"][:], rows["amount"][:], rows["timestamp"][:]
chosen = [int(numpy.flatnonzero(kinds == kind)[0]) for kind in numpy.unique(kinds)]
chosen += [int(numpy.argmax(episodes["rows"][:])), int(numpy.argmax(episodes["ring_id"][:] > 0))]
assert len(chosen) > 12
for place in chosen:
    text = inspect("episode", episodes["episode_id"][place])
    head, facts, story = text.split("\n\n")
    head = dict(re.findall(r"^(\w+) +(.*)$", head, re.M))
    kind = kinds[place]
    assert head["fraud_type"] == typology[kind]
    assert head["combination"] == names(episodes["combination"])[episodes["combination"][place]]
    assert head["severity"] == names(episodes["severity"])[episodes["severity"][place]]
    assert int(head["customer_id"]) == episodes["customer_id"][place]
    assert head["ring_id"] == (str(episodes["ring_id"][place] or "-"))
    assert head["start"] == local(episodes["start"][place])
    assert head["end"] == local(episodes["end"][place])
    for name in "camouflage", "confidence":
        assert numpy.float32(head[name]) == episodes[name][place], name
    values = episodes["evidence"][place]
    wanted = {name: v for name, v in zip(evidence[kind], values) if not numpy.isnan(v)}
    facts = dict(line.split() for line in facts.split("\n")[1:])
    assert {name: numpy.float32(value) for name, value in facts.items()} == wanted and wanted
    mine = numpy.flatnonzero(own == episodes["episode_id"][place])
    lines = story.strip().split("\n")
    assert lines[0] == f"{len(mine)} transactions" and len(lines) == len(mine) + 2 > 2
    for line, row in zip(lines[2:], mine):
        cells = re.split(r"  +", line)
        assert cells[0] == local(time[row]) and cells[1] == role[labels["role"][row]], line
        assert f"{amount[row]:.2f}" in cells and mode[rows["payment_mode"][row]] in cells, line
        assert cells[-1] == (local(reported[row]) if reported[row] else "-"), line

# customer: the labels counted, and those of every row.
busiest = numpy.bincount(rows["customer_id"][:][labels["is_fraud"][:]]).argmax()
text = inspect("customer", busiest)
mine = rows["customer_id"][:] == busiest
label = {name: labels[name][:][mine] for name in ("fraud_type", "benign_twin_of", "anomaly_type")}
fraud = labels["is_fraud"][:][mine]
counts = {"fraud": fraud.sum(), "benign_twin": (label["benign_twin_of"] > 0).sum(),
          "anomaly": (label["anomaly_type"] > 0).sum()}
for kind in numpy.unique(label["fraud_type"][fraud]):
    counts[typology[kind]] = (fraud & (label["fraud_type"] == kind)).sum()
found = re.findall(r"^(\w+) +(\d+) +([\d.]+)%$", text, re.M)
assert {name: int(count) for name, count, _ in found} == counts
assert all(abs(float(share) - 100 * int(n) / mine.sum()) <= 0.00051 for _, n, share in found)
heading, *story = text.split(" transactions\n")[1].strip().split("\n")
assert len(story) == mine.sum()
last = len(re.split(r"  +", heading)) - 5
anomaly = names(labels["anomaly_type"])
for line, is_fraud, odd in zip(story, fraud, label["anomaly_type"]):
    cells = re.split(r"  +", line)
    assert cells[last] == str(is_fraud).lower(), line
    assert cells[-1] == (anomaly[odd] if odd else "-"), line
PYTHON

# rings: the numbers of an independent count.
if "$PYTHON" -c 'import pandas, scipy' 2>/dev/null; then
  "$PYTHON" -B "$SOURCE/tests/stat/audit_rings.py" fraud.h5 --json >rings.json
  "$PYTHON" - <<'PYTHON'
import json
import re

counted = json.load(open("rings.json"))["details"]["statistics"]
sizes, several, clusters, pairs, rest = open("rings").read().rstrip("\n").split("\n\n")

heading, *lines = (line.split() for line in sizes.split("\n"))
edges = [re.match(r"\D*(\d+)", name)[1] for name in heading[7:]]
assert edges == ["3", "5", "10", "20", "50", "100", "1000"]
assert {line[0]: int(line[1]) for line in lines} == counted["rings by kind"] and len(lines) > 4
assert {line[0]: int(line[2]) for line in lines} == counted["members by kind"]
for name, rings, members, least, mean, most, fewer, *bands in lines:
    known = {edge: count for edge, count in counted["rings by kind and size from"][name].items()}
    assert int(fewer) == known.get("fewer", 0), name
    assert [int(count) for count in bands] == [known.get(edge, 0) for edge in edges], name
    assert abs(float(mean) - int(members) / int(rings)) <= 0.0051, name
    assert int(least) <= float(mean) <= int(most), name

several = dict(line.split() for line in several.split("\n")[1:])
assert {k: int(v) for k, v in several.items()} == counted["customers by number of rings"]
clusters = {name: [int(a), int(b)] for name, a, b in (line.split() for line in clusters.split("\n")[1:])}
assert clusters == counted["temporal clusters (clusters, rows)"] and clusters["device_id"][0] > 0
wanted = counted["typologies of one customer (customers, lift)"]
pairs = [line.split() for line in pairs.split("\n")[1:]]
assert {f"{a} + {b}" for a, b, _, _ in pairs} == set(wanted) and len(pairs) > 10
for a, b, customers, lift in pairs:
    count, other = wanted[f"{a} + {b}"]
    assert int(customers) == count and abs(float(lift) - other) <= 0.000051, (a, b)
share = float(re.search(r"share ([\d.]+)", rest)[1])
assert abs(share - counted["isolated share of customers with fraud"]) <= 5.1e-7 and share > 0
number, largest = re.search(r"link graph: (\d+); largest:([ \d]+)", rest).groups()
assert int(number) == counted["components of the link graph"] > 1
assert [int(size) for size in largest.split()] == counted["largest components"]
PYTHON
else
  echo "not compared: the statistics of rings, since python3-pandas or python3-scipy is missing"
fi

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
refused 2 'after the corpus comes' corpus.h5 rings 1
refused 2 '"ledger" is none of the tables' corpus.h5 head ledger
refused 2 'not a number of rows' corpus.h5 head customers 0
refused 2 'not a number of rows' corpus.h5 head customers 5x
refused 2 'not a customer id from 1 to 80' corpus.h5 customer 81
refused 2 'not a customer id from 1 to 80' corpus.h5 customer
refused 2 'not a customer id from 1 to 80' corpus.h5 customer 1e1
refused 2 'not an episode id' corpus.h5 episode
refused 2 'not an episode id' corpus.h5 episode 1e1
refused 2 'not an episode id' corpus.h5 episode 1 2
refused 2 'there is no episode 65535' corpus.h5 episode 65535
refused 2 'there is no episode 18446744073709551615' corpus.h5 episode 18446744073709551615

# Output that cannot be written is a failure.
if "$SYNFIN" inspect corpus.h5 >/dev/full 2>err; then
  echo "FAILED: a full device goes unnoticed"
  exit 1
fi
grep -q 'output' err
