#!/bin/bash
# fuzz.sh TARGET ARGUMENT...: builds tests/fuzz/TARGET.c with libFuzzer and the
# sanitizers into the current folder. It takes the inputs of
# tests/fuzz/<TARGET without fuzz_>_refused one by one, and then those made from
# them and from what the program itself prints. Without clang's libFuzzer there
# is nothing to run.
#
# The same sources make the same inputs: the seed is fixed, the first inputs are
# in the order of their names, and comparisons, whose addresses change from run
# to run, do not count as coverage. ARGUMENT may say otherwise.
set -euo pipefail
target=$1
shift

echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n); int
LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return n && !d; }' >probe.c
if ! clang -fsanitize=fuzzer,address,undefined probe.c -o probe 2>/dev/null; then
  echo "skipped: clang with libFuzzer (libclang-rt-14-dev) is not installed"
  exit 77
fi

TARGETS=$target bash "$SOURCE/tests/system/lib/build_with.sh" clang build -DSYNFIN_FUZZ=ON \
  -DCMAKE_C_FLAGS_RELEASE=-O1 # quicker to compile by more than the inputs take longer
program=$(find build -type f -name "$target" -perm -u+x)
# What is freed waits in a queue of 256 MB otherwise, which a limit would count.
export ASAN_OPTIONS=quarantine_size_mb=16
limits=(-timeout=60 -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=16)

refused=("$SOURCE/tests/fuzz/${target#fuzz_}_refused"/*)
if ! "$program" "${limits[@]}" "${refused[@]}" >log 2>&1; then
  tail -60 log
  echo "$target does not survive an input of $(dirname "${refused[0]}")"
  exit 1
fi

"$SYNFIN" config show -o corpus.h5 >shown.yaml
printf 'base: b.yaml\nstart: "2024-02-29"\ncheck: full\nforce: true\n' >keys.yaml
printf '{seed: 5, days: 3}\n' >flow.yaml
inputs=$(printf '%s,' "${refused[@]}" shown.yaml keys.yaml flow.yaml)
if ! "$program" "${limits[@]}" -seed=1 -use_cmp=0 -seed_inputs="${inputs%,}" "$@" >log 2>&1; then
  tail -60 log
  echo "$target found an input that it does not survive; see $PWD"
  exit 1
fi
grep -E '^Done [1-9][0-9]* runs' log || { tail log && exit 1; }
