#!/bin/bash
# generate.sh [--check] [FILE...]: writes the generated parts of the documents
# (default: README.md and docs/*.md) anew, or only checks that they are what the
# program says. A generated part stands between
#   <!-- begin: synfin schema --format markdown -->      or  <!-- begin yaml: synfin ... -->
#   <!-- end -->
# and holds the output of that command, in a code block if a language is named.
# SYNFIN is the program (default: build/synfin beside docs).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
synfin=$(realpath "${SYNFIN:-$root/build/synfin}")
check=0
if [[ ${1:-} == --check ]]; then
  check=1
  shift
fi
files=("$@")
if [[ $# -eq 0 ]]; then
  files=("$root"/docs/*.md)
  [[ ! -e $root/README.md ]] || files+=("$root/README.md")
fi

# Standard input with its generated parts replaced.
replace() {
  local line inside=0 begin='^<!-- begin ?([a-z]*): synfin (.*) -->$'
  local -a words
  while IFS= read -r line; do
    if [[ $line == '<!-- end -->' ]]; then
      ((inside)) || { echo "an end without a begin" >&2 && return 1; }
      inside=0
    fi
    ((inside)) || printf '%s\n' "$line"
    if [[ $line =~ $begin ]]; then
      inside=1
      read -r -a words <<<"${BASH_REMATCH[2]}"
      [[ -z ${BASH_REMATCH[1]} ]] || printf '```%s\n' "${BASH_REMATCH[1]}"
      # The variables of whoever runs this are no part of a document.
      env -i PATH="$PATH" "$synfin" "${words[@]}"
      [[ -z ${BASH_REMATCH[1]} ]] || printf '```\n'
    fi
  done
  ((!inside)) || { echo "a begin without an end" >&2 && return 1; }
}

new=$(mktemp)
trap 'rm -f "$new"' EXIT
stale=0
for file in "${files[@]}"; do
  replace <"$file" >"$new" || { echo "$file: cannot be generated" >&2 && exit 1; }
  if ! cmp -s "$file" "$new"; then
    if ((check)); then
      echo "$file is not what the program says; run docs/generate.sh:" >&2
      diff -u "$file" "$new" >&2 || true
      stale=1
    else
      cat "$new" >"$file"
      echo "$file"
    fi
  fi
done
exit "$stale"
