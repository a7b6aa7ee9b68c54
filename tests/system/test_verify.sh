#!/bin/bash
# verify accepts what generate makes, on any number of ranks, and names what is
# wrong with files that were tampered with: one line, exit code 1.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

"$SYNFIN" generate --quiet --customers 100 --days 40 -o corpus.h5
"$SYNFIN" verify corpus.h5 >one
grep -qE '^[0-9]+ checks, 0 failed$' one || fail "a fresh corpus does not pass: $(tail -1 one)"
[[ $(wc -l <one) -gt 100 ]] || fail "the report has few lines"
for ranks in 2 3 7 9; do
  mpirun -n "$ranks" "$SYNFIN" verify corpus.h5 >many
  cmp one many || fail "$ranks ranks report otherwise than one"
done
"$SYNFIN" verify --quiet corpus.h5 >out
[[ ! -s out ]] || fail "--quiet prints"

# tampered MESSAGE STATEMENT: a case. After the Python STATEMENT on the open file
# f (t, c, m are its tables), verify must say MESSAGE.
messages=() statements=()
tampered() {
  messages+=("$1")
  statements+=("$2")
}

# Values: the digest sees every change, the invariants say what it breaks.
tampered 'values of /transactions/os are not those' 't["os"][5] = 3'
tampered 'values of /customers/age are not those' 'c["age"][99] = c["age"][99] + 1'
tampered 'values of /merchants/popularity are not those' 'm["popularity"][6001] = 0.5'
tampered 'balance_moves' 't["balance_after"][17] = t["balance_after"][17] + 1'
tampered 'customer_names_known' 'c["segment"].id.write(h5py.h5s.ALL, h5py.h5s.ALL, numpy.full(100, 99, "u1"), c["segment"].id.get_type())'
tampered 'transaction_id_is_row' 't["transaction_id"][7] = 9'
tampered 'timestamp_sorted' 't["timestamp"][30] = t["timestamp"][30] + 10**8'
tampered 'transfers_have_two_sides' 'i = numpy.flatnonzero(t["counterparty_id"][:] > 0)[0]; t["amount"][i] = t["amount"][i] + 1'
tampered 'row_reals_plain' 't["latitude"][3] = numpy.nan'
tampered 'first_merchant_row' 'x = t["is_first_transaction_with_merchant"]; x[40] = not x[40]'
tampered 'merchant_id_known' 't["merchant_id"][11] = 4 * 10**9'

# Order: rows of customers that are mixed, missing or unknown, at both ends.
tampered 'customers_in_order' 'x = t["customer_id"]; x[0], x[len(x) - 1] = x[len(x) - 1], x[0]'
tampered 'customers_in_order' 't["customer_id"][0] = 0'
tampered 'customers_in_order' 'x = t["customer_id"]; x[len(x) - 1] = 101'
tampered 'customers_in_order' 'x = t["customer_id"]; x[...] = x[:][::-1]'

# Digests themselves.
tampered 'column_digests' 'd = t["amount"].attrs; d["digest"] = "0" * 32'
tampered 'corpus_digest' 'f.attrs["digest"] = "0" * 32'
tampered '/transactions/amount has no digest' 'del t["amount"].attrs["digest"]'
tampered 'the root group has no digest' 'f.attrs["digest"] = "xyz"'

# Schema.
tampered 'there is no dataset /transactions/amount' 'del t["amount"]'
tampered 'there is no dataset /dictionaries/app_version' 'del f["dictionaries/app_version"]'
tampered '/transactions/amount is not of type float64' 'store(t, "amount", t["amount"][:].astype("f4"))'
tampered '/transactions/amount is not of type float64' 'store(t, "amount", t["amount"][:].astype(">f8"))'
tampered '/transactions/os is not of type enum8' 'store(t, "os", t["os"][:].astype("u1"))'
tampered '/customers/gender is not of type enum8' 'store(c, "gender", c["gender"][:].astype(h5py.enum_dtype({"female": 1, "male": 0, "other": 2}, "u1")))'
tampered '/transactions/mcc has' 'store(t, "mcc", t["mcc"][:-1])'
tampered '/customers/age has' 'store(c, "age", c["age"][:].reshape(10, 10))'
tampered '/dictionaries/merchant_name does not hold the strings' 'f["dictionaries/merchant_name"][5] = b"Another"'
tampered 'schema version 2' 'f.attrs["schema_version"] = numpy.uint32(2)'
tampered 'root attribute "seed"' 'del f.attrs["seed"]'
tampered 'root attribute "start"' 'f.attrs["start"] = "2025-02-30"'
tampered 'root attributes say 99 and' 'f.attrs["customers"] = numpy.uint32(99)'

"$PYTHON" - "${statements[@]}" <<'PYTHON'
import shutil
import sys
import h5py
import numpy


def store(table, name, values):
    """Puts other values in place, and keeps the attributes."""
    attributes = dict(table[name].attrs)
    del table[name]
    table[name] = values
    table[name].attrs.update(attributes)


for place, statement in enumerate(sys.argv[1:]):
    shutil.copyfile("corpus.h5", f"bad{place}.h5")
    with h5py.File(f"bad{place}.h5", "r+") as f:
        t, c, m = f["transactions"], f["customers"], f["merchants"]
        exec(statement)
PYTHON

# seen MESSAGE COMMAND...: it reports MESSAGE as violated, once, with exit code 1.
seen() {
  local message=$1 got=0
  shift
  "$@" >report 2>err || got=$?
  [[ $got -eq 1 ]] || fail "$message: exit code $got of $*"
  grep -hF -- "$message" report err | grep -qvE '^[a-z_]+ +[0-9]+ +0 ' ||
    fail "$* does not say '$message' but: $(cat err)"
  [[ $(grep -c '^synfin: ' err) -eq 1 ]] || fail "$message: not one message: $(cat err)"
}

for place in "${!messages[@]}"; do
  seen "${messages[place]}" "$SYNFIN" verify "bad$place.h5"
  case ${messages[place]} in # what ranks see of each other's shares
    customers_in_order | transfers_have_two_sides | *'has no digest')
      seen "${messages[place]}" mpirun -n 3 "$SYNFIN" verify "bad$place.h5"
      ;;
  esac
done

# refused MESSAGE FILE
refused() {
  local got=0
  "$SYNFIN" verify "$2" >out 2>err || got=$?
  [[ $got -eq 1 && ! -s out && $(wc -l <err) -eq 1 ]] || fail "$2: exit code $got, $(cat out err)"
  grep -qF -- "$1" err || fail "$2: says '$(cat err)' and not '$1'"
}
refused 'missing.h5: No such file' missing.h5
echo 'not a corpus' >text.h5
mkdir folder.h5
refused 'folder.h5: is a folder' folder.h5
refused 'text.h5: not an HDF5 file, or cut short' text.h5
head -c 1000000 corpus.h5 >short.h5
refused 'short.h5: not an HDF5 file, or cut short' short.h5

((failures == 0))
