#!/bin/bash
# The reader of configuration files takes any bytes for a minute.
set -euo pipefail
bash "$SOURCE/tests/system/lib/fuzz.sh" fuzz_config -max_total_time=60
