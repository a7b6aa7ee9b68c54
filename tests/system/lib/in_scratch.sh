#!/bin/bash
# in_scratch.sh DIR SCRIPT: runs SCRIPT inside DIR, made afresh, with SCRATCH
# set to it. DIR is removed if the script succeeds and kept if it fails.
set -euo pipefail
export SCRATCH=$1
script=$2

rm -rf -- "$SCRATCH"
mkdir -p -- "$SCRATCH"
cd -- "$SCRATCH"
bash "$script"
cd /
rm -rf -- "$SCRATCH"
