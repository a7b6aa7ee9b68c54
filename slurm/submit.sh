#!/bin/bash
# submit.sh: hands a corpus to Slurm as a plan, an array of jobs that make its shards, and
# a job that joins and verifies them, each waiting for the one before:
#   [PARTS=T] [SITE=FILE] [BINARY=FILE] [PLAN_OPTIONS=...] [ARRAY_OPTIONS=...] \
#     [FINALIZE_OPTIONS=...] submit.sh --shards K [option of synfin generate...] -o CORPUS
# PARTS (K, at most 1,000) are the tasks of the array. The three lists hold options of
# sbatch, separated by blanks, such as ARRAY_OPTIONS='--ntasks=4 --time=2:00:00 --array=0-99%20'
# (which then has to name all parts); those for all jobs may come from the variables of
# sbatch, such as SBATCH_ACCOUNT. SITE and BINARY as in generate.sbatch; the program
# must run here, too. Beside the corpus, in CORPUS.config.yaml, the options in force
# are kept. Prints the numbers of the jobs, and how to repeat a part of them: if a job
# fails those after it are cancelled.
set -euo pipefail

folder=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=slurm/program.sh
source "$folder/program.sh"

shown=$("$binary" config "$@" show)
corpus=$(option output "$@")
shards=$(option shards "$@")
if [[ -z $corpus ]]; then
  echo "submit: no output is named: give it with -o FILE" >&2
  exit 2
fi
if ((shards < 2)); then
  echo "submit: one shard: submit generate.sbatch, or give --shards" >&2
  exit 2
fi
parts=${PARTS:-$((shards < 1000 ? shards : 1000))}
base=${corpus%.h5}
# Each job names its own output and plan, whether it goes on, and its metrics (metrics_dir
# of the site).
grep -vE '^(output|plan|force|resume|shard-range|metrics):' <<<"$shown" >"$base.config.yaml"
CONFIG=$(realpath "$base.config.yaml")
CORPUS=$(realpath "$corpus")
PLAN=${CONFIG%.config.yaml}.plan.h5
PARTS=$parts
# One id in the log lines and metrics of all jobs.
SYNFIN_RUN_ID=${SYNFIN_RUN_ID:-$(basename "$base")-$(date -u +%Y%m%dT%H%M%SZ)}
export CONFIG CORPUS PLAN PARTS SYNFIN_RUN_ID

read -r -a plan_options <<<"${PLAN_OPTIONS-}"
read -r -a array_options <<<"${ARRAY_OPTIONS-}"
read -r -a finalize_options <<<"${FINALIZE_OPTIONS-}"
after=(--kill-on-invalid-dep=yes --dependency)
plan=$(sbatch --parsable ${plan_options[@]+"${plan_options[@]}"} "$folder/plan.sbatch")
plan=${plan%%;*} # a cluster may follow
array=$(sbatch --parsable "${after[@]}" "afterok:$plan" --array="0-$((parts - 1))" \
  ${array_options[@]+"${array_options[@]}"} "$folder/array.sbatch")
array=${array%%;*}
finalize=$(sbatch --parsable "${after[@]}" "afterok:$array" \
  ${finalize_options[@]+"${finalize_options[@]}"} "$folder/finalize.sbatch" "$CORPUS")
finalize=${finalize%%;*}
echo "plan $plan, array $array of $parts tasks for $shards shards, finalize $finalize"
echo "to repeat tasks, and then to join the shards:"
settings="SYNFIN_RUN_ID=$(printf %q "$SYNFIN_RUN_ID")${SITE:+ SITE=$(printf %q "$SITE")}"
settings+=${BINARY:+ BINARY=$(printf %q "$BINARY")}
printf '  CONFIG=%q PLAN=%q CORPUS=%q PARTS=%q %s sbatch %s --array=... %q\n' \
  "$CONFIG" "$PLAN" "$CORPUS" "$PARTS" "$settings" "${ARRAY_OPTIONS-}" "$folder/array.sbatch"
printf '  %s sbatch %s %q %q\n' "$settings" "${FINALIZE_OPTIONS-}" "$folder/finalize.sbatch" "$CORPUS"
