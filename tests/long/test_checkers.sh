#!/bin/bash
# Four ranks make, plan and verify a corpus with fraud and features under AddressSanitizer
# and UBSan, and under valgrind; and by ROMIO instead of OMPIO. None finds anything, and the
# digests are those of the plain program.
set -euo pipefail
bash "$SOURCE/tests/system/lib/machine.sh"
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

config=(--quiet --customers 120 --days 40 --batch 1000)

# check WHAT PROGRAM...: all that has several ranks, by this program.
check() {
  local what=$1 digest parts=(--shards 3 --ranks-per-shard 2)
  shift
  rm -rf other.* plan.h5
  mpirun -n 4 "$@" plan "${config[@]}" -o plan.h5 || fail "$what: plan"
  for way in "--output=other.h5" "--output=other.h5 --plan=plan.h5 --check=full" \
    "--output=other.h5 --collective" "--output=other.h5 ${parts[*]}"; do
    read -r -a option <<<"$way"
    rm -rf other.*
    mpirun -n 4 "$@" generate "${config[@]}" "${option[@]}" || fail "$what: generate $way"
    digest=$("$SYNFIN" inspect other.h5 summary | awk '$1 == "digest" { print $2 }')
    [[ $digest == "$plain" ]] || fail "$what: generate $way: digest $digest instead of $plain"
    mpirun -n 4 "$@" verify --quiet other.h5 || fail "$what: verify $way"
    echo "$what: generate $way, verify: done"
  done
}

"$SYNFIN" generate "${config[@]}" -o corpus.h5
plain=$("$SYNFIN" inspect corpus.h5 summary | awk '$1 == "digest" { print $2 }')
echo "digest $plain"

OMPI_MCA_io=romio321 check romio321 "$SYNFIN"

# Open MPI and its libraries keep memory to the end; what is lost there is not ours.
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
bash "$SOURCE/tests/system/lib/build_with.sh" gcc asan -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_C_FLAGS=-O1 -DSYNFIN_SANITIZE=address,undefined -DSYNFIN_WERROR=OFF
check "address,undefined" asan/synfin

if command -v valgrind >/dev/null; then
  # valgrind knows that Open MPI sends padding only where it does so by these calls.
  cat >more.supp <<'SUPPRESSIONS'
{
  messages of the launcher
  Memcheck:Param
  writev(vector[...])
  ...
  obj:*/libevent*
}
SUPPRESSIONS
  bash "$SOURCE/tests/system/lib/build_with.sh" gcc plain -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_C_FLAGS=-O1 -DSYNFIN_WERROR=OFF
  check valgrind valgrind --quiet --error-exitcode=99 --leak-check=no \
    --suppressions="$(dpkg -L openmpi-common | grep 'valgrind.supp$')" \
    --suppressions=more.supp plain/synfin
fi

echo "$failures failures"
((failures == 0))
