#!/bin/bash
# print.sh SYNFIN: makes two tiny corpora with the program and prints the digest
# of each column, one column a line. To refresh what the tests compare with:
#   bash tests/golden/print.sh build/synfin >digests && mv digests tests/golden/digests.txt
set -euo pipefail
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
digests=$(dirname "${BASH_SOURCE[0]}")/../system/lib/column_digests.py

"$program" version | grep '^schema '
for options in "--seed 1 --start 2025-07-01" "--seed 2 --start 2024-02-15"; do
  read -r -a option <<<"--customers 64 --days 45 $options"
  "$program" generate --quiet --force "${option[@]}" -o "$folder/corpus.h5"
  echo "synfin generate ${option[*]}"
  "${PYTHON:-/usr/bin/python3}" "$digests" "$folder/corpus.manifest.json" | sed 's/^/  /'
done
