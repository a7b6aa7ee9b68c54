#!/bin/bash
# fuzz.sh TARGET ARGUMENT...: builds tests/fuzz/TARGET.c with libFuzzer and the
# sanitizers into the current folder and runs it, starting from what the program
# itself prints. Without clang's libFuzzer there is nothing to run.
set -euo pipefail
target=$1
shift

echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n); int
LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return n && !d; }' >probe.c
if ! clang -fsanitize=fuzzer,address,undefined probe.c -o probe 2>/dev/null; then
  echo "skipped: clang with libFuzzer (libclang-rt-14-dev) is not installed"
  exit 77
fi

TARGETS=$target bash "$SOURCE/tests/system/lib/build_with.sh" clang build -DSYNFIN_FUZZ=ON
mkdir -p corpus
"$SYNFIN" config show -o corpus.h5 >corpus/shown.yaml
printf 'base: b.yaml\nstart: "2024-02-29"\ncheck: full\nforce: true\n' >corpus/keys.yaml
printf '{seed: 5, days: 3}\n' >corpus/flow.yaml
program=$(find build -type f -name "$target" -perm -u+x)
if ! "$program" -timeout=10 -max_len=4096 "$@" corpus >log 2>&1; then
  tail -60 log
  echo "$target found an input that it does not survive; see $PWD"
  exit 1
fi
grep -E '^Done [1-9][0-9]* runs' log || { tail log && exit 1; }
