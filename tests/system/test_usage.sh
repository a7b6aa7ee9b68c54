#!/bin/bash
# Wrong use and wrong configurations: one clear message, exit code 2, nothing
# written. Help, versions, schema and configuration: without MPI.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# refused CODE MESSAGE ARGUMENT...: the program ends with CODE and says MESSAGE
# (a fixed text) in its only line, and writes nothing else.
refused() {
  local code=$1 message=$2 got=0
  shift 2
  "$SYNFIN" "$@" >out 2>err || got=$?
  [[ $got -eq $code ]] || fail "synfin $*: exit code $got instead of $code"
  grep -qF -- "$message" err || fail "synfin $*: says '$(cat err)' and not '$message'"
  [[ $(wc -l <err) -eq 1 ]] || fail "synfin $*: more than one line: $(cat err)"
  [[ ! -s out ]] || fail "synfin $*: writes to standard output"
  [[ -z $(ls -d corpus* 2>/dev/null) ]] || fail "synfin $*: leaves files behind"
}

# configured MESSAGE YAML: the same for a file, through two commands.
configured() {
  printf '%b' "$2" >a.yaml
  refused 2 "$1" config check a.yaml
  refused 2 "$1" generate --config a.yaml -o corpus.h5
}

refused 2 "unknown command 'genrate', did you mean 'generate'?" genrate
refused 2 "unknown command 'xyzzy', see 'synfin help'" xyzzy
refused 2 "unknown command 'xyzzy'" help xyzzy
refused 2 "generate: missing -o" generate
refused 2 "generate: option '-o' needs a value" generate -o
refused 2 "generate: unexpected 'more'" generate -o corpus.h5 more
refused 2 "did you mean '--customers'?" generate --custmers 5 -o corpus.h5
refused 2 "unknown option '--shard'" generate --shard 2 -o corpus.h5
refused 2 "unknown option '--seed'" schema --seed 5
refused 2 "--customers: 0 is out of bounds" generate --customers 0 -o corpus.h5
refused 2 "--customers: 4000000001 is out of bounds" generate --customers 4000000001 -o corpus.h5
refused 2 "--seed: 18446744073709551616 is out of bounds" plan --seed 18446744073709551616
refused 2 "--seed: -1 is out of bounds" plan --seed=-1
refused 2 "--customers: -1 is out of bounds, it must be 1 to 4000000000" plan --customers -1
refused 2 "--customers: '-' is not a whole number" plan --customers -
refused 2 "--days: '12x' is not a whole number" plan --days 12x
refused 2 "--days: 1827 is out of bounds" plan --days 1827
refused 2 "--start: '2025-02-29' is not a date" plan --start 2025-02-29
refused 2 "end on 2028-01-01" plan --start 2027-12-31 --days 2
refused 2 "--batch: 0 is out of bounds" generate --batch 0 -o corpus.h5
refused 2 "customers and rows exclude each other" plan --customers 5 --rows 5
refused 2 "--fraud-rate: 0.06 is out of bounds, it must be 0.00001 to 0.05" plan --fraud-rate 0.06
refused 2 "--fraud-rate: '1 %' is not a number" plan --fraud-rate "1 %"
refused 2 "--difficulty: 'tough' is not a number, it must be easy (0.08), standard (0.5), hard (0.92) or 0 to 1" \
  plan --difficulty tough
refused 2 "did you mean '--share-card_cloning'?" plan --share-card_clonin 3
refused 2 "did you mean '--camouflage-mule_account'?" plan --camouflage-mule_acount 0.5
refused 2 "must be benchmark, realistic or natural" plan --preset usual
refused 2 "must be none, sample or full" generate --check half -o corpus.h5
refused 2 "--shard-range: '3' is not a range, it must be A:B" generate --shard-range 3 -o corpus.h5
refused 2 "--shard-range: '3:3' is not a range" generate --shard-range 3:3 -o corpus.h5
refused 2 "shard-range: 2:5 is beyond the shards, 0 to 3" \
  generate --shards 4 --shard-range 2:5 --plan p.h5 -o corpus.h5
refused 2 "shard-range wants a plan" generate --shards 4 --shard-range 2:4 -o corpus.h5
refused 2 "customers-range wants the plan" generate --customers-range 1:2 -o corpus.h5
refused 2 "--customers-range: 0:5 is out of bounds" generate --customers-range 0:5 -o corpus.h5
refused 2 "customers-range: 1:12 is beyond the customers, 1 to 10" \
  generate --customers 10 --customers-range 1:12 --plan p.h5 -o corpus.h5
refused 2 "exclude each other" generate --shards 2 --customers-range 1:2 --plan p.h5 -o corpus.h5
refused 2 "resume and force exclude each other" generate --shards 2 --resume --force -o corpus.h5
refused 2 "resume wants shards" generate --resume -o corpus.h5
refused 2 "ranks-per-shard wants shards" generate --ranks-per-shard 2 -o corpus.h5
refused 2 "break-lock wants shards" generate --break-lock -o corpus.h5
refused 2 "must be named *.h5" generate --shards 2 -o corpus
refused 2 "--time-limit: '1:60:00' is not a time, it must be seconds or [D-]HH:MM:SS" \
  generate --time-limit 1:60:00 -o corpus.h5
refused 2 "no.yaml: No such file or directory" generate --config no.yaml -o corpus.h5
refused 2 "config: 'shw' is neither show nor check" config shw
refused 2 "config check: needs one file" config check

