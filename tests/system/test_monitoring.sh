#!/bin/bash
# --log-json, --metrics, --profile and the table of phases: what they say of runs
# that succeed, fail, are stopped or cannot write it, and that alert rules and
# dashboard name only series that runs write.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
small=(--customers 200 --days 40)

# The log: JSON, in order, whole, and equal in digest and rows to the corpus.
SYNFIN_RUN_ID=the-run SLURM_JOB_ID=7 mpirun -n 2 "$SYNFIN" generate "${small[@]}" \
  --log-json log.jsonl --metrics done.prom --profile -o corpus.h5 >out 2>err
"$PYTHON" - <<'END' || fail "the log of a run that succeeds"
import json, re
import h5py, numpy

lines = [json.loads(line) for line in open("log.jsonl")]
for line in lines:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]), line
    assert (line["level"], line["rank"], line["run_id"], line["job"]) == ("info", 0, "the-run", "7")
    assert line["host"] and line["version"]
times = [line["time"] for line in lines]
assert times == sorted(times)
assert lines[0]["event"] == "start" and lines[0]["ranks"] == 2
assert lines[0]["options"]["customers"] == "200" and "config" not in lines[0]["options"]
phases = ["plan", "create", "generate", "close", "check", "sync"]
for event in "phase_begin", "phase_end":
    assert [line["phase"] for line in lines if line["event"] == event] == phases
ends = [line for line in lines if line["event"] == "phase_end"]
assert all(line["seconds"] >= 0 and line["peak_memory_bytes"] > 1e6 for line in ends)
percents = [line["percent"] for line in lines
            if line["event"] == "progress" and line["phase"] == "plan"]
assert percents == sorted(set(percents)) and percents[-1] == 100, percents

end = lines[-1]
assert (end["event"], end["outcome"]) == ("end", "done")
with h5py.File("corpus.h5") as corpus:
    assert end["digest"] == corpus.attrs["digest"]
    assert end["rows"] == {t: len(corpus[t][next(iter(corpus[t]))]) for t in end["rows"]}
    for member, column in ("fraud_rows", "fraud_type"), ("anomaly_rows", "anomaly_type"):
        values = corpus["labels"][column]
        names = h5py.check_enum_dtype(values.dtype)
        count = numpy.bincount(values[:], minlength=len(names))
        expected = {n: int(count[v]) for n, v in names.items() if n in end[member]}
        assert end[member] == expected and sum(expected.values()) > 0, member
        assert set(names) - set(end[member]) == {"none"}
    import os
    assert end["corpus_bytes"] == os.path.getsize("corpus.h5")

manifest = json.load(open("corpus.manifest.json"))
assert len(manifest["seconds_by_rank"]) == 2
for phase, most in manifest["seconds"].items():
    assert max(rank[phase] for rank in manifest["seconds_by_rank"]) == most
END

# The table of phases: every phase, and the rank and host that took longest.
for phase in plan create model digest write close check sync; do
  grep -qE "^$phase +[0-9.]+ +[0-9.]+ +[0-9.]+  [01] on $(hostname)$" err ||
    fail "the table has no line of $phase: $(cat err)"
done
"$SYNFIN" generate --quiet "${small[@]}" -o quiet.h5 2>err
[[ ! -s err ]] || fail "--quiet prints: $(cat err)"
! grep -q seconds_by_rank quiet.manifest.json || fail "a profile that was not asked for"

