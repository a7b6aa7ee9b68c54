#!/bin/bash
# Thirty kills at random points of one seed, each resumed to the end on another number of
# ranks; every second one loses all ranks and their launcher at a time, the others one.
set -euo pipefail
# shellcheck source=tests/system/lib/shard_runs.sh
source "$SOURCE/tests/system/lib/shard_runs.sh"

corpus=(--customers 1500 --days 40)
"$SYNFIN" generate --quiet "${corpus[@]}" -o whole.h5
digest=$(digest_of whole.manifest.json)
rm whole.h5
run=("${corpus[@]}" --shards 12 --batch 256)

RANDOM=30
for ((round = 1; round <= 30; round++)); do
  rm -rf s.*
  shards=$((RANDOM % 12)) ranks=$((RANDOM % 4 + 1)) victim=$((RANDOM % 4)) again=$((RANDOM % 4 + 1))
  start "$ranks" --ranks-per-shard $((RANDOM % 3 + 1))
  await_shards "$shards"
  until [[ -s pid.$((ranks - 1)) ]] || ! kill -0 "$launcher"; do sleep 0.01; done
  sleep "0.$((RANDOM % 2))$((RANDOM % 10))"
  if ((round % 2)); then kill_rank $((victim % ranks)); else kill_all; fi
  ended || true
  kept=$(shards_there)
  resumed "kill $round" "$again"
  echo "round $round: $ranks ranks, killed with $kept of 12 shards, resumed on $again"
done
((failures == 0))
