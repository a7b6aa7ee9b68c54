#!/bin/bash
# The same configuration gives the same bytes and digests however it is
# computed; another seed gives other values in every column that has a draw.
set -euo pipefail

# The last tile is a short one, and no batch but the largest ends with a tile.
config=(generate --quiet --customers 499 --days 60)
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

column_digests() {
  "$PYTHON" "$SOURCE/tests/system/lib/column_digests.py" "$1"
}

# same WHAT COMMAND...: COMMAND, which gets the options of the corpus, must make
# the bytes and digests of the first corpus.
same() {
  local what=$1
  shift
  rm -f other.*
  if ! "$@" -o other.h5 >log 2>&1; then
    fail "$what: $(cat log)"
    return
  fi
  cmp corpus.h5 other.h5 || fail "$what: other bytes"
  column_digests other.manifest.json | cmp digests - || fail "$what: other digests"
  cases=$((cases + 1))
}

"$SYNFIN" "${config[@]}" -o corpus.h5
column_digests corpus.manifest.json >digests
[[ $(wc -l <digests) -gt 100 ]] || fail "the manifest has few digests"
"$SYNFIN" verify --quiet corpus.h5 || fail "the first corpus is not valid"
cut -d' ' -f1 digests | "$PYTHON" "$SOURCE/tests/system/lib/recompute_digests.py" corpus.h5 >again
{
  cat digests
  grep -m1 '"digest"' corpus.manifest.json | sed 's/.*: "\(.*\)",/corpus \1/'
} | diff - again || fail "the digests do not follow their definition"
cases=0

for ranks in 1 2 3 4 7; do
  same "$ranks ranks" mpirun -n "$ranks" "$SYNFIN" "${config[@]}"
  same "$ranks ranks, collective writes" mpirun -n "$ranks" "$SYNFIN" "${config[@]}" --collective
done
for batch in 997 4096 1000000; do
  same "batch $batch" "$SYNFIN" "${config[@]}" --batch "$batch"
  same "batch $batch, 3 ranks" mpirun -n 3 "$SYNFIN" "${config[@]}" --batch "$batch"
done

# A plain loop, and vectors of eight and sixteen lanes where there are such.
same "scalar path" "$SYNFIN" "${config[@]}" --vector scalar
for path in avx2 avx512; do
  if "$SYNFIN" plan --customers 1 --vector "$path" >/dev/null 2>&1; then
    same "$path path" "$SYNFIN" "${config[@]}" --vector "$path"
  else
    echo "left out: this machine has no $path"
  fi
done

# libm with other roundings, as on another kind of processor. The setting must
# change what libm gives, or the case would show nothing.
libm="import math; print(hash(tuple(math.exp(i * 7.3e-4) for i in range(20000))))"
masked=glibc.cpu.hwcaps=-AVX2,-FMA
if [[ $("$PYTHON" -c "$libm") != $(GLIBC_TUNABLES=$masked "$PYTHON" -c "$libm") ]]; then
  same "libm without FMA" env GLIBC_TUNABLES=$masked "$SYNFIN" "${config[@]}"
else
  echo "left out: libm gives the same here with and without FMA"
fi

same "MPI-IO by ROMIO" env OMPI_MCA_io=romio321 mpirun -n 3 "$SYNFIN" "${config[@]}"
own=(env -u OMPI_MCA_pml -u OMPI_MCA_mpi_yield_when_idle -u OMPI_MCA_hwloc_base_binding_policy)
same "1 rank, transport by Open MPI's choice" "${own[@]}" "$SYNFIN" "${config[@]}"
same "2 ranks, transport by Open MPI's choice" "${own[@]}" mpirun -n 2 "$SYNFIN" "${config[@]}"
same "another time zone and locale" env TZ=America/New_York LC_ALL=C.UTF-8 "$SYNFIN" "${config[@]}"
same "full check" "$SYNFIN" "${config[@]}" --check full
printf 'customers: 499\ndays: 60\nquiet: true\n' >same.yaml
same "options from a file" "$SYNFIN" generate --config same.yaml

# So few customers make a ring or two, whose tables may be alike. Of the others
# these columns are fixed by the number of customers and merchants; all others
# differ, in every table.
printf '%s\n' customers/customer_id merchants/{category,mcc,merchant_id,popularity,subcategory} >fixed
for seed in 0 2 18446744073709551615; do
  "$SYNFIN" "${config[@]}" --seed "$seed" --force -o other.h5
  column_digests other.manifest.json >other
  comm -12 <(grep -v '^ *ring' digests | sort) <(grep -v '^ *ring' other | sort) |
    cut -d' ' -f1 | cmp fixed - ||
    fail "seed $seed: these columns keep their digests: $(comm -12 <(sort digests) <(sort other))"
done

echo "$cases ways to compute gave equal bytes and digests"
((failures == 0))