# value FILE SERIES: the sum of the series whose name and labels match.
value() { awk -v s="^$2" '$1 ~ s { sum += $2; n++ } END { if (n) print sum; else print "none" }' "$1"; }
rows=$(awk '$1 == "transactions" { print $2; exit }' <("$SYNFIN" inspect corpus.h5 summary))
for is in "synfin_running 0" "synfin_failed 0" "synfin_rows_total $rows" \
  "synfin_corpus_bytes $(stat -c %s corpus.h5)" "synfin_restarts_total 0"; do
  read -r series expected <<<"$is"
  [[ $(value done.prom "${series}[{]") == "$expected" ]] ||
    fail "$series is $(value done.prom "${series}[{]") instead of $expected"
done
grep -q '^synfin_run_info{run_id="the-run",task="",.*slurm_job_id="7"} 1$' done.prom ||
  fail "no synfin_run_info"

# Without an id a run makes its own: a UUID, another one each time.
for i in 1 2; do
  "$SYNFIN" generate --quiet "${small[@]}" --force --log-json "id$i" -o quiet.h5
  ids=$(grep -oE '"run_id":"[^"]*"' "id$i" | sort -u)
  [[ $ids =~ ^\"run_id\":\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\"$ ]] ||
    fail "run ids: $ids"
  echo "$ids" >>ids
done
[[ $(sort -u ids | wc -l) -eq 2 ]] || fail "two runs have one id"
code=0
"$SYNFIN" generate --quiet "${small[@]}" --run-id $'\xff' --log-json bytes -o bytes.h5 2>err || code=$?
[[ $code -eq 2 && ! -e bytes && ! -e bytes.h5 ]] || fail "an id that is no text: exit code $code"
grep -q 'run-id: is not text in UTF-8' err || fail "an id that is no text: $(cat err)"

# ended OUTCOME CODE: the run of end.jsonl and end.prom, which ended with CODE, says so last.
ended() {
  local outcome=$1 code=$2
  [[ $code -ne 0 ]] || fail "$outcome: exit code 0"
  tail -1 end.jsonl | grep -q "\"level\":\"error\",\"event\":\"end\".*\"outcome\":\"$outcome\".*\"exit_code\":$code" ||
    fail "exit code $code, and the log ends with $(tail -1 end.jsonl)"
  [[ $(value end.prom 'synfin_running[{]')$(value end.prom 'synfin_failed[{]') == 01 ]] ||
    fail "$outcome: metrics say $(cat end.prom)"
  [[ $(value end.prom synfin_last_success) == none ]] || fail "$outcome: a success in the metrics"
}
code=0
"$SYNFIN" generate "${small[@]}" --log-json end.jsonl --metrics end.prom -o corpus.h5 2>err || code=$?
ended failed "$code"
grep -q 'exists; --force replaces it' end.jsonl || fail "the log has another message than: $(cat err)"

# start NAME: a run that goes on for minutes, as $pid, is in its first phase, with
# metrics that show it.
start() {
  rm -f end.jsonl "$1.prom"
  "$SYNFIN" generate --quiet --no-features --customers 300000 --log-json end.jsonl --metrics "$1.prom" -o "$1.h5" &
  pid=$!
  until grep -q '^synfin_progress_ratio' "$1.prom" 2>/dev/null; do
    kill -0 "$pid" || break
    sleep 0.05
  done
  cp "$1.prom" progress.prom
}
for signal in TERM USR1; do
  start end
  kill -s "$signal" "$pid"
  code=0
  wait "$pid" || code=$?
  ended stopped "$code"
  tail -1 end.jsonl | grep -q "\"phase\":\"plan\".*stopped by SIG$signal" ||
    fail "the log does not say where and by what it was stopped: $(tail -1 end.jsonl)"
done

# Killed: the metrics stay at "running", which SynfinSilent looks for.
start killed
kill -KILL "$pid"
wait "$pid" || true
[[ $(value killed.prom 'synfin_running[{]') == 1 ]] || fail "a killed run does not look like running"

# What cannot be written at the start is an error; what cannot later is not.
for option in --log-json --metrics; do
  code=0
  "$SYNFIN" generate "${small[@]}" "$option" none/file -o refused.h5 2>err || code=$?
  [[ $code -eq 1 && $(cat err) == *none/file:\ cannot\ write* && ! -e refused.h5 ]] ||
    fail "$option none/file: code $code, $(cat err)"
done
"$SYNFIN" generate "${small[@]}" --log-json /dev/full -o full.h5 >out 2>err || fail "a full log ends the run"
[[ $(grep -c '/dev/full: the log ends here' err) -eq 1 ]] || fail "a full log: $(cat err)"
cmp corpus.h5 full.h5 || fail "telemetry changes the corpus"

# Series that rules and dashboard name, and series of these runs.
grep -hoE '\bsynfin_[a-z_]+' "$SOURCE/slurm/monitoring/alerts.yml" \
  <(grep '"expr"\|"query"' "$SOURCE/slurm/monitoring/dashboard.json") | sort -u >named
grep -hoE '^synfin_[a-z_]+' done.prom progress.prom end.prom | sort -u >written
[[ $(wc -l <named) -ge 12 ]] || fail "rules and dashboard name only $(cat named)"
missing=$(comm -23 named written)
[[ -z $missing ]] || fail "rules or dashboard name series that no run writes: $missing"
while read -r series; do
  grep -q "\`$series\`" "$SOURCE/docs/monitoring.md" || fail "docs/monitoring.md lacks $series"
done <written
"$PYTHON" -c 'import json, sys; json.load(open(sys.argv[1]))' "$SOURCE/slurm/monitoring/dashboard.json" ||
  fail "the dashboard is no JSON"

if command -v promtool >/dev/null; then
  for file in done.prom end.prom progress.prom; do
    promtool check metrics <"$file" >verdict 2>&1 || fail "$file: $(cat verdict)"
    [[ ! -s verdict ]] || fail "$file: $(cat verdict)"
  done
  promtool check rules "$SOURCE/slurm/monitoring/alerts.yml" >verdict 2>&1 || fail "$(cat verdict)"
  cp "$SOURCE/slurm/monitoring/alerts.yml" "$SOURCE/tests/system/lib/alerts_test.yml" .
  promtool test rules alerts_test.yml >verdict 2>&1 || fail "$(cat verdict)"
elif ((failures == 0)); then
  echo "left out: promtool is not installed"
  exit 77
fi

((failures == 0))
