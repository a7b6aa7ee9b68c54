#!/bin/bash
# Rules of CONTRIBUTING.md that need no compiler.
set -euo pipefail
# shellcheck source=tests/format/lib.sh
source "$SOURCE/tests/format/lib.sh"
cd "$SOURCE"
failures=0
longest=600

complain() {
  echo "$*"
  failures=$((failures + 1))
}

mapfile -t c_files < <(tracked_files '\.[ch]$')
mapfile -t scripts < <(tracked_files '(\.sh|\.sbatch|^\.ci/run)$')
((${#c_files[@]} > 0 && ${#scripts[@]} > 0)) || complain "no files found in $SOURCE"

unformatted=$(clang-format --dry-run "${c_files[@]}" 2>&1 | sed -n 's/^\([^ :]*\):.*clang-format.*/\1/p' | uniq)
[[ -z $unformatted ]] || complain "clang-format -i mends:" "$unformatted"
shellcheck -x "${scripts[@]}" || complain "shellcheck found faults"

while read -r lines file; do
  if [[ $file != total ]] && ((lines > longest)); then
    complain "$file has $lines lines, more than $longest: divide it by concept"
  fi
done < <(wc -l "${c_files[@]}" "${scripts[@]}")

# A layer includes itself and what stands left of it: kernels, mpi, io, jobs.
forbid_include() {
  local layer=$1 pattern=$2
  if grep -rnE "^ *# *include *[<\"]($pattern)" --include='*.[ch]' --include='*.def' "$layer"; then
    complain "$layer/ may not include what is shown above"
  fi
}
forbid_include kernels 'mpi\.h|hdf5|jansson|yaml\.h|(mpi|io|jobs)/|unistd\.h|time\.h|fcntl\.h|sys/'
forbid_include mpi 'hdf5|jansson|yaml\.h|(io|jobs)/|mpi-ext'
forbid_include io 'jobs/|mpi-ext'
forbid_include jobs 'mpi-ext'

# Kept output of programs must not tell where it was made.
if grep -rnE '(^|[ (|`=])/(home|root|tmp|work|mnt|media|srv)/' docs ./*.md; then
  complain "documents may not name folders of one machine, as is shown above"
fi

((failures == 0))
