#!/bin/bash
# What goes wrong outside of the program: one clear message, the right exit code,
# nothing left behind that looks like a corpus, and nothing lost that was there.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# refused CODE MESSAGE COMMAND...: COMMAND ends with CODE, says MESSAGE (a fixed
# text) in its only line beginning "synfin:" (mpirun adds lines of its own), and
# changes no file of the folders.
refused() {
  local code=$1 message=$2 got=0 before
  shift 2
  before=$(contents)
  "$@" >out 2>err || got=$?
  [[ $got -eq $code ]] || fail "$*: exit code $got instead of $code: $(cat err)"
  [[ $(grep -c '^synfin: ' err) -eq 1 && ! -s out ]] || fail "$*: not one message: $(cat out err)"
  grep '^synfin: ' err | grep -qF -- "$message" || fail "$*: says '$(cat err)', not '$message'"
  [[ $before == "$(contents)" ]] || fail "$*: files before: $before, after: $(contents)"
}

# Name, kind and sum of each file here and below, but for the outputs of `refused`.
contents() {
  find . ! -name out ! -name err ! -type f -printf '%p %y\n' | sort
  find . -type f ! -name out ! -name err -exec sha256sum {} + | sort
}

small=(generate --quiet --customers 100 --days 30)

# Existing outputs, and outputs that cannot be files.
echo precious >corpus.h5
refused 2 "corpus.h5: exists; --force replaces it" "$SYNFIN" "${small[@]}" -o corpus.h5
refused 2 "corpus.h5: exists; --force replaces it" mpirun -n 3 "$SYNFIN" "${small[@]}" -o corpus.h5
refused 2 "corpus.h5: exists; --force replaces it" "$SYNFIN" plan --quiet -o corpus.h5
rm corpus.h5
mkdir folder
mkfifo pipe
refused 2 "folder: is a folder" "$SYNFIN" "${small[@]}" --force -o folder
refused 2 "pipe: is not a regular file" "$SYNFIN" "${small[@]}" --force -o pipe
refused 1 "none: cannot write into the folder: No such file" "$SYNFIN" "${small[@]}" -o none/corpus.h5
refused 1 "none.plan: No such file" "$SYNFIN" "${small[@]}" --plan none.plan -o a.h5

# Counts at the edges of their types, and a window that ends before it starts.
refused 2 "--customers: 4294967296 is out of bounds" "$SYNFIN" plan --customers 4294967296
refused 2 "--rows: 18446744073709551617 is out of bounds" "$SYNFIN" plan --rows 18446744073709551617
refused 2 "more than 4000000000 customers" "$SYNFIN" plan --rows 10000000000000 --days 2
refused 2 "--days: -1 is out of bounds" "$SYNFIN" plan --days -1
refused 2 "--days: 4294967297 is out of bounds" "$SYNFIN" plan --days 4294967297
refused 2 "--batch: 4294967297 is out of bounds" "$SYNFIN" plan --batch 4294967297
refused 1 "MB are free" "$SYNFIN" "${small[@]}" --customers 4000000000 --days 900 -o corpus.h5
"$SYNFIN" plan --customers 4000000000 --days 910 >largest
awk '/^transactions/ { rows = $2 } /^bytes/ { bytes = $2 }
     END { exit !(rows > 4e12 && bytes > 140 * rows) }' largest || fail "the largest plan: $(cat largest)"

# The smallest corpora and batches, also on more ranks than they have tiles.
for options in "--customers 1 --days 1" "--customers 1 --days 1 --start 2027-12-31" \
  "--customers 33 --days 2"; do
  read -r -a option <<<"$options"
  "$SYNFIN" generate --quiet --force "${option[@]}" --batch 1 -o one.h5
  "$SYNFIN" verify --quiet one.h5 || fail "$options: not valid"
  mpirun -n 5 "$SYNFIN" generate --quiet --force "${option[@]}" -o five.h5
  cmp one.h5 five.h5 || fail "$options: five ranks differ from one"
done
rm one.* five.*

