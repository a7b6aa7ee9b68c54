#!/bin/bash
# Shards: however a corpus is divided over files, ranks and tasks of a job array, the
# digest is that of one file, and the files are the same bytes. (Compressed files hold the
# same values; how they are compressed may differ.)
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
digest_of() { "$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["digest"])' "$1"; }

corpus=(--customers 150 --days 20)
"$SYNFIN" generate --quiet "${corpus[@]}" -o whole.h5
digest=$(digest_of whole.manifest.json)
same() { [[ $(digest_of s.manifest.json) == "$digest" ]] || fail "$*: another digest"; }
bytes_of_shards() { (cd s.shards && sha256sum [0-9]*.h5); }

mpirun -n 3 "$SYNFIN" generate --quiet "${corpus[@]}" --shards 1 -o s.h5
cmp whole.h5 s.h5 || fail "one shard is not one file"

# HDF5 takes % in the name of a source for a pattern.
"$SYNFIN" generate --quiet "${corpus[@]}" --shards 2 -o 5%b%%.h5
"$PYTHON" - <<'END' || fail "a name with % in it"
import h5py
with h5py.File("whole.h5") as whole, h5py.File("5%b%%.h5") as shown:
    assert (whole["transactions/amount"][:] == shown["transactions/amount"][:]).all()
END
rm -rf 5%b*

# SHARDS RANKS RANKS_PER_SHARD COMPRESSION BATCH
while read -r shards ranks group compression batch; do
  mpirun -n "$ranks" "$SYNFIN" generate --quiet --force "${corpus[@]}" --shards "$shards" \
    --ranks-per-shard "$group" --compression "$compression" --batch "$batch" -o s.h5 </dev/null
  same "$shards shards, $ranks ranks, $group a shard, $compression"
  [[ $compression == none ]] || continue
  bytes_of_shards >bytes
  [[ ! -e bytes.$shards ]] || cmp bytes "bytes.$shards" ||
    fail "$shards shards, $ranks ranks, $group a shard: other bytes"
  mv bytes "bytes.$shards"
done <<'END'
3 1 1 none 32768
3 2 1 none 500
3 3 2 none 32768
3 4 100 none 777
8 3 1 none 32768
8 4 2 none 32768
8 1 1 deflate 32768
8 4 1 deflate 32768
3 2 1 deflate 900
END
[[ $("$SYNFIN" diff --quiet whole.h5 s.h5 && echo same) == same ]] || fail "diff sees shards"
"$SYNFIN" verify --quiet s.h5 || fail "verify"
"$PYTHON" - <<'END' || fail "the manifest"
import json, h5py
rows = json.load(open("s.manifest.json"))["shard_rows"]
for k, count in enumerate(rows):
    with h5py.File(f"s.shards/{k:05}.h5") as shard:
        assert len(shard["transactions/amount"]) == count, k
assert len(rows) == 3
END

# A job array: tasks in any order, two of them at a time, one again, one killed and again.
"$SYNFIN" plan --quiet "${corpus[@]}" -o plan.h5
rm -rf s.*
task() { "$SYNFIN" generate --quiet "${corpus[@]}" --plan plan.h5 --shards 5 --resume "$@" -o s.h5; }
task --shard-range 3:4
task --shard-range 4:5 &
task --shard-range 0:2
wait $! || fail "two tasks at a time"
task --shard-range 3:4
if "$SYNFIN" finalize --quiet s.h5 2>err; then fail "finalize without a shard"; fi
grep -q "^synfin: s.shards/00002.h5: No such file" err || fail "finalize without a shard: $(cat err)"
[[ ! -e s.h5 ]] || fail "finalize without a shard leaves a corpus"
rm -r s.shards/00001.h5
task --shard-range 1:3
mpirun -n 2 "$SYNFIN" finalize --quiet s.h5
same "a job array"
"$SYNFIN" finalize --quiet s.h5
same "finalized again"

# One name for all runs of a corpus, and metrics that do not depend on who counted.
counts() { sed -n 's/^\(synfin_\(fraud\|anomaly\)_rows_total\|synfin_corpus_bytes\|synfin_rows_total\){.*task=""/\1/p' "$1"; }
"$SYNFIN" finalize --quiet --metrics joined.prom s.h5
mpirun -n 3 "$SYNFIN" generate --quiet "${corpus[@]}" --shards 5 --metrics made.prom --force -o s.h5
rm s.shards/00001.h5 s.shards/00004.h5
mpirun -n 2 "$SYNFIN" generate --quiet "${corpus[@]}" --shards 5 --metrics resumed.prom --resume -o s.h5
[[ -n $(counts made.prom) && $(counts made.prom) == "$(counts resumed.prom)" &&
  $(counts made.prom) == "$(counts joined.prom)" ]] || fail "metrics differ: $(diff made.prom resumed.prom)"
[[ $(grep -c '^synfin_shards\(_finished\)\?{.*} 5$' resumed.prom) -eq 2 ]] || fail "shards in the metrics"
name=$(sed -n 's/^run //p' s.shards/run)
[[ $(grep -l "run_id=\"$name\"" made.prom resumed.prom | wc -l) -eq 2 ]] || fail "runs of several names"
"$PYTHON" - "$name" <<'END' || fail "run and starts in the manifest"
import json, sys
manifest = json.load(open("s.manifest.json"))
assert manifest["run_id"] == sys.argv[1] and manifest["starts"] == 2, manifest["starts"]
END

# What does not fit is named, and leaves no corpus.
rm s.h5 s.manifest.json
unfit() {
  local message=$1
  if "$SYNFIN" finalize --quiet s.h5 2>err; then fail "$message: not seen"; fi
  grep -qF -- "$message" err || fail "$message: says $(cat err)"
  [[ ! -e s.h5 && ! -e s.manifest.json ]] || fail "$message: leaves a corpus"
}
cp s.shards/00001.h5 good.h5
cp s.shards/00002.h5 s.shards/00001.h5
unfit "s.shards/00001.h5: is shard 2 of 5, not 1 of 5"
cp good.h5 s.shards/00001.h5
"$PYTHON" "$SOURCE/tests/system/lib/flip.py" s.shards/00001.h5 features/values 4000 16
unfit "s.shards/00001.h5: the feature "
head -c 50000 good.h5 >s.shards/00001.h5
unfit "s.shards/00001.h5"
mv good.h5 s.shards/00001.h5
mv s.shards/plan.h5 kept.h5
unfit "s.shards/plan.h5: No such file"
"$SYNFIN" plan --quiet "${corpus[@]}" --seed 2 -o s.shards/plan.h5
unfit "s.shards/plan.h5: is the plan of another configuration: its seed is 2, here it is 1"
mv kept.h5 s.shards/plan.h5
"$SYNFIN" finalize --quiet s.h5
same "after all that"
if task --shard-range 0:1 --seed 2 2>err; then fail "a task with another plan"; fi
grep -q "plan.h5: is the plan of another configuration: its seed is 1, here it is 2" err ||
  fail "a task with another plan: $(cat err)"

((failures == 0))
