#!/bin/bash
# What cannot be learned from, or with, is refused in one line that names it, with the
# right exit code, and leaves nothing behind.
set -euo pipefail
"$PYTHON" -c 'import h5py, numpy' || { echo "skipped: python3-h5py is not installed" && exit 77; }

# expect CODE TEXT COMMAND...: COMMAND ends with CODE and one line that holds TEXT.
expect() {
  local code=$1 text=$2 got=0
  shift 2
  "$@" >output 2>message || got=$?
  [[ $got == "$code" ]] || { echo "exit code $got instead of $code: $*" && cat message && exit 1; }
  grep -qF -- "$text" message || { echo "no '$text' after $*:" && cat message && exit 1; }
  [[ $(grep -c '^synfin: ' message) == 1 && $(wc -l <message) == 1 ]] ||
    { echo "not one line after $*:" && cat message && exit 1; }
  [[ -z $(find . -name '*.partial') && ! -e out && ! -e models/new ]] ||
    { echo "something is left after $*" && find . && exit 1; }
}
# change FILE CODE: runs Python CODE on the corpus c of FILE, a copy of corpus.h5.
change() {
  cp corpus.h5 "$1"
  "$PYTHON" -c "import h5py, numpy
with h5py.File('$1', 'r+') as c:
    f = c['features/values']
    $2"
}

"$SYNFIN" generate --quiet --customers 60 --days 40 -o corpus.h5
cp corpus.h5 plain.h5
"$PYTHON" "$SOURCE/tests/system/lib/plant.py" corpus.h5
prepare=("$SYNFIN" prepare -o out)
export OMP_THREAD_LIMIT=1  # on a busy machine threads would wait for each other

# Corpora. The first rows are in the training part.
change bare.h5 "del c['features']"
change honest.h5 "c['labels/is_fraud'][:] = False"
change short.h5 "n = f.attrs['names']; v = f[:-1]; del c['features/values']; c['features/values'] = v; c['features/values'].attrs['names'] = n"
change unnamed.h5 "del f.attrs['names']"
change nan.h5 "f[1, 5] = numpy.nan"
change infinite.h5 "c['transactions/distance_from_home'][0] = numpy.inf"
change member.h5 "c['transactions/channel'][2] = 200"
change customer.h5 "c['transactions/customer_id'][3] = 4000000000"
change part.h5 "c['labels/split'][4] = 200"
change ring.h5 "c['ring_members/customer_id'][0] = 61"
change renamed.h5 "n = f.attrs['names']; n[3] = b'something_else'; f.attrs['names'] = n"
expect 1 'none.h5' "${prepare[@]}" none.h5
expect 1 'has no features' "${prepare[@]}" bare.h5
expect 1 'of which 0 are known as fraud' "${prepare[@]}" honest.h5
expect 1 'of which 0 are known as fraud' "${prepare[@]}" corpus.h5 --as-of 2025-07-01
expect 1 'is not float32 of' "${prepare[@]}" short.h5
expect 1 'does not name its columns' "${prepare[@]}" unnamed.h5
expect 1 'feature_05 is nan in row 1 (' "${prepare[@]}" nan.h5
expect 1 'transactions/distance_from_home is inf in row 0' "${prepare[@]}" infinite.h5
expect 1 'transactions/channel is 200 in row 2' "${prepare[@]}" member.h5
expect 1 'row 3 (counted from 0) is damaged' "${prepare[@]}" customer.h5 --split customer
expect 1 'row 4 (counted from 0) is damaged' "${prepare[@]}" part.h5
expect 1 'customer 61' "${prepare[@]}" ring.h5 --split ring
"$SYNFIN" prepare bare.h5 --inputs raw --quiet -o raw
cp corpus.h5 planted.h5
cp plain.h5 corpus.h5
change real.h5 "f[1, 69] = numpy.nan"
expect 1 'amount_zscore is nan in row 1 (' "${prepare[@]}" real.h5
expect 2 'did you mean "amount_zscore"?' "${prepare[@]}" corpus.h5 --columns amount_zscor
expect 2 'did you mean "anomaly_evidence"?' "${prepare[@]}" corpus.h5 --columns anomaly_evidense
mv planted.h5 corpus.h5
"$SYNFIN" generate --quiet --customers 60 --days 40 --feature-groups graph -o graph.h5
expect 2 'there is no input "has_unusual_hour"' "${prepare[@]}" graph.h5 --columns has_unusual_hour

# Options.
expect 2 'did you mean "feature_03"?' "${prepare[@]}" corpus.h5 --columns featur_03,amount
expect 2 'did you mean "amount"?' "${prepare[@]}" corpus.h5 --columns amont
expect 2 'no input is left' "${prepare[@]}" corpus.h5 --columns feature_03,-feature_03
expect 2 '--as-of' "${prepare[@]}" corpus.h5 --as-of yesterday
expect 2 "did you mean '--undersample'?" "${prepare[@]}" corpus.h5 --undersampel 3
expect 2 'missing -o' "$SYNFIN" prepare corpus.h5
expect 2 'runs on one rank, not on 2' mpirun --quiet -n 2 "${prepare[@]}" corpus.h5

