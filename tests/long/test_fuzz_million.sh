#!/bin/bash
# The reader of configuration files takes a million inputs.
set -euo pipefail
bash "$SOURCE/tests/system/lib/fuzz.sh" fuzz_config -runs=1000000
