# shellcheck shell=bash
# Runs of shards that are ended before they are done; to be sourced. A caller sets
# `run`, the options of generate, whose output is s.h5, and `digest`, what comes out.
# shellcheck disable=SC2154

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

digest_of() { "$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["digest"])' "$1"; }

shards_there() { { find s.shards -name '[0-9]*.h5' 2>/dev/null || true; } | wc -l; }

# start RANKS OPTION...: in the background; ranks leave their process ids in pid.RANK.
start() {
  local ranks=$1
  shift
  rm -f pid.*
  # shellcheck disable=SC2016 # to be expanded by the ranks
  mpirun -n "$ranks" bash -c 'echo $$ >pid.$OMPI_COMM_WORLD_RANK; exec "$0" "$@"' \
    "$SYNFIN" generate --quiet "${run[@]}" "$@" -o s.h5 >out 2>err </dev/null &
  launcher=$!
}

# await_shards COUNT: until so many are finished, or the run has ended.
await_shards() {
  until (($(shards_there) >= $1)); do
    kill -0 "$launcher" 2>/dev/null || return 0
    sleep 0.01
  done
}

# The exit code of the run, once all of its ranks are gone.
ended() {
  local code=0 pid try pids
  wait "$launcher" || code=$?
  mapfile -t pids < <(cat pid.* 2>/dev/null)
  for pid in "${pids[@]}"; do
    for ((try = 0; try < 500; try++)); do
      grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$pid/status" || break
      sleep 0.01
    done
  done
  return "$code"
}

kill_rank() { kill -KILL "$(cat "pid.$1")" 2>/dev/null || true; }
kill_all() {
  local pids
  mapfile -t pids < <(cat pid.*)
  kill -KILL "$launcher" "${pids[@]}" 2>/dev/null || true
}

# resumed WHAT RANKS: the run goes on to the digest of an undisturbed one, and leaves
# nothing unfinished.
resumed() {
  start "$2" --resume
  ended || fail "$1: cannot be resumed: $(cat out err)"
  [[ -e s.manifest.json && $(digest_of s.manifest.json) == "$digest" ]] || fail "$1: another digest"
  [[ -z $(find . -name '*.partial' -o -name 'lock.*') ]] ||
    fail "$1: leaves $(find . -name '*.partial' -o -name 'lock.*')"
}