# Outputs that exist: a folder of another kind is never replaced.
mkdir mine
echo precious >mine/file
expect 2 'exists; --force replaces it' "$SYNFIN" prepare corpus.h5 -o raw
expect 2 'is not a folder that this program made' "$SYNFIN" prepare corpus.h5 -o mine --force
expect 2 'is not a folder' "$SYNFIN" prepare corpus.h5 -o plain.h5 --force
expect 1 'cannot create' "$SYNFIN" prepare corpus.h5 -o no/such/folder
[[ $(cat mine/file) == precious && ! -s output ]]
"$SYNFIN" prepare corpus.h5 --inputs raw --quiet --force -o raw

# A disk that fills up on the way.
if mkdir small && mount -t tmpfs -o size=2m none small 2>/dev/null; then
  trap 'umount small' EXIT
  expect 1 'No space left' "$SYNFIN" prepare corpus.h5 -o small/out --format npy
  expect 1 'cannot write' "$SYNFIN" prepare corpus.h5 -o small/out --format hdf5
  [[ -z $(ls small) ]]
fi

"$SYNFIN" train none.h5 2>message || true
if grep -q 'without XGBoost' message; then
  exit 0
fi

# Models.
train=("$SYNFIN" train corpus.h5 --rounds 5 --name new)
expect 2 'did you mean "max_depth"?' "${train[@]}" --params max_dept=3
expect 2 '"max_depth" is not NAME=VALUE' "${train[@]}" --params max_depth
expect 2 'max_depth' "${train[@]}" --params max_depth=deep
expect 2 'learning_rate' "${train[@]}" --params eta=-1
expect 2 'max_depth is given twice' "${train[@]}" --params max_depth=3,max_depth=4
[[ ! -e models ]] || { echo "a registry without a model is left" && exit 1; }
expect 2 'cannot be the name' "$SYNFIN" train corpus.h5 --name ../models
expect 1 'feature_05 is nan' "$SYNFIN" train nan.h5 --name new
expect 1 'the validation part has' "$SYNFIN" train corpus.h5 --name new --as-of 2025-07-20
"$SYNFIN" train corpus.h5 --rounds 5 --quiet
expect 2 'exists; --force replaces it' "$SYNFIN" train corpus.h5
expect 1 'there is no model' "$SYNFIN" evaluate corpus.h5 tree
expect 2 'is not the name of a model' "$SYNFIN" evaluate corpus.h5 models/trees
expect 1 'has no features' "$SYNFIN" evaluate bare.h5 trees
expect 1 'trained on feature_03, which this corpus does not have' "$SYNFIN" evaluate renamed.h5 trees
expect 1 'trained on feature_03' "$SYNFIN" predict renamed.h5 trees -o out
expect 1 'trained on feature_00, which this corpus does not have' "$SYNFIN" evaluate graph.h5 trees
expect 1 'feature_05 is nan' "$SYNFIN" predict nan.h5 trees -o out
expect 2 'missing -o' "$SYNFIN" predict corpus.h5 trees
expect 2 'is the corpus that is read' "$SYNFIN" predict corpus.h5 trees --force -o corpus.h5
expect 2 'exists; --force replaces it' "$SYNFIN" evaluate corpus.h5 trees -o plain.h5
[[ ! -s output ]]
expect 1 'there is no registry' "$SYNFIN" model list --registry none
expect 2 "did you mean 'list'?" "$SYNFIN" model show

# damage CODE: a copy of the model whose metadata m Python CODE has changed.
damage() {
  rm -rf models/damaged
  cp -r models/trees models/damaged
  "$PYTHON" -c "import json
m = json.load(open('models/damaged/metadata.json'))
$1
json.dump(m, open('models/damaged/metadata.json', 'w'))"
}
damage "m['corpus']['schema_version'] += 1"
expect 1 'trained on a corpus of schema version' "$SYNFIN" evaluate corpus.h5 damaged
damage "[i for i in m['members'][0]['inputs'] if i['name'].endswith('channel')][0].update(levels=4, level_values=[0, 1, 2, 3])"
expect 1 'the model was trained with 4' "$SYNFIN" evaluate corpus.h5 damaged
damage "del m['members'][0]['inputs'][0]"
expect 1 'its metadata say' "$SYNFIN" evaluate corpus.h5 damaged
damage "del m['view']"
expect 1 'is not the metadata of a model' "$SYNFIN" evaluate corpus.h5 damaged
damage "open('models/damaged/trees-1.ubj', 'w').write('{')"
expect 1 'is not a model that XGBoost' "$SYNFIN" evaluate corpus.h5 damaged
echo '{' >models/damaged/metadata.json
expect 1 'models/damaged/metadata.json:2' "$SYNFIN" evaluate corpus.h5 damaged

# Searches.
tune=("$SYNFIN" tune corpus.h5 --rounds 5)
expect 2 'needs --search random' "${tune[@]}" --space eta=0.1..0.3
expect 2 'neither VALUE|VALUE' "${tune[@]}" --space 'eta=|0.1'
expect 2 'neither VALUE|VALUE' "${tune[@]}" --search random --space eta=0.3..0.01
expect 2 'eta is given twice' "${tune[@]}" --space eta=0.1,eta=0.2
expect 2 'member by member' "${tune[@]}" --model ensemble
expect 2 'did you mean "eta"?' "${tune[@]}" --space etta=1