configured "a.yaml:2: unknown key 'custmers', did you mean 'customers'?" 'seed: 1\ncustmers: 5\n'
configured "a.yaml:1: unknown key 'share-card_cloner', did you mean 'share-card_cloning'?" 'share-card_cloner: 1\n'
configured "a.yaml:1: share-card_cloning: -1 is out of bounds, it must be 0 to 100" 'share-card_cloning: -1\n'
configured "all typologies have the share 0" "$("$SYNFIN" config show | sed -n 's/^\(share-[a-z_]*\): .*/\1: 0\\n/p' | tr -d '\n')"
configured "a.yaml:1: customers: 'many' is not a whole number" 'customers: many\n'
configured "a.yaml:1: customers: 0 is out of bounds, it must be 1 to 4000000000" 'customers: 0\n'
configured "a.yaml:3: seed is given a second time, first in line 1" 'seed: 1\ndays: 2\nseed: 1\n'
configured "a.yaml:1: seed: must be a single value" 'seed: [1, 2]\n'
configured "a.yaml:1: not YAML" 'seed: "1\n'
configured "a.yaml:1: base: no.yaml: No such file or directory" 'base: no.yaml\n'
configured "a.yaml is already one of the files that lead here" 'base: a.yaml\n'
configured "a.yaml: customers and rows exclude each other" 'customers: 1\nrows: 1\n'

SYNFIN_CUSTMERS=5 refused 2 "SYNFIN_CUSTMERS, did you mean SYNFIN_CUSTOMERS?" plan
SYNFIN_SEED=x refused 2 "SYNFIN_SEED: 'x' is not a whole number" generate -o corpus.h5

# Several ranks say it once as well; mpirun adds lines of its own.
got=0
mpirun -n 3 "$SYNFIN" generate --days 0 -o corpus.h5 >out 2>err || got=$?
[[ $got -eq 2 ]] || fail "three ranks: exit code $got instead of 2"
[[ $(grep -c "synfin: --days: 0 is out of bounds" err) -eq 1 ]] || fail "three ranks: $(cat err)"
[[ ! -e corpus.h5 ]] || fail "three ranks: leave a file behind"

# Commands that answer without MPI do so where MPI cannot start at all.
for words in help "help generate" "generate --help" version --version "config show" schema \
  "schema --format csv"; do
  read -r -a argument <<<"$words"
  OMPI_MCA_btl=none OMPI_MCA_pml=none "$SYNFIN" "${argument[@]}" >out 2>err ||
    fail "synfin $words: fails: $(cat err)"
  [[ -s out && ! -s err ]] || fail "synfin $words: does not answer on standard output"
done
if "$SYNFIN" version >/dev/full 2>err; then
  fail "a full disk under standard output is not seen"
fi

# What config show prints is a configuration that gives the same values again,
# and each value is from the level that wins.
printf 'seed: 1\ndays: 10\nbatch: 1000\n' >base.yaml
printf 'base: base.yaml\nseed: 2\ncustomers: 20\n' >a.yaml
SYNFIN_DAYS=30 "$SYNFIN" config show --config a.yaml --check full -o 'a "b": c.h5' >shown.yaml
for line in 'seed: 2  # a.yaml:2' 'batch: 1000  # base.yaml:3' 'days: 30  # environment' \
  'check: full  # command line' 'start: 2025-07-01  # default'; do
  grep -qxF -- "$line" shown.yaml || fail "config show lacks '$line': $(cat shown.yaml)"
done
"$SYNFIN" config show --config shown.yaml >again.yaml
diff <(sed 's/  #.*//' shown.yaml | grep -v '^# config') \
  <(sed 's/  #.*//' again.yaml | grep -v '^# config') || fail "config show does not read back"

"$SYNFIN" config show --rows 100000 >shown.yaml
grep -qE '^# customers: [0-9]+  # follows from rows$' shown.yaml ||
  fail "config show --rows: does not tell the customers: $(cat shown.yaml)"
"$SYNFIN" config check shown.yaml >out || fail "config show --rows does not read back"

"$PYTHON" - "$SYNFIN" <<'END' || fail "schema: the formats do not agree"
import csv, io, json, subprocess, sys
run = lambda f: subprocess.run([sys.argv[1], "schema", "--format", f], check=True,
                               capture_output=True, text=True).stdout
schema = json.loads(run("json"))
listed = [(t["name"], c["name"], c["type"], c["description"])
          for t in schema["tables"] for c in t["columns"]]
rows = list(csv.DictReader(io.StringIO(run("csv"))))
assert listed == [(r["table"], r["column"], r["type"], r["description"]) for r in rows]
names = [t["name"] for t in schema["tables"]]
assert names[:4] == ["customers", "merchants", "transactions", "labels"] and "ring_links" in names
typologies = schema["typologies"]
assert ["none"] + [t["name"] for t in typologies] == schema["domains"]["fraud_type"]
evidence = schema["domains"]["evidence"]
for number, typology in enumerate(typologies, 1):
    assert [e for e in evidence[8 * number:8 * number + 8] if e] == typology["evidence"]
    assert typology["rule"] and typology["rule"] in run("typologies")
assert all(r["domain"] in schema["domains"] for r in rows if r["domain"])
page = run("markdown")
assert all(f"| `{r['column']}` |" in page for r in rows)
END

[[ $failures -eq 0 ]] || { echo "$failures failures" && exit 1; }