# Folders that may not be written.
if ((EUID != 0)); then
  chmod a-w folder
  refused 1 "folder: cannot write into the folder" "$SYNFIN" "${small[@]}" -o folder/corpus.h5
  chmod u+w folder
fi
mount_here() { mount -t tmpfs -o "$1" tmpfs folder 2>/dev/null; }
release() { umount folder; }
if mount_here size=3m,ro; then
  trap release EXIT
  refused 1 "Read-only file system" "$SYNFIN" "${small[@]}" -o folder/corpus.h5
  refused 1 "Read-only file system" mpirun -n 2 "$SYNFIN" "${small[@]}" -o folder/corpus.h5
  release

  # Disks too small: by far, which the estimate shows; by little, which only the
  # reservation shows; and too full for the manifest's or a plan's few bytes.
  mount_here size=3m
  refused 1 "MB are needed and 3.1 MB are free" "$SYNFIN" "${small[@]}" --customers 500 -o folder/c.h5
  refused 1 "No space left on device" "$SYNFIN" "${small[@]}" --no-features --customers 300 --days 20 -o folder/c.h5
  refused 1 "No space left on device" mpirun -n 3 "$SYNFIN" "${small[@]}" --no-features --customers 300 --days 20 \
    -o folder/c.h5
  head -c 3100k /dev/zero >folder/ballast 2>/dev/null || true
  refused 1 "folder/c.h5" "$SYNFIN" "${small[@]}" --customers 1 -o folder/c.h5
  refused 1 "folder/c.plan.partial: cannot reserve" "$SYNFIN" plan --quiet -o folder/c.plan
  release
  trap - EXIT
else
  echo "left out: read-only and full file systems, since mounting is not permitted here"
fi

# Ranks killed while they write: what was there before is untouched, nothing new
# has a finished name, and the next run needs no cleaning. The small batch gives
# the time: a run of thousands of writes is ended as soon as it has begun.
"$SYNFIN" "${small[@]}" -o whole.h5
cp whole.h5 corpus.h5
cp whole.manifest.json corpus.manifest.json
slow=("${small[@]}" --customers 20000 --batch 16 --force -o corpus.h5)

# Starts ranks that leave their process ids in pid.RANK, and waits for the file.
start_ranks() {
  rm -f pid.* corpus.h5.partial
  # shellcheck disable=SC2016 # to be expanded by the ranks
  mpirun -n 3 bash -c 'echo $$ >pid.$OMPI_COMM_WORLD_RANK; exec "$0" "$@"' \
    "$SYNFIN" "${slow[@]}" >out 2>err &
  launcher=$!
  until [[ -s corpus.h5.partial && -s pid.0 && -s pid.1 && -s pid.2 ]]; do
    kill -0 "$launcher" || break
    sleep 0.05
  done
}

# ended WHAT: after the run in the background has ended.
ended() {
  local code=0
  wait "$launcher" || code=$?
  ((code != 0)) || fail "$1: exit code 0"
  cmp whole.h5 corpus.h5 || fail "$1: the corpus of before is lost"
  cmp whole.manifest.json corpus.manifest.json || fail "$1: the manifest of before is lost"
  [[ -z $(find . -name 'corpus*' ! -name corpus.h5 ! -name corpus.manifest.json ! -name '*.partial') ]] ||
    fail "$1: leaves $(ls)"
}

for rank in 0 2; do
  start_ranks
  kill -KILL "$(cat "pid.$rank")"
  ended "rank $rank killed"
done
start_ranks
kill -TERM "$launcher"
ended "mpirun terminated"

"$SYNFIN" "${slow[@]}" >out 2>err &
launcher=$!
until [[ -s corpus.h5.partial ]]; do
  kill -0 "$launcher" || break
  sleep 0.05
done
kill -TERM "$launcher"
ended "one rank terminated"

mpirun -n 2 "$SYNFIN" "${small[@]}" --force -o corpus.h5
cmp whole.h5 corpus.h5 || fail "the run after killed ones gives other bytes"
[[ ! -e corpus.h5.partial ]] || fail "the run after killed ones leaves the partial file"

((failures == 0))
