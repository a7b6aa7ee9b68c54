#!/bin/bash
# The reader of configuration files takes a million inputs from each of ten seeds.
set -euo pipefail
for seed in {1..10}; do
  bash "$SOURCE/tests/system/lib/fuzz.sh" fuzz_config -runs=1000000 -seed="$seed" -use_cmp=1
done
