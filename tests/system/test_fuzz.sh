#!/bin/bash
# The reader of configuration files takes 200000 inputs, always the same.
set -euo pipefail
bash "$SOURCE/tests/system/lib/fuzz.sh" fuzz_config -runs=200000
